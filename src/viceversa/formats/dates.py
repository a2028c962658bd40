"""Days as people and systems write them, into ISO form: told by the whole column, never guessed for one cell.

Written in full, with the name of a month, as a spreadsheet's number or with the year first a date says
itself what it means. 03/04/2020 does not: for these the form must be known.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

DateForm = Literal["", "day_first", "month_first"]

_CLOCK = r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?"
_TIME: Final = re.compile(rf"[T ,]+{_CLOCK} ?(?:[AaPp]\.?[Mm]\.?)? ?(?:Z|UTC|GMT|[+-][0-9]{{2}}:?[0-9]{{2}})?$")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_COMPACT: Final = re.compile(r"((?:19|20|99)[0-9]{2})([0-9]{2})([0-9]{2})")
_TWO_NUMBERS: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY_MONTH: Final = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|er|\.)?[ ./-]*(?:de )?([^\W\d_]{3,12})\.?[ ,./-]*(?:de )?([0-9]{4}|[0-9]{2})"
)
_MONTH_DAY: Final = re.compile(r"([^\W\d_]{3,12})\.?[ -]*([0-9]{1,2})(?:st|nd|rd|th)?[ ,-]+([0-9]{4})")
_WEEKDAY: Final = re.compile(r"[^\W\d_]{2,10}\.?,? +(?=[0-9])")
_SERIAL: Final = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
# Day 0 of spreadsheets, which count a 29 February 1900 that never was.
_DAY_ZERO: Final = date(1899, 12, 30)
# 1938 to 2091: five-digit numbers outside of it are no days of anybody's work.
_SERIALS: Final = range(14_000, 70_000)
# What systems write where there is no date.
_NO_DATE: Final = re.compile(r"0{1,4}[-/.]?0{1,2}[-/.]?0{1,4}|1900-01-0[01]|0?1/0?[01]/1900")
_END_OF_TIME: Final = 2900
_PIVOT: Final = 69  # two digits: 69 is 1969, 68 is 2068, as everywhere since POSIX

_MONTHS: Final = (
    ("jan", "januar", "january", "janvier", "janv", "enero", "ene", "janner"),
    ("feb", "februar", "february", "fevrier", "fevr", "fev", "febrero"),
    ("mar", "march", "marz", "mars", "marzo", "mrz", "maerz"),
    ("apr", "april", "avril", "avr", "abril", "abr"),
    ("may", "mai", "mayo"),
    ("jun", "june", "juni", "juin", "junio"),
    ("jul", "july", "juli", "juillet", "juil", "julio"),
    ("aug", "august", "aout", "agosto", "ago"),
    ("sep", "sept", "september", "septembre", "septiembre"),
    ("oct", "october", "okt", "oktober", "octobre", "octubre"),
    ("nov", "november", "novembre", "noviembre"),
    ("dec", "december", "dez", "dezember", "decembre", "dic", "diciembre"),
)  # fmt: skip
_MONTH: Final = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_PLAIN: Final = str.maketrans("éèêûôáíóúäöü", "eeeuoaiouaou")


@lru_cache(maxsize=8192)
def iso_date(cell: str, form: DateForm) -> str:
    """The date in ISO form, empty for what systems write instead of none, or the cell where it is no date."""
    text = _TIME.sub("", cell.strip())
    if _NO_DATE.fullmatch(text):
        return ""
    match = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is not None:
        return _iso(match[1], match[2], match[3])
    match = _TWO_NUMBERS.fullmatch(text)
    if match is not None:
        first, _, second, year = match.groups()
        if not form:
            return cell
        return _iso(year, second, first) if form == "day_first" else _iso(year, first, second)
    match = _SERIAL.fullmatch(text)
    if match is not None and int(match[1]) in _SERIALS:
        return (_DAY_ZERO + timedelta(days=int(match[1]))).isoformat()
    named = _with_month_name(text)
    return cell if named is None else named


def _with_month_name(text: str) -> str | None:
    for words in (text, _WEEKDAY.sub("", text, count=1)):
        match = _DAY_MONTH.fullmatch(words)
        if match is not None:
            day, name, year = match.groups()
        else:
            match = _MONTH_DAY.fullmatch(words)
            if match is None:
                continue
            name, day, year = match.groups()
        month = _MONTH.get(name.lower().translate(_PLAIN))
        if month:
            return _iso(year, str(month), day)
    return None


def _iso(year: str, month: str, day: str) -> str:
    if len(year) == 2:
        year = f"{'19' if int(year) >= _PIVOT else '20'}{year}"
    # What is not over before the year 2900 has no end: 31.12.9999, 31-DEC-4712.
    return "" if int(year) >= _END_OF_TIME else f"{year}-{month:0>2}-{day:0>2}"


def is_open(cell: str) -> bool:
    """Whether the cell is a date that can only be read where the form is known."""
    return _TWO_NUMBERS.fullmatch(_TIME.sub("", cell.strip())) is not None


def is_date(cell: str) -> bool:
    """Whether the cell is a date in any of the ways above."""
    return is_open(cell) or iso_date(cell, "") != cell or _YEAR_FIRST.fullmatch(cell) is not None


def guess_date_form(cells: Iterable[str]) -> DateForm:
    """Which of day and month stands first; empty where the cells do not tell, or contradict each other."""
    pairs = [match for cell in cells if (match := _TWO_NUMBERS.fullmatch(_TIME.sub("", cell.strip())))]
    first = max((int(match[1]) for match in pairs), default=0)
    second = max((int(match[3]) for match in pairs), default=0)
    if first > 12 and second <= 12:
        return "day_first"
    if second > 12 and first <= 12:
        return "month_first"
    # Dots are written where the day stands first.
    has_dots = any(match[2] == "." for match in pairs)
    return "day_first" if has_dots and max(first, second) <= 12 else ""
