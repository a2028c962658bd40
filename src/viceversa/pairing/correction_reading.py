"""A file of corrected pairs: its bytes, the rows that it asks for, and what cannot be read of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from viceversa.formats.cells import FORBIDDEN
from viceversa.formats.problems import ProblemLog
from viceversa.formats.table import read_table

HEADINGS = frozenset({"mentor_id", "mentee_id", "decision", "reason"})
KEEP, LOCK, FORBID = "", "lock", "forbid"
_WORDS = {"": KEEP, "keep": KEEP, "lock": LOCK, "locked": LOCK, "forbid": FORBID, "forbidden": FORBID}
MOST_REASON = 1_000


@dataclass(frozen=True)
class Wanted:
    """One row of the file."""

    line: int
    mentor_id: str
    mentee_id: str
    decision: str
    reason: str


@dataclass(frozen=True)
class Trouble:
    """Something wrong with the file: where, the value, and what to do."""

    line: int
    value: str
    message: str


def read_corrections(data: bytes, *, file_name: str) -> tuple[list[Wanted], list[Trouble]]:
    """The rows of a CSV file or workbook; with any trouble they are there to be judged, not to be applied."""
    log = ProblemLog(file_name)
    table = read_table(data, log, known_headings=HEADINGS)
    if table is None:
        return [], _told(log)
    places = {heading.casefold(): place for place, heading in enumerate(table.header)}
    missing = sorted({"mentor_id", "mentee_id"} - places.keys())
    if missing:
        words = _("The column %(column)s is missing; take the file that the run gives and correct it.")
        return [], [Trouble(1, one, words % {"column": one}) for one in missing]
    wanted, troubles = [], []
    for line, cells in table.rows(log):
        row = {name: _readable(cells[place]) for name, place in places.items() if name in HEADINGS}
        word = row.get("decision", "").casefold()
        if word not in _WORDS:
            message = _("The decision is not known; write lock, forbid, or leave it empty.")
            troubles.append(Trouble(line, row["decision"][:80], message))
        reason = row.get("reason", "")[:MOST_REASON]
        ids = _plain(row["mentor_id"]), _plain(row["mentee_id"])
        wanted.append(Wanted(line, *ids, _WORDS.get(word, KEEP), reason))
    if not wanted and not log.listed():
        troubles = [
            Trouble(0, "", _("The file names no pair at all; take the file that the run gives and correct it."))
        ]
    return wanted, [*_told(log), *troubles]


def _told(log: ProblemLog) -> list[Trouble]:
    errors = [one for one in log.listed() if one.severity == "error"]
    return [Trouble(one.line, _readable(one.value[:80]), _readable(one.message)) for one in errors]


def _readable(text: str) -> str:
    """Without what no page can show and no database keep."""
    return FORBIDDEN.sub(" ", text).strip()


def _plain(person_id: str) -> str:
    """The id without the mark that keeps a spreadsheet from taking it for a formula."""
    return person_id[1:] if person_id[:1] == "'" else person_id
