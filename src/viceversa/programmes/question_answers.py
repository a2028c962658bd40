"""What people answered to a programme's own questions: kept, read by whom it is for, taken out as a sheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from viceversa.formats.cells import FORMULA_STARTS
from viceversa.people.models import Person

from .models import Cohort, Enrolment, Question, QuestionAnswer
from .questions import questions_asked, questions_for

AnswerValue = str | int | bool | list[str]
_STARTS_A_FORMULA = f"{FORMULA_STARTS}\t\r"


@dataclass(frozen=True)
class Answered:
    """A question and what one enrolment answered, in words; empty: nothing. ``earlier``: to an earlier version."""

    question: Question
    words: str
    earlier: bool = False


def answers_of(enrolment: Enrolment) -> dict[str, AnswerValue]:
    """Question's public id → answer, for what this enrolment is asked today."""
    asked = questions_for(enrolment)
    rows = QuestionAnswer.objects.filter(enrolment=enrolment, question__in=asked.order_by())
    return dict(rows.values_list("question__public_id", "value"))


def keep_answers(enrolment: Enrolment, *, answers: Mapping[str, AnswerValue | None]) -> None:
    """Keep answers by question; None takes an answer back. What is not asked of this enrolment is passed over."""
    asked = {question.public_id: question for question in questions_for(enrolment)}
    known = {public_id: value for public_id, value in answers.items() if public_id in asked}
    emptied = [asked[public_id] for public_id, value in known.items() if value is None]
    QuestionAnswer.objects.filter(enrolment=enrolment, question__in=emptied).delete()
    QuestionAnswer.objects.bulk_create(
        [
            QuestionAnswer(enrolment=enrolment, question=asked[public_id], value=value)
            for public_id, value in known.items()
            if value is not None
        ],
        update_conflicts=True,
        update_fields=["value"],
        unique_fields=["question", "enrolment"],
    )


def required_unanswered(enrolment: Enrolment) -> bool:
    """Whether something that has to be answered is not; a question that was added later counts too."""
    given = QuestionAnswer.objects.filter(enrolment=enrolment).values("question")
    return questions_for(enrolment).filter(required=True).exclude(pk__in=given).exists()


def answered_lines(enrolment: Enrolment) -> list[Answered]:
    """For the coordinator: today's questions in order, then answers to earlier versions and removed questions."""
    given = {
        answer.question_id: answer
        for answer in QuestionAnswer.objects.filter(enrolment=enrolment).select_related("question").order_by("pk")
    }
    asked = list(questions_for(enrolment))
    lines = [Answered(one, in_words(one, given[one.pk].value) if one.pk in given else "") for one in asked]
    today = {one.pk for one in asked}
    earlier = [answer for key, answer in given.items() if key not in today]
    return lines + [Answered(one.question, in_words(one.question, one.value), earlier=True) for one in earlier]


def told_to_partner(enrolment: Enrolment) -> list[Answered]:
    """For a partner once the two are a pair: answers to questions that said so when they were asked."""
    rows = QuestionAnswer.objects.filter(
        enrolment=enrolment, question__retired_at=None, question__readers=Question.Readers.PARTNER_TOO
    )
    rows = rows.select_related("question").order_by("question__position", "pk")
    return [Answered(row.question, in_words(row.question, row.value)) for row in rows]


def in_words(question: Question, value: AnswerValue) -> str:
    """An answer as a reader reads it."""
    if question.kind == Question.Kind.YES_NO:
        return _("Yes") if value else _("No")
    if question.kind == Question.Kind.SEVERAL and isinstance(value, list):
        return ", ".join(value)
    if question.kind == Question.Kind.SCALE:
        return _("%(value)s of 5") % {"value": value}
    return str(value)


def answers_csv(cohort: Cohort) -> str:
    """One line a person and role of the cohort, one column a question asked today; for a spreadsheet, safely."""
    asked = list(questions_asked(cohort.programme))
    rows = Enrolment.objects.filter(cohort=cohort).exclude(
        state__in=(Enrolment.State.DECLINED, Enrolment.State.WITHDRAWN)
    )
    given: dict[tuple[int, int], AnswerValue] = {
        (enrolment, question): value
        for enrolment, question, value in QuestionAnswer.objects.filter(
            enrolment__cohort=cohort, question__in=asked
        ).values_list("enrolment_id", "question_id", "value")
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_safe(["person_id", "name", "role", "state", *(question.words for question in asked)]))
    columns = [f"person__{name}" for name in _NAMES]
    people = rows.order_by("person__person_id", "role").values_list("pk", "role", "state", *columns)
    for key, role, state, *names in people.iterator(2_000):
        person = Person.from_db(None, _NAMES, names)
        told = [
            in_words(question, given[key, question.pk]) if (key, question.pk) in given else "" for question in asked
        ]
        writer.writerow(_safe([person.person_id, person.name, role, state, *told]))
    return text.getvalue()


_NAMES = ("person_id", "given_name", "family_name", "preferred_name")


def _safe(cells: Iterable[str]) -> list[str]:
    """Cells that a spreadsheet would take for a formula are made text; full-width signs count as their own."""
    return [f"'{cell}" if _looks_like_a_formula(cell) else cell for cell in cells]


def _looks_like_a_formula(cell: str) -> bool:
    first = cell[:1]
    if first.isascii():
        return first in tuple(_STARTS_A_FORMULA)
    return unicodedata.normalize("NFKC", first)[:1] in tuple(_STARTS_A_FORMULA)
