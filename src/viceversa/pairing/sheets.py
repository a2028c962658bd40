"""A run as files: its pairs in the columns of docs/files.md, and a workbook of what a coordinator may see."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from viceversa.formats.cells import FORMULA_STARTS
from viceversa.formats.workbook_writing import Cell, workbook
from viceversa.matching.policy import CRITERIA
from viceversa.people.models import Person

from .loosening import Group, group_of
from .models import MatchRun, Rota
from .review import GONE_ON, proposals_of
from .sifting import standing_in
from .words.reasons import Two, caution_sentences, why_sentences
from .words.rules import rule_sentences, weight_shares
from .words.unmatched import way_out, why_alone

STARTS_A_FORMULA = f"{FORMULA_STARTS}\t\r"


def pairs_csv(run: MatchRun) -> str:
    """One line a pair, sorted by the ids; an id that a spreadsheet would take for a formula is made text."""
    columns = ("mentor__person__person_id", "mentee__person__person_id", "score", "criteria")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("mentor_id", "mentee_id", "score", *CRITERIA))
    rows = standing_in(run).order_by().values_list(*columns)
    numbers = ",".join(["%.6f"] * (len(CRITERIA) + 1))
    for mentor, mentee, score, values in sorted(rows, key=lambda row: row[:2]):
        told = numbers % (score, *[values.get(name, 0.0) for name in CRITERIA])
        writer.writerow((_safe(mentor), _safe(mentee), *told.split(",")))
    return text.getvalue()


def rota_rows_csv(made: Rota) -> str:
    """One line a meeting, by round and ids."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("round", "minutes", "mentor_id", "mentor_name", "mentee_id", "mentee_name"))
    rows = made.meetings.order_by().select_related("mentor__person", "mentee__person")
    told = [(one.round, one.mentor.person, one.mentee.person) for one in rows]
    for number, *two in sorted(told, key=lambda row: (row[0], row[1].person_id, row[2].person_id)):
        sides = [_safe(value) for one in two for value in (one.person_id, one.name)]
        writer.writerow((number, made.minutes, *sides))
    return text.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] and text[0] in STARTS_A_FORMULA else text


def run_workbook(run: MatchRun) -> bytes:
    """Pairs, who has no partner, and the rules, a sheet each; the first can be corrected and brought back."""
    sheets = (("Pairs", _pair_rows(run)), ("Unmatched", _alone_rows(run)), ("Rules", _rule_rows(run)))
    return workbook([(title, (list(map(_cell, row)) for row in rows)) for title, rows in sheets])


def _cell(value: Cell) -> Cell:
    return _safe(value) if isinstance(value, str) else value


_DECISIONS = {"locked": "lock", "forbidden": "forbid"}
_SHOWN = ("job_title", "function", "location")
_NAMES = ("person_id", "given_name", "family_name", "preferred_name", *_SHOWN)


def _pair_rows(run: MatchRun) -> Iterator[Sequence[Cell]]:
    heads = [f"{side}_{column}" for side in ("mentor", "mentee") for column in ("name", *_SHOWN)]
    told = ("why", "cautions", "state", "by_hand")
    yield ("mentor_id", "mentee_id", "decision", "reason", "score", *CRITERIA, *heads, *told)
    columns = [f"{side}__person__{name}" for side in ("mentor", "mentee") for name in _NAMES]
    rows = proposals_of(run).values_list(
        *columns, "score", "criteria", "reasons", "cautions", "state", "by_hand", "decided"
    )
    width = len(_NAMES)
    for row in rows.iterator(2_000):
        score, criteria, reasons, cautions, state, by_hand, decided = row[2 * width :]
        mentor, mentee = (Person.from_db(None, _NAMES, row[at : at + width]) for at in (0, width))
        two = Two.of(mentor, mentee)
        yield (
            mentor.person_id,
            mentee.person_id,
            _DECISIONS.get(decided or "", ""),
            "",  # what was written as a reason stays with the programme's coordinators, inside
            round(score, 6),
            *(round(criteria.get(name, 0.0), 6) for name in CRITERIA),
            *(mentor.name, mentor.job_title, mentor.function, mentor.location),
            *(mentee.name, mentee.job_title, mentee.function, mentee.location),
            " ".join(why_sentences(reasons, two=two)) if reasons else "",
            " ".join(caution_sentences(cautions, two=two)) if cautions else "",
            "not_gone_ahead" if state in GONE_ON else state,  # never which of the ways it was
            "yes" if by_hand else "",
        )


def _alone_rows(run: MatchRun) -> Iterator[Sequence[Cell]]:
    yield ("person_id", "name", "role", "feasible_partners", "reason", "why", "loosening")
    told: dict[tuple[str, int, Group], tuple[str, str]] = {}
    rows = run.unmatched.select_related("enrolment__person").only(*_OF_WHO_IS_ALONE)
    for one in rows.iterator(2_000):
        person, role = one.enrolment.person, one.enrolment.role
        alike = (role, one.feasible_partners, group_of(one))
        if alike not in told:  # whole sides stay alone for the same few reasons
            told[alike] = why_alone(one), way_out(alike[2], policy=run.policy)
        yield (person.person_id, person.name, role, one.feasible_partners, one.reason, *told[alike])


_OF_WHO_IS_ALONE = (
    *("run", "feasible_partners", "reason", "relaxation_key", "relaxation_value", "further_pairs", "enrolment__role"),
    *(f"enrolment__person__{name}" for name in ("person_id", "given_name", "family_name", "preferred_name")),
)


def _rule_rows(run: MatchRun) -> Iterable[Sequence[Cell]]:
    yield (_("The rules of this run"), "")
    for rule in rule_sentences(run.policy, leader=run.cohort.programme.mentee_word):
        yield (rule, "")
    for label, share in weight_shares(run.policy):
        yield (label, round(float(share), 1))
