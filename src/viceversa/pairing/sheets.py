"""A run as files: its pairs in the columns of docs/files.md, and a workbook of what a coordinator may see."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook

from viceversa.formats.cells import FORBIDDEN, FORMULA_STARTS
from viceversa.matching.policy import CRITERIA

from .loosening import group_of
from .models import MatchRun, Proposal
from .review import GONE_ON, proposals_of
from .sifting import standing_in
from .words.reasons import Two, caution_sentences, why_sentences
from .words.rules import rule_sentences, weight_shares
from .words.unmatched import way_out, why_alone

STARTS_A_FORMULA = f"{FORMULA_STARTS}\t\r"
Cell = str | float | int


def pairs_csv(run: MatchRun) -> str:
    """One line a pair, sorted by the ids; an id that a spreadsheet would take for a formula is made text."""
    columns = ("mentor__person__person_id", "mentee__person__person_id", "score", "criteria")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("mentor_id", "mentee_id", "score", *CRITERIA))
    for mentor, mentee, score, values in sorted(standing_in(run).values_list(*columns), key=lambda row: row[:2]):
        numbers = (score, *(values.get(name, 0.0) for name in CRITERIA))
        writer.writerow((_safe(mentor), _safe(mentee), *(f"{number:.6f}" for number in numbers)))
    return text.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] and text[0] in STARTS_A_FORMULA else text


def run_workbook(run: MatchRun) -> bytes:
    """Pairs, who has no partner, and the rules, a sheet each; the first can be corrected and brought back."""
    book = Workbook(write_only=True)
    for title, rows in (("Pairs", _pair_rows(run)), ("Unmatched", _alone_rows(run)), ("Rules", _rule_rows(run))):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_cell(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(value: Cell) -> Cell:
    return _safe(FORBIDDEN.sub(" ", value)) if isinstance(value, str) else value


def _pair_rows(run: MatchRun) -> Iterator[Sequence[Cell]]:
    people = ("name", "job_title", "function", "location")
    heads = [f"{side}_{column}" for side in ("mentor", "mentee") for column in people]
    yield (
        "mentor_id",
        "mentee_id",
        "decision",
        "reason",
        "score",
        *CRITERIA,
        *heads,
        "why",
        "cautions",
        "state",
        "by_hand",
    )
    for one in proposals_of(run):
        mentor, mentee = one.mentor.person, one.mentee.person
        two = Two.of(mentor, mentee)
        yield (
            mentor.person_id,
            mentee.person_id,
            {"locked": "lock", "forbidden": "forbid"}.get(getattr(one, "decided", None) or "", ""),
            "",  # what was written as a reason stays with the programme's coordinators, inside
            round(one.score, 6),
            *(round(one.criteria.get(name, 0.0), 6) for name in CRITERIA),
            *(str(getattr(person, column)) for person in (mentor, mentee) for column in people),
            " ".join(why_sentences(one.reasons, two=two)),
            " ".join(caution_sentences(one.cautions, two=two)),
            _state(one),
            "yes" if one.by_hand else "",
        )


def _state(proposal: Proposal) -> str:
    """As the pages say it: never which of the ways in which a pairing did not go ahead it was."""
    if proposal.state in GONE_ON:
        return "not_gone_ahead"
    return str(proposal.state)


def _alone_rows(run: MatchRun) -> Iterator[Sequence[Cell]]:
    yield ("person_id", "name", "role", "feasible_partners", "reason", "why", "loosening")
    for one in run.unmatched.select_related("enrolment__person"):
        person, role = one.enrolment.person, one.enrolment.role
        told = why_alone(one), way_out(group_of(one), policy=run.policy)
        yield (person.person_id, person.name, role, one.feasible_partners, one.reason, *told)


def _rule_rows(run: MatchRun) -> Iterable[Sequence[Cell]]:
    yield (_("The rules of this run"), "")
    for rule in rule_sentences(run.policy, leader=run.cohort.programme.mentee_word):
        yield (rule, "")
    for label, share in weight_shares(run.policy):
        yield (label, round(float(share), 1))
