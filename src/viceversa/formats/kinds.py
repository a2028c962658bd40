"""What a file is by its first bytes; its name is only asked where the bytes say nothing."""

from typing import Final

_KINDS: Final = (
    (b"PK\x03\x04", "workbook"),
    (b"PK\x05\x06", "workbook"),
    # Excel until 2003, and every workbook with a password.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old workbook"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a text document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"Rar!\x1a\x07", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
)


def kind_of(data: bytes, file_name: str) -> str:
    """Empty for what may be text; otherwise what the file is, in words."""
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, kind in _KINDS:
        if data.startswith(beginning) or head.lower().startswith(beginning.lower()):
            return kind
    return "broken workbook" if file_name.casefold().endswith((".xlsx", ".xlsm")) else ""
