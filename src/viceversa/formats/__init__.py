"""The files people bring: bytes in, typed rows and problems out.

One parser serves the command line and the web.
Start at `people.py`; `sentences.py` lists everything that can be wrong with a file.
"""
