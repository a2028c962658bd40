"""People of the directory as a file that a spreadsheet opens: the organisation's facts, nothing of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.formats.cells import FORMULA_STARTS

from .models import Person

STARTS_A_FORMULA = f"{FORMULA_STARTS}\t\r\n"
AT_ONCE = 1_000
# Heading → where it stands; headings as in docs/files.md, so that the file can come back in.
COLUMNS = {
    "person_id": "person_id",
    "given_name": "given_name",
    "family_name": "family_name",
    "email": "email",
    "job_title": "job_title",
    "function": "function",
    "location": "location",
    "manager_id": "manager__person_id",
    "grade": "grade",
    "role": "role",
    "hire_date": "hire_date",
    "leave_date": "leave_date",
}


@transaction.atomic
def note_taken_out(people: QuerySet[Person], *, by: User, now: datetime) -> int:
    """Record that somebody takes these people out as a file; how many they are."""
    count = people.count()
    record("people.taken_out", noun="people", object_id="", by=by, now=now, facts={"people": count})
    return count


def people_csv(people: QuerySet[Person]) -> Iterator[str]:
    """Line by line, in the order of ``people``, with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff" + _line(list(COLUMNS))
    for row in people.values_list(*COLUMNS.values()).iterator(AT_ONCE):
        yield _line([_as_text("" if value is None else str(value)) for value in row])


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _as_text(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if cell[:1] and cell[0] in STARTS_A_FORMULA else cell
