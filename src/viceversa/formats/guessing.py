"""A first mapping for a file with its own headings: what most people would have chosen."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final

from viceversa.formats.headings import (
    BOTH_ROLES,
    FULL_NAME,
    MANAGER_MAYBE_NAME,
    column_meant,
    plain,
    reason_to_leave_out,
    role_flag,
)
from viceversa.formats.mapping import DATE_COLUMNS, ColumnUse, DateForm
from viceversa.formats.person import ROLES
from viceversa.formats.problems import ProblemLog
from viceversa.formats.table import Table
from viceversa.formats.topics import normal

# Whoever has more labels than this does not have grades.
_MAX_LABELS: Final = 100
# Enough to see how dates are written and whether managers are ids, whatever the order of rows.
_SAMPLE_ROWS: Final = 20_000
# Most managers must be found among the ids, for some have left or head the organisation.
_SHARE_OF_MANAGERS_FOUND: Final = 0.5

_YES: Final = ("yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "o", "vrai", "sí", "si", "s")
_NO: Final = ("no", "n", "false", "0", "-", "nein", "falsch", "non", "faux")

# From most junior to most senior; labels on one line are one grade.
_LADDERS: Final = (
    (
        ("intern", "trainee", "apprentice", "working student", "praktikant", "auszubildende"),
        ("junior", "entry", "entry level", "graduate", "analyst"),
        ("associate", "mid", "mid level", "mid-level", "intermediate", "professional", "regular", "experienced"),
        ("senior", "senior associate", "senior professional", "specialist", "expert"),
        ("lead", "team lead", "teamleiter", "supervisor", "staff", "manager"),
        ("principal", "senior manager", "abteilungsleiter"),
        ("director", "head", "head of", "bereichsleiter", "distinguished"),
        ("senior director",),
        ("vp", "vice president", "fellow"),
        ("svp", "senior vice president", "evp", "executive vice president", "partner"),
        ("c-level", "c level", "cxo", "executive", "board", "vorstand", "managing director"),
    ),
    # The grades of the British Civil Service.
    (
        ("aa",), ("ao",), ("eo",), ("heo", "heo/seo"), ("seo",), ("g7", "grade 7"), ("g6", "grade 6"),
        ("scs1", "scs 1", "deputy director"), ("scs2", "scs 2", "director"),
        ("scs3", "scs 3", "director general"), ("scs4", "scs 4", "permanent secretary"),
    ),
)  # fmt: skip
_CODE: Final = re.compile(r"([A-Za-z .\-]*?)\s*([0-9]{1,3})")
_WHOLE: Final = re.compile(r"-?[0-9]+(\.0+)?")
_TWO_NUMBERS: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2[0-9]{4}.*")


def guess_mapping(table: Table) -> dict[str, ColumnUse]:
    """What each heading of `table` most likely means; every column is in it, left out or not."""
    uses = {heading: _first_guess(heading, table.file) for heading in table.header if heading}
    _keep_most_telling(uses)
    sample = list(islice(table.rows(ProblemLog(table.file)), _SAMPLE_ROWS))
    place = {heading: index for index, heading in enumerate(table.header)}

    def cells(heading: str) -> dict[str, None]:
        return dict.fromkeys(cell for _, row in sample if (cell := row[place[heading]]))

    _identify_by_email(uses)
    ids = {cell for heading, use in uses.items() if _is_id(use) for cell in cells(heading)}
    for heading, use in uses.items():
        if use.to == "grade":
            uses[heading] = replace(use, values=grade_order(cells(heading)))
        elif use.to == "role" and not _says_roles(use, cells(heading)):
            has_title = any(other.to == "job_title" for other in uses.values())
            uses[heading] = ColumnUse(reason="same") if has_title else ColumnUse("job_title")
        elif use.to in DATE_COLUMNS:
            uses[heading] = replace(use, date_form=guess_date_form(cells(heading)))
        elif use.to == "manager_id" and plain(heading) in MANAGER_MAYBE_NAME:
            managers = cells(heading)
            found = sum(manager in ids for manager in managers)
            if found < _SHARE_OF_MANAGERS_FOUND * max(1, len(managers)):
                uses[heading] = ColumnUse(reason="unknown")
    return uses


def _first_guess(heading: str, file: str) -> ColumnUse:
    reason = reason_to_leave_out(heading)
    if reason == "identity":
        return ColumnUse(reason="identity")
    if reason == "pay":
        return ColumnUse(reason="pay")
    if reason == "private":
        return ColumnUse(reason="private")
    if plain(heading) == BOTH_ROLES:
        return ColumnUse("role", values=_yes_no(yes="both", no=_role_in_name(file)))
    role = role_flag(heading)
    if role:
        return ColumnUse("role", values=_yes_no(yes=role, no=""))
    column, _ = column_meant(heading)
    return ColumnUse(column) if column else ColumnUse(reason="unknown")


def _yes_no(*, yes: str, no: str) -> dict[str, str]:
    return dict.fromkeys(_YES, yes) | dict.fromkeys(_NO, no)


def _role_in_name(file: str) -> str:
    """`mentors.csv` holds mentors: what a person is who is not both."""
    name = file.casefold()
    if "mentee" in name:
        return "mentee"
    return "mentor" if "mentors" in name else ""


def _keep_most_telling(uses: dict[str, ColumnUse]) -> None:
    """One heading for each column of the format; role may be said by several."""
    chosen: dict[str, str] = {}
    for heading, use in uses.items():
        if not use.to or use.to == "role":
            continue
        rival = chosen.setdefault(use.to, heading)
        if column_meant(heading)[1] < column_meant(rival)[1]:
            chosen[use.to] = heading
    has_names = "given_name" in chosen and "family_name" in chosen
    for heading, use in uses.items():
        is_surplus = use.to in chosen and chosen[use.to] != heading
        if is_surplus or (use.to == FULL_NAME and has_names):
            uses[heading] = ColumnUse(reason="same")


def _identify_by_email(uses: dict[str, ColumnUse]) -> None:
    """Where no column is an id, the e-mail address is the one thing that tells people apart."""
    if any(use.to == "person_id" for use in uses.values()):
        return
    for heading, use in uses.items():
        if use.to == "email":
            uses[heading] = replace(use, identifies=True)


def _says_roles(use: ColumnUse, cells: Iterable[str]) -> bool:
    """Whether the cells are roles here, for many systems call a job a role."""
    meant = frozenset(use.values) | frozenset(ROLES)
    return all(normal(cell) in meant for cell in cells)


def _is_id(use: ColumnUse) -> bool:
    return use.to == "person_id" or use.identifies


def grade_order(labels: Iterable[str]) -> dict[str, str]:
    """Numbers for grade labels where their order is known; a label of unknown rank is not in it.

    Whole numbers need no mapping; labels like E3 or Band 7 take their number when all share one prefix.
    """
    words = [label for label in islice(labels, _MAX_LABELS + 1) if not _WHOLE.fullmatch(label)]
    if not words or len(words) > _MAX_LABELS:
        return {}
    ranked = max((_ranks(words, ladder) for ladder in _LADDERS), key=len)
    codes = [_CODE.fullmatch(word) for word in words]
    prefixes = {code[1].strip().casefold() for code in codes if code}
    if all(codes) and len(prefixes) == 1 and len(ranked) < len(words):
        return {word: code[2].lstrip("0") or "0" for word, code in zip(words, codes, strict=True) if code}
    return ranked


def _ranks(labels: list[str], ladder: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    rank = {label: str(number) for number, names in enumerate(ladder, start=1) for label in names}
    return {label: rank[normal(label)] for label in labels if normal(label) in rank}


def guess_date_form(cells: Iterable[str]) -> DateForm:
    """Which of day and month stands first; empty where the cells do not tell."""
    pairs = [match for cell in cells if (match := _TWO_NUMBERS.fullmatch(cell))]
    first = max((int(match[1]) for match in pairs), default=0)
    second = max((int(match[3]) for match in pairs), default=0)
    if first > 12 and second <= 12:
        return "day_first"
    if second > 12 and first <= 12:
        return "month_first"
    # Dots are written where the day stands first.
    has_dots = any(match[2] == "." for match in pairs)
    return "day_first" if has_dots and max(first, second) <= 12 else ""
