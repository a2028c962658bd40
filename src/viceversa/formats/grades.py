"""Labels of grades in order, where their order is known: ladders, codes with numbers, families of codes."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from viceversa.formats.topics import normal

# Whoever has more labels than this does not have grades.
MAX_LABELS: Final = 100

# From most junior to most senior; labels on one line are one grade.
_LADDERS: Final = (
    (
        ("intern", "trainee", "apprentice", "working student", "praktikant", "auszubildende", "azubi", "stagiaire",
         "becario", "werkstudent", "internship"),
        ("junior", "entry", "entry level", "graduate", "analyst", "assistant", "clerk", "assistent", "sachbearbeiter"),
        ("associate", "mid", "mid level", "mid-level", "intermediate", "professional", "regular", "experienced",
         "individual contributor", "worker", "officer", "coordinator", "employee", "staff member", "mitarbeiter",
         "referent", "senior analyst"),
        ("senior", "senior associate", "senior professional", "specialist", "expert", "spezialist", "senior specialist",
         "senior officer", "consultant"),
        ("lead", "team lead", "team leader", "teamleiter", "teamleitung", "supervisor", "staff", "manager",
         "assistant manager", "first line manager", "group lead", "gruppenleiter", "senior consultant"),
        ("principal", "senior manager", "abteilungsleiter", "abteilungsleitung", "associate director",
         "middle management", "middle manager", "senior lead"),
        ("director", "head", "head of", "bereichsleiter", "bereichsleitung", "distinguished", "head of department",
         "deputy director", "directeur"),
        ("senior director", "general manager", "senior management", "senior leadership", "senior leader"),
        ("vp", "vice president", "fellow", "avp", "vicepresidente"),
        ("svp", "senior vice president", "evp", "executive vice president", "partner", "executive director"),
        ("c-level", "c level", "c-suite", "cxo", "executive", "board", "vorstand", "managing director", "ceo", "chief",
         "geschaftsfuhrer", "geschäftsführer", "geschäftsführung", "president", "executive committee", "board member"),
    ),
    # The grades of the British Civil Service.
    (
        ("aa",), ("ao",), ("eo",), ("heo", "heo/seo"), ("seo",), ("g7", "grade 7"), ("g6", "grade 6"),
        ("scs1", "scs 1", "deputy director"), ("scs2", "scs 2", "director"),
        ("scs3", "scs 3", "director general"), ("scs4", "scs 4", "permanent secretary"),
    ),
    (
        ("entry", "entry level"), ("low",), ("mid", "medium", "middle"), ("high",), ("top",),
    ),
)  # fmt: skip
# Letters before a number, from most junior to most senior: IC3 stands below M1, M4 below D1.
_FAMILIES: Final = (
    ("a", "t", "s", "ic", "p", "ta", "sp", "tech"),
    ("m", "mg", "mgr", "lead", "tl"),
    ("d", "dir", "sm"),
    ("vp", "v"),
    ("svp", "e", "ex", "exec", "c"),
)
_FAMILY: Final = {name: place for place, names in enumerate(_FAMILIES) for name in names}
_CODE: Final = re.compile(r"([A-Za-zÄÖÜäöü .\-]*?)[ \-_]*([0-9]{1,3})([a-z]?)", re.IGNORECASE)
# `13 - Director`, `L5: Senior Engineer`, `Grade 7 (Manager)`.
_CODE_FIRST: Final = re.compile(r"([A-Za-z .]{0,12}?)[ \-_]?([0-9]{1,3})\s*(?:[-–—:.|/]|\()\s*\D.*")
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_WHOLE: Final = re.compile(r"-?[0-9]+(\.0+)?")
_NUMERAL: Final = re.compile(r"(.*\D)[ \-]*\b(i{1,3}|iv|vi{0,3}|ix|x)", re.IGNORECASE)


def grade_order(labels: Iterable[str]) -> dict[str, str]:
    """Numbers for grade labels where their order is known; a label of unknown rank is not in it.

    Whole numbers need no mapping; labels like E3, Band 7 or `13 - Director` take their number when all
    share one prefix.
    """
    words = [label for label in islice(labels, MAX_LABELS + 1) if not _WHOLE.fullmatch(label)]
    if not words or len(words) > MAX_LABELS:
        return {}
    ranked = max((_ranks(words, ladder) for ladder in _LADDERS), key=len)
    if len(ranked) == len(words):
        return ranked
    return _by_number(words) or _by_numeral(words) or _by_family(words) or _by_phrase(words, ranked)


def _ranks(labels: list[str], ladder: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    rank = {label: str(number) for number, names in enumerate(ladder, start=1) for label in names}
    return {label: rank[normal(label)] for label in labels if normal(label) in rank}


def _by_number(labels: list[str]) -> dict[str, str]:
    codes = [_CODE.fullmatch(label) or _CODE_FIRST.fullmatch(label) for label in labels]
    prefixes = {code[1].strip().casefold() for code in codes if code}
    # E9a and E9b would share a number that they do not share.
    if (
        not all(codes)
        or len(prefixes) != 1
        or any(code[0][-1].isalpha() and code.re is _CODE for code in codes if code)
    ):
        return {}
    return {label: code[2].lstrip("0") or "0" for label, code in zip(labels, codes, strict=True) if code}


def _by_numeral(labels: list[str]) -> dict[str, str]:
    """`Engineer I` to `Engineer IV`, all with one word before."""
    parts = [_NUMERAL.fullmatch(label) for label in labels]
    if not all(parts) or len({part[1].strip().casefold() for part in parts if part}) != 1:
        return {}
    return {label: str(_ROMAN[part[2].lower()]) for label, part in zip(labels, parts, strict=True) if part}


def _by_family(labels: list[str]) -> dict[str, str]:
    """Several prefixes whose order is known: all of IC before all of M, and so on."""
    places = {}
    for label in labels:
        code = _CODE.fullmatch(label)
        prefix, number = (code[1], int(code[2])) if code else (label, 0)
        family = _FAMILY.get(prefix.strip(" .-").casefold())
        if family is None:
            return {}
        places[label] = (family, number)
    in_order = {place: str(number) for number, place in enumerate(sorted(set(places.values())), start=1)}
    return {label: in_order[place] for label, place in places.items()}


def _by_phrase(labels: list[str], ranked: dict[str, str]) -> dict[str, str]:
    """What a ladder holds as it is, and labels that hold a phrase of the first one: the longest counts."""
    rank = {phrase: number for number, phrases in enumerate(_LADDERS[0], start=1) for phrase in phrases}
    if not all(normal(label) in rank for label in ranked):
        return ranked
    found = {}
    for label in labels:
        words = f" {re.sub(r'[^a-zäöüéè]+', ' ', normal(label)).strip()} "
        phrases = [phrase for phrase in rank if f" {phrase.replace('-', ' ')} " in words]
        if phrases:
            found[label] = str(rank[max(phrases, key=lambda phrase: (len(phrase.split()), len(phrase)))])
    return found
