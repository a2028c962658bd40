"""Bytes into text without mojibake: strict, or refused with the line that cannot be read."""

import codecs
from collections.abc import Iterator
from typing import Final

from viceversa.formats.problems import ProblemLog

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16, whose mark is its beginning.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(data: bytes, problems: ProblemLog) -> str | None:
    """The text of `data`, or None and a problem that names the line."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, problems)
    return _strictly(data, "utf-8", problems)


def _strictly(data: bytes, encoding: str, problems: ProblemLog) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode(encoding, errors="replace")
        line = len(before.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        problems.add(
            "undecodable", line=line, value=_around(data, fault, encoding), at=line, encoding=encoding.upper()
        )
        return None


def _around(data: bytes, fault: UnicodeDecodeError, encoding: str) -> str:
    window = data[max(0, fault.start - 16) // 4 * 4 : fault.end + 16]
    text = window.decode(encoding, errors="backslashreplace")
    return " ".join(text.split())


__all__ = ["decoded"]
_ = Iterator
