"""A programme's own questions at enrolment: asked, changed without touching what was answered, taken away."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User

from .models import Enrolment, Programme, Question
from .models.question import QuestionQuerySet

MOST_QUESTIONS = 20
SECONDS_A_QUESTION = {"short": 15, "long": 30, "one": 8, "several": 10, "scale": 8, "yes_no": 5}


class TooManyQuestions(Exception):
    """A programme asks at most so many; nobody would answer more."""


@dataclass(frozen=True)
class QuestionContent:
    """What a coordinator writes. ``choices`` holds what can be chosen; for a scale the words of its two ends."""

    kind: str
    side: str
    words: str
    hint: str
    choices: tuple[str, ...]
    required: bool
    readers: str


def questions_asked(programme: Programme) -> QuestionQuerySet:
    """Everything asked today, in order."""
    return Question.objects.filter(programme=programme).asked()


def questions_for(enrolment: Enrolment) -> QuestionQuerySet:
    """What this enrolment is asked, in order."""
    return questions_asked(enrolment.cohort.programme).for_role(enrolment.role)


def seen_of(question: Question) -> str:
    return fingerprint(_values(question))


@transaction.atomic
def add_question(
    programme: Programme, *, content: QuestionContent, by: User, now: datetime, public_id: str
) -> Question:
    """Ask one more thing, after the others. The same id twice is one question. Raises ``TooManyQuestions``."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    there = Question.objects.filter(programme=programme, public_id=public_id).first()
    if there is not None:
        return there
    asked = questions_asked(programme)
    if asked.count() >= MOST_QUESTIONS:
        raise TooManyQuestions
    last = asked.aggregate(last=Max("position"))["last"]
    made = Question.objects.create(
        programme=programme,
        public_id=public_id,
        position=0 if last is None else last + 1,
        made_at=now,
        **_columns(content),
    )
    _record("added", made, by=by, now=now)
    return made


@transaction.atomic
def change_question(question: Question, *, content: QuestionContent, seen: str, by: User, now: datetime) -> Question:
    """Change a question. Once answered, an edit of its meaning begins a new version that is asked anew.

    Whether an answer is required is no part of its meaning. Raises ``ChangedMeanwhile``, also when somebody
    removed or replaced the question meanwhile.
    """
    held = Question.objects.select_for_update().get(pk=question.pk)
    check_unchanged(_values(held), seen=seen)
    meaning = {name: value for name, value in _columns(content).items() if name != "required"}
    is_same = all(getattr(held, name) == value for name, value in meaning.items())
    if not is_same and held.answers.exists():
        held.retired_at = now
        held.save(update_fields=["retired_at"])
        held = Question.objects.create(
            programme=held.programme,
            position=held.position,
            version=held.version + 1,
            replaces=held,
            made_at=now,
            **_columns(content),
        )
    else:
        for name, value in _columns(content).items():
            setattr(held, name, value)
        held.save(update_fields=list(_columns(content)))
    _record("changed", held, by=by, now=now)
    return held


@transaction.atomic
def remove_question(question: Question, *, by: User, now: datetime) -> None:
    """Ask it no more. What was answered stays where it was answered; removing twice is removing once."""
    held = Question.objects.select_for_update().get(pk=question.pk)
    if held.retired_at is None:
        held.retired_at = now
        held.save(update_fields=["retired_at"])
        _record("removed", held, by=by, now=now)


@transaction.atomic
def move_question(question: Question, *, up: bool, by: User, now: datetime) -> None:
    """Exchange a question with its neighbour; the first does not move up and the last not down."""
    Programme.objects.select_for_update().get(pk=question.programme_id)
    rows = list(questions_asked(question.programme))
    at = next((place for place, row in enumerate(rows) if row.pk == question.pk), None)
    to = -1 if at is None else at + (-1 if up else 1)
    if at is None or not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows):
        row.position = position
    Question.objects.bulk_update(rows, ["position"])
    _record("moved", question, by=by, now=now)


def seconds_of(questions: list[Question]) -> int:
    """How long somebody takes to answer them: a judgement, a kind at a time."""
    return sum(SECONDS_A_QUESTION[question.kind] for question in questions)


def _columns(content: QuestionContent) -> dict[str, object]:
    return asdict(content) | {"choices": list(content.choices)}


def _values(question: Question) -> dict[str, object]:
    names = ("kind", "side", "words", "hint", "choices", "required", "readers", "retired_at")
    return {name: getattr(question, name) for name in names}


def _record(verb: str, question: Question, *, by: User, now: datetime) -> None:
    record(
        verb,
        noun="question",
        object_id=question.public_id,
        by=by,
        now=now,
        scope=question.programme.public_id,
        facts={"version": question.version},
    )
