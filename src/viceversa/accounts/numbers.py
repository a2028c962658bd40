"""Whole numbers in sentences, as the reader's language writes them: "12,345 people".

Here because every app with words imports it, and the accounts are below all of them.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.formats import number_format

FROM: Final = 1_000


def grouped(value: Any) -> Any:
    """A whole number as the reader's language writes it from a thousand on; anything else as it is."""
    if isinstance(value, int) and abs(value) >= FROM:
        return number_format(value, force_grouping=True)
    return value


def filled(sentence: str, **values: Any) -> str:
    """The sentence with its ``%(name)s`` filled in, whole numbers grouped."""
    return sentence % {name: grouped(value) for name, value in values.items()}
