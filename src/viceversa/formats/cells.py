"""What a single cell may say: text in, a value out, or a `CellFault` that names the sentence."""

import re
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Final

from viceversa.formats.caps import MAX_WHOLE_NUMBER
from viceversa.formats.person import ROLES

# `3.0` is how spreadsheets and data frames write 3. Longer numbers would not fit anything we count.
_WHOLE: Final = re.compile(r"([+-]?[0-9]{1,18})(?:[.,]0+)?")
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–—]\s*([0-9]{1,2}):([0-9]{2})")
# A moment at midnight is how databases write a day.
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_TWO_WAYS: Final = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{4}")
# BCP 47 in outline: a language of two or three letters and subtags, or a private or grandfathered tag.
_LANGUAGE: Final = re.compile(r"(?:[A-Za-z]{2,3}|[XxIi](?=-))(?:-[A-Za-z0-9]{1,8})*")
# What a spreadsheet takes for the start of a formula, full-width forms included (OWASP).
FORMULA_STARTS: Final = "=+-@＝＋－＠"
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Line breaks and tabs are lawful in text; the rest has no meaning in a name or a title.
FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
INVISIBLE: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


class CellFault(Exception):
    """A cell that cannot be read; `code` is a key of `sentences.SENTENCES`."""

    def __init__(self, code: str, value: str, **facts: object) -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value
        self.facts = facts


@lru_cache(maxsize=4096)
def whole_number(
    text: str, *, code: str, low: int = -MAX_WHOLE_NUMBER, high: int = MAX_WHOLE_NUMBER, item: str = ""
) -> int:
    """The whole number in `text`; faults are `<code>_not_whole` and `<code>_range`.

    `item` is what to show instead of `text`, where the number is a part of something longer.
    """
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise CellFault(f"{code}_not_whole", item or text, part=text)
    number = int(match[1])
    if not low <= number <= high:
        raise CellFault(f"{code}_range", item or text, part=text)
    return number


def identifier(text: str) -> str:
    """An id as written; it may not look like a formula, for it is copied into other files verbatim."""
    if text[:1] and text[0] in FORMULA_STARTS:
        raise CellFault("id_formula", text, first=text[0])
    if CONTROL.search(text):
        raise CellFault("id_control_character", text)
    return text


def role(text: str) -> str:
    """The role in small letters; capitals do not matter in what people write."""
    word = text.lower()
    if word not in ROLES:
        raise CellFault("role_unknown", text)
    return word


@lru_cache(maxsize=1024)
def hours(text: str) -> tuple[int, int]:
    """Minutes after midnight of begin and end; `24:00` is lawful as an end."""
    match = _HOURS.fullmatch(text)
    if match is None:
        raise CellFault("hours_shape", text)
    begin_hour, begin_minute, end_hour, end_minute = map(int, match.groups())
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if max(begin_minute, end_minute) > 59 or begin >= 24 * 60 or end > 24 * 60:
        raise CellFault("hours_shape", text)
    return begin, end


@lru_cache(maxsize=1)
def known_time_zones() -> dict[str, str]:
    """Names of the pinned `tzdata` package by their lower-case form; the system's are never asked."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.lower(): name for name in names}


@lru_cache(maxsize=1)
def _windows_time_zones() -> dict[str, str]:
    """IANA names by Windows' lower-case ones; what `tzdata` does not know is left out."""
    # Here and not above: it takes a tenth of a second, and most files never ask.
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    zones = known_time_zones()
    return {theirs.lower(): name for theirs, name in WINDOWS_TO_OLSON.items() if name.lower() in zones}


def is_time_zone(text: str) -> bool:
    """Whether a cell names a time zone, by its IANA name or Windows' own."""
    return text.lower() in known_time_zones() or text.lower() in _windows_time_zones()


@lru_cache(maxsize=1024)
def time_zone(text: str) -> str:
    """The IANA name in its own spelling; capitals do not matter in what people write.

    Windows' own names, which many HR systems export, mean the zone that Unicode's CLDR gives for them.
    """
    zones = known_time_zones()
    name = zones.get(text.lower().replace(" ", "_")) or _windows_time_zones().get(text.lower())
    if name is not None:
        return name
    nearest = get_close_matches(text.lower()[:64], zones, n=1, cutoff=0.7)
    if not nearest:
        raise CellFault("time_zone_unknown", text)
    raise CellFault("time_zone_near", text, nearest=zones[nearest[0]])


@lru_cache(maxsize=4096)
def language(text: str) -> str:
    """The language tag as written, once it has the shape of one."""
    if _LANGUAGE.fullmatch(text):
        return text
    dashed = text.replace("_", "-")
    if dashed != text and _LANGUAGE.fullmatch(dashed):
        raise CellFault("language_underscore", text, tag=dashed)
    raise CellFault("language_shape", text)


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """The day of an ISO date; a date that can be read in two ways is refused, never guessed."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise CellFault("date_two_ways" if _TWO_WAYS.fullmatch(text) else "date_shape", text)
    try:
        return date.fromisoformat(match[1])
    except ValueError as outside_the_calendar:
        raise CellFault("date_impossible", text) from outside_the_calendar
