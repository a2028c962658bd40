"""The XML parts of a workbook, read as a stream: no tree, no definitions, no entities.

The parser is expat itself. A document type or an entity is refused where it is declared, before
anything could expand, and nothing outside the part is ever fetched.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Final
from xml.parsers import expat

from viceversa.formats.caps import MAX_CELL_CHARACTERS, MAX_PENDING_XML_BYTES

_CHUNK_BYTES: Final = 64 * 1024
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")

Attributes = Mapping[str, str]


class ForbiddenXml(Exception):
    """XML that no spreadsheet program writes; its text names what was found."""


class DamagedXml(Exception):
    """XML that cannot be read."""


class Handler:
    """What is done at each tag; names come without their namespace."""

    def begin(self, name: str, attributes: Attributes) -> None:
        """A tag opens."""

    def end(self, name: str) -> None:
        """A tag closes."""

    def text(self, text: str) -> None:
        """Text between tags, in pieces."""


def parsed(stream: IO[bytes], handler: Handler) -> Iterator[None]:
    """Feed `stream` to `handler`; hands control back after every chunk.

    Raises ForbiddenXml or DamagedXml.
    """
    # No fragment of text shorter than it has to be: fewer calls.
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.begin(_local(name), attributes)
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refusing("a document type")
    parser.EntityDeclHandler = _refusing("an entity")
    parser.ExternalEntityRefHandler = _refusing("an external entity")
    fed = 0
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_PENDING_XML_BYTES:
                raise ForbiddenXml("a tag of more than a million characters")
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise DamagedXml(str(fault)) from fault
    yield


def parse_all(stream: IO[bytes], handler: Handler) -> None:
    for _ in parsed(stream, handler):
        pass


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refusing(what: str) -> Callable[..., int]:
    def refuse(*_: object) -> int:
        raise ForbiddenXml(what)

    return refuse


def unescaped(text: str) -> str:
    """Spreadsheets write characters that XML cannot hold as `_x000D_`."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


class Text:
    """Gathers the pieces of one cell's text, no more of it than a cell may have."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        # One character more than lawful, so that it shows as too long.
        piece = piece[: MAX_CELL_CHARACTERS + 1 - self._length]
        if piece:
            self._pieces.append(piece)
            self._length += len(piece)

    def take(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return text


class Relations(Handler):
    """Targets of a part's relations: id → (the last word of the type, target)."""

    def __init__(self) -> None:
        self.target_by_id: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode", "Internal") == "Internal":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.target_by_id[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


class Sheets(Handler):
    """Names and relation ids of the visible sheets, in order, and the epoch of dates."""

    def __init__(self) -> None:
        self.visible: list[tuple[str, str]] = []
        self.counts_from_1904 = False
        self.is_workbook = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "workbook":
            self.is_workbook = True
        if name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904", "0") in ("1", "true")
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            self.visible.append((attributes.get("name", ""), relation))


class Styles(Handler):
    """The number format of each cell style: `formats[style]` is its code."""

    def __init__(self, built_in: Mapping[int, str]) -> None:
        self._code_by_id = dict(built_in)
        self._in_cell_styles = False
        self._ids: list[int] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._code_by_id[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cell_styles = True
        elif name == "xf" and self._in_cell_styles:
            self._ids.append(_number(attributes.get("numFmtId")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cell_styles = False

    @property
    def formats(self) -> list[str]:
        return [self._code_by_id.get(one, "General") for one in self._ids]


class SharedStrings(Handler):
    """The texts that cells name by number; how a word is pronounced is not part of it."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._text = Text()
        self._in_text = False
        self._in_phonetic = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self._in_text = not self._in_phonetic
        elif name == "rPh":
            self._in_phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._in_phonetic = False
        elif name == "si":
            self.strings.append(unescaped(self._text.take()))

    def text(self, text: str) -> None:
        if self._in_text:
            self._text.add(text)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
