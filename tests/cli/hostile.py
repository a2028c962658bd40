"""Hostile and merely odd people files, each with the one outcome that ``viceversa match`` may have."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import openpyxl

HEAD = "person_id,grade,role,manager_id,offers,wants"
# One lawful pair: ai is taught two grades up.
MENTOR = "m1,1,mentor,,ai:4,"
MENTEE = "e1,3,mentee,,,ai:3:1"

WHOLE_FILE = (0, "")


@dataclass(frozen=True)
class Hostile:
    """A file and its outcome: the exit code, and the (line, column) of every error where it is 1."""

    name: str
    data: bytes
    code: int = 1
    places: tuple[tuple[int, str], ...] = ()
    pairs: int = 1
    suffix: str = ".csv"


def lines(*rows: str, head: str = HEAD, end: str = "\n") -> str:
    return end.join([head, *rows, ""])


GOOD = lines(MENTOR, MENTEE)
NAMED = lines("m1,1,mentor,,ai:4,,Zoë Müller", "e1,3,mentee,,,ai:3:1,José Ñandú", head=f"{HEAD},given_name")


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part of its zip replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
BOOK = workbook(tuple(HEAD.split(",")), ("m1", 1, "mentor", None, "ai:4"), ("e1", 3.0, "mentee", None, None, "ai:3:1"))
FORMULA = workbook(
    (*HEAD.split(","), "job_title"),
    ("m1", 1, "mentor", None, "ai:4", None, "=1+1"),
    ("e1", 3, "mentee", None, None, "ai:3:1", "=cmd|' /c calc'!A1"),
)
BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData><row><c><v>&c;</v></c></row></sheetData></worksheet>"""


