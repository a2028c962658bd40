"""The event log as a file that a spreadsheet opens: ids and codes, with each event's place in the chain."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet, Subquery

from viceversa.formats.cells import FORMULA_STARTS

from .models import Event, EventSeal

AT_ONCE = 1_000
STARTS_A_FORMULA = f"{FORMULA_STARTS}\t\r\n"
COLUMNS = ("at", "verb", "noun", "object_id", "actor", "scope", "facts", "position", "digest")


def events_csv(events: QuerySet[Event]) -> Iterator[str]:
    """Line by line, in the order of ``events``; an event that waits for its seal has no position yet."""
    yield _line(list(COLUMNS))
    own = EventSeal.objects.filter(event_key=OuterRef("pk"))
    with_seals = events.annotate(position=Subquery(own.values("position")), digest=Subquery(own.values("digest")))
    for at, *codes, facts, position, digest in with_seals.values_list(*COLUMNS).iterator(AT_ONCE):
        told = json.dumps(facts, sort_keys=True) if facts else ""
        yield _line([at.isoformat(), *codes, told, "" if position is None else str(position), digest or ""])


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([_as_text(cell) for cell in cells])
    return text.getvalue()


def _as_text(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if cell[:1] and cell[0] in STARTS_A_FORMULA else cell
