"""XLSX into records: checked as a zip before anything unpacks, then the first visible sheet.

A workbook from a stranger may be a bomb: many parts, parts that unpack a thousandfold, definitions that
expand for ever. All of that is decided from the zip's own directory and from what XML declares, before
it costs anything; and sizes hold, because a part is never read beyond the size its entry names.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openpyxl.styles.numbers import BUILTIN_FORMATS

from viceversa.formats import caps
from viceversa.formats.problems import ProblemLog
from viceversa.formats.separated import Record
from viceversa.formats.workbook_xml import (
    DamagedXml,
    ForbiddenXml,
    Handler,
    Relations,
    SharedStrings,
    Sheets,
    Styles,
    parse_all,
    parsed,
)
from viceversa.formats.worksheet import Rows

_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 0x1
_MEGABYTE: Final = 1024 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Everything that reading a damaged zip was seen to raise.
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class _Unreadable(Exception):
    """Ends the reading; carries the problem that says why."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Workbook:
    """A workbook found safe to read; the records of its first visible sheet can be had repeatedly."""

    archive: zipfile.ZipFile
    sheet_path: str
    strings: list[str]
    formats: list[str]
    counts_from_1904: bool

    def records(self, problems: ProblemLog) -> Iterator[Record]:
        """The rows that hold anything, each with its row number."""
        rows = Rows(self.strings, self.formats, counts_from_1904=self.counts_from_1904)
        read = 0
        try:
            with self.archive.open(self.sheet_path) as stream:
                for _ in parsed(stream, rows):
                    for line, cells in rows.take():
                        read += 1
                        # One for the headings.
                        if read > caps.MAX_ROWS + 1:
                            problems.add("too_many_rows", line=line, most=f"{caps.MAX_ROWS:,}")
                            return
                        yield line, cells
        except ForbiddenXml as fault:
            problems.add("workbook_forbidden_xml", value=str(fault))
        except (DamagedXml, *_ZIP_FAULTS):
            problems.add("workbook_damaged")


def read_workbook(data: bytes, problems: ProblemLog) -> Workbook | None:
    """The workbook in `data`, or None where `problems` say why it is not opened."""
    try:
        return _opened(data, problems)
    except _Unreadable as fault:
        value = fault.facts.pop("value", "")
        problems.add(fault.code, line=0, column="", value=value, severity=None, **fault.facts)
    except ForbiddenXml as fault:
        problems.add("workbook_forbidden_xml", value=str(fault))
    except (DamagedXml, *_ZIP_FAULTS):
        problems.add("workbook_damaged")
    return None


def _opened(data: bytes, problems: ProblemLog) -> Workbook:
    # Counted in the raw bytes: building the directory of a million entries is the attack.
    if data.count(_DIRECTORY_ENTRY) > caps.MAX_WORKBOOK_PARTS:
        raise _Unreadable("workbook_unsafe", reason=f"more than {caps.MAX_WORKBOOK_PARTS:,} parts")
    archive = zipfile.ZipFile(io.BytesIO(data))
    _check_sizes(archive.infolist())
    workbook_path = _workbook_path(archive)
    sheets = Sheets()
    _read(archive, workbook_path, sheets)
    if not sheets.is_workbook:
        raise _Unreadable("workbook_other_archive")
    relations = _relations(archive, workbook_path)
    worksheets = [
        (name, relations.target_by_id[relation][1])
        for name, relation in sheets.visible
        if relations.target_by_id.get(relation, ("", ""))[0] == "worksheet"
    ]
    if not worksheets:
        raise _Unreadable("workbook_no_sheet")
    sheet_name, sheet_target = worksheets[0]
    if len(worksheets) > 1:
        problems.add("workbook_other_sheets", value=sheet_name, others=len(worksheets) - 1)
    sheet_path = _beside(workbook_path, sheet_target)
    if sheet_path not in archive.namelist():
        raise _Unreadable("workbook_damaged")
    strings, styles = SharedStrings(), Styles(BUILTIN_FORMATS)
    for kind, target in relations.target_by_id.values():
        if kind == "sharedStrings":
            _read(archive, _beside(workbook_path, target), strings, most=caps.MAX_SHARED_STRINGS_BYTES)
        elif kind == "styles":
            _read(archive, _beside(workbook_path, target), styles)
    return Workbook(archive, sheet_path, strings.strings, styles.formats, sheets.counts_from_1904)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise _Unreadable("workbook_encrypted")
    if any(part.compress_type not in _METHODS for part in parts):
        raise _Unreadable("workbook_damaged")
    total = sum(part.file_size for part in parts)
    if total > caps.MAX_WORKBOOK_BYTES:
        raise _Unreadable("workbook_unsafe", reason=f"{total // _MEGABYTE:,} MB")
    for part in parts:
        ratio = part.file_size / max(1, part.compress_size)
        if part.file_size > caps.RATIO_FREE_BYTES and ratio > caps.MAX_UNPACKING_RATIO:
            raise _Unreadable("workbook_unsafe", reason=f"a part grows {ratio:,.0f} times")


def _workbook_path(archive: zipfile.ZipFile) -> str:
    if "_rels/.rels" not in archive.namelist():
        raise _Unreadable("workbook_other_archive")
    relations = Relations()
    _read(archive, "_rels/.rels", relations)
    for kind, target in relations.target_by_id.values():
        if kind == "officeDocument":
            return target.lstrip("/")
    raise _Unreadable("workbook_other_archive")


def _relations(archive: zipfile.ZipFile, path: str) -> Relations:
    folder, name = posixpath.split(path)
    relations = Relations()
    _read(archive, posixpath.join(folder, "_rels", f"{name}.rels"), relations)
    return relations


def _beside(path: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _read(archive: zipfile.ZipFile, path: str, handler: Handler, *, most: int = caps.MAX_SMALL_PART_BYTES) -> None:
    if path not in archive.namelist():
        raise _Unreadable("workbook_damaged")
    size = archive.getinfo(path).file_size
    if size > most:
        raise _Unreadable("workbook_unsafe", reason=f"{path} with {size // _MEGABYTE:,} MB")
    with archive.open(path) as stream:
        parse_all(stream, handler)
