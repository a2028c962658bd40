"""One file per command of ``viceversa``.

Each has ``add_arguments(parser)`` and ``run(arguments) -> Answer | None``, and raises what ``outcome`` lists.
What is slow to import (the engine, Django) is imported inside ``run``, so that ``--help`` is instant.
The table in ``viceversa.cli`` names them all.
"""
