"""A run's pairs as a file, in the columns of docs/files.md."""

from __future__ import annotations

import csv
import io

from viceversa.formats.cells import FORMULA_STARTS
from viceversa.matching.policy import CRITERIA

from .models import MatchRun

STARTS_A_FORMULA = f"{FORMULA_STARTS}\t\r"


def pairs_csv(run: MatchRun) -> str:
    """One line a pair, sorted by the ids; an id that a spreadsheet would take for a formula is made text."""
    columns = ("mentor__person__person_id", "mentee__person__person_id", "score", "criteria")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("mentor_id", "mentee_id", "score", *CRITERIA))
    for mentor, mentee, score, values in sorted(run.proposals.values_list(*columns), key=lambda row: row[:2]):
        numbers = (score, *(values.get(name, 0.0) for name in CRITERIA))
        writer.writerow((_safe(mentor), _safe(mentee), *(f"{number:.6f}" for number in numbers)))
    return text.getvalue()


def _safe(person_id: str) -> str:
    return f"'{person_id}" if person_id[:1] and person_id[0] in STARTS_A_FORMULA else person_id