HOSTILE = (
    Hostile("byte order mark", b"\xef\xbb\xbf" + GOOD.encode(), code=0),
    Hostile("UTF-16 little end first", NAMED.encode("utf-16"), code=0),
    Hostile("UTF-16 big end first", b"\xfe\xff" + NAMED.encode("utf-16-be"), code=0),
    Hostile("semicolons", GOOD.replace(",", ";").encode(), code=0),
    Hostile("tabs", GOOD.replace(",", "\t").encode(), code=0),
    Hostile("bars", GOOD.replace(",", "|").encode(), code=0),
    Hostile("carriage returns alone", GOOD.replace("\n", "\r").encode(), code=0),
    Hostile("carriage returns and line feeds", GOOD.replace("\n", "\r\n").encode(), code=0),
    Hostile("no last line end", GOOD.rstrip("\n").encode(), code=0),
    Hostile("empty lines between", GOOD.replace("\nm1", "\n\n\nm1").encode(), code=0),
    Hostile("cells with spaces round them", GOOD.replace(",", " , ").encode(), code=0),
    Hostile("headings in capitals", GOOD.replace(HEAD, HEAD.upper()).encode(), code=0),
    Hostile(
        "line feeds inside quotes",
        lines('m1,1,mentor,,ai:4,,"Head\nof\nthings"', f"{MENTEE},x", head=f"{HEAD},job_title").encode(),
        code=0,
    ),
    Hostile(
        "a line after line feeds inside quotes",
        lines('"m\n1",1,mentor,,,', "e1,x,mentee,,,").encode(),
        places=((2, "person_id"), (4, "grade")),
    ),
    Hostile("unknown manager", lines("m1,1,mentor,boss,ai:4,", MENTEE).encode(), code=0),
    Hostile(
        "text that looks like a formula",
        lines(f"{MENTOR},=1+1", f"{MENTEE},@SUM(A1)", head=f"{HEAD},job_title").encode(),
        code=0,
    ),
    Hostile("header only", f"{HEAD}\n".encode(), code=0, pairs=0),
    Hostile("nobody takes part", lines("m1,1,,,,", "e1,,,,,").encode(), code=0, pairs=0),
    Hostile("rows with nothing in them", lines(*[",,,,,"] * 3, MENTOR, MENTEE).encode(), code=0),
    Hostile("empty", b"", places=(WHOLE_FILE,)),
    Hostile("white space alone", b"  \n\t\n", places=(WHOLE_FILE,)),
    Hostile("NUL", lines(MENTOR, "e1,3,mentee,,,a\0i:3").encode(), places=((3, "wants"),)),
    Hostile("bytes that are no text", bytes(range(128, 256)) * 4, places=((1, ""),)),
    Hostile("UTF-16 cut in the middle", NAMED.encode("utf-16")[:-3], places=((3, ""),)),
    Hostile(
        "ragged rows",
        lines(f"{MENTOR},,,extra", "e1,3", MENTEE.replace("e1", "e2")).encode(),
        places=((2, ""), (3, "")),
    ),
    Hostile(
        "doubled ids",
        lines(MENTOR, MENTEE, MENTEE, MENTOR).encode(),
        places=tuple((line, "person_id") for line in (2, 3, 4, 5)),
    ),
    Hostile(
        "doubled headings", lines(f"{MENTOR},2", f"{MENTEE},4", head=f"{HEAD},grade").encode(), places=((1, "grade"),)
    ),
    Hostile(
        "a circle of managers",
        lines("m1,1,mentor,e1,ai:4,", "e1,3,mentee,m1,,ai:3").encode(),
        places=((2, "manager_id"),),
    ),
    Hostile(
        "a manager of oneself",
        lines("m1,1,mentor,m1,,", "e1,3,mentee,e1,,").encode(),
        places=((2, "manager_id"), (3, "manager_id")),
    ),
    Hostile(
        "grade senior",
        lines("m1,junior,mentor,,,", "e1,senior,mentee,,,").encode(),
        places=((2, "grade"), (3, "grade")),
    ),
    Hostile("grade and a half", lines("m1,1.5,mentor,,,", MENTEE).encode(), places=((2, "grade"),)),
    Hostile("no grade for one who takes part", lines("m1,,mentor,,,", MENTEE).encode(), places=((2, "grade"),)),
    Hostile(
        "level 9 and priority 0",
        lines("m1,1,mentor,,ai:9,", "e1,3,mentee,,,ai:0").encode(),
        places=((2, "offers"), (3, "wants")),
    ),
    Hostile("a topic without a level", lines("m1,1,mentor,,ai,", MENTEE).encode(), places=((2, "offers"),)),
    Hostile("an unknown role", lines("m1,1,teacher,,,", MENTEE).encode(), places=((2, "role"),)),
    Hostile(
        "an id that begins like a formula",
        lines("=m1,1,mentor,,,", "@e1,3,mentee,,,").encode(),
        places=((2, "person_id"), (3, "person_id")),
    ),
    Hostile("no id", lines(",1,mentor,,,", MENTEE).encode(), places=((2, "person_id"),)),
    Hostile("no role column", b"person_id,grade\nm1,1\n", places=(WHOLE_FILE,)),
    Hostile("no headings at all", f"{MENTOR}\n{MENTEE}\n".encode(), places=(WHOLE_FILE, WHOLE_FILE)),
    Hostile(
        "three faults in one row",
        lines("m1,x,guru,,ai:7,", MENTEE).encode(),
        places=((2, "grade"), (2, "offers"), (2, "role")),
    ),
    Hostile("a cell of 10 MB", lines(f"m1,1,mentor,,{'x' * 10_000_000},", MENTEE).encode(), places=((2, "offers"),)),
    Hostile("a quotation mark never closed", lines('m1,1,mentor,,"ai:4,', MENTEE).encode(), places=((2, ""),)),
    Hostile(
        "a zone nobody knows",
        lines(f"{MENTOR},Mars/Base", f"{MENTEE},UTC", head=f"{HEAD},time_zone").encode(),
        places=((2, "time_zone"),),
    ),
    Hostile(
        "hours of no clock",
        lines(f"{MENTOR},25:00-26:00", f"{MENTEE},9-5", head=f"{HEAD},hours").encode(),
        places=((2, "hours"), (3, "hours")),
    ),
    Hostile(
        "no capacity, a style of six, a day that never was",
        lines("m1,1,mentor,,,,0,6,2026-02-30", head=f"{HEAD},capacity,style_formality,leave_date").encode(),
        places=((2, "capacity"), (2, "leave_date"), (2, "style_formality")),
    ),
    Hostile("a workbook", BOOK, code=0, suffix=".xlsx"),
    Hostile("a workbook named as CSV", BOOK, code=0),
    Hostile("CSV named as a workbook", GOOD.encode(), places=(WHOLE_FILE,), suffix=".xlsx"),
    Hostile("a workbook with formulas", FORMULA, code=0, suffix=".xlsx"),
    Hostile(
        "a workbook with faults",
        workbook(tuple(HEAD.split(",")), ("m1", "senior", "mentor"), ("m1", 2, "boss")),
        places=((2, "grade"), (2, "person_id"), (3, "role"), (3, "person_id")),
        suffix=".xlsx",
    ),
    Hostile("a zip bomb", with_part(BOOK, SHEET, b" " * 40_000_000), places=(WHOLE_FILE,), suffix=".xlsx"),
    Hostile("a billion laughs", with_part(BOOK, SHEET, BILLION_LAUGHS), places=(WHOLE_FILE,), suffix=".xlsx"),
    Hostile(
        "a zip inside a zip",
        with_part(with_part(BOOK, SHEET, BOOK), "more.zip", BOOK),
        places=(WHOLE_FILE,),
        suffix=".xlsx",
    ),
    Hostile("half a workbook", BOOK[: len(BOOK) // 2], places=(WHOLE_FILE,), suffix=".xlsx"),
    Hostile("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), places=(WHOLE_FILE,)),
    Hostile("a page of the web", b"<!DOCTYPE html><html><body><table></table></body></html>", places=(WHOLE_FILE,)),
)

# Old encodings are read where they can be told, and refused with the line where they cannot: never garbled.
OLD_ENCODINGS = ("latin-1", "cp1252")
