"""What Connected Leaders asks of its own at enrolment, and what people answered."""

from __future__ import annotations

from datetime import datetime
from random import Random

from viceversa.accounts.models import User
from viceversa.programmes.models import Cohort, Enrolment, Programme, Question, QuestionAnswer
from viceversa.programmes.questions import QuestionContent, add_question

Kind, Side, Readers = Question.Kind, Question.Side, Question.Readers
SHOWN = (
    "A page that answers customers’ questions in the shop app.",
    "Our team’s channel, from 40 to 2,000 readers in a year.",
    "A spreadsheet that orders the fresh goods by itself.",
    "Short films about how things are made here.",
    "The sign-in without passwords for the stores.",
)
DEVICES = ("My own laptop", "A company tablet", "Only my phone")
QUESTIONS = (
    QuestionContent(
        Kind.SHORT, Side.MENTOR, "What have you built or run that you could show?", "One thing, in one sentence.",
        (), False, Readers.PARTNER_TOO,
    ),
    QuestionContent(
        Kind.SCALE, Side.MENTEE, "How often do you try a new tool yourself?", "",
        ("Never", "Every week"), False, Readers.COORDINATOR,
    ),
    QuestionContent(
        Kind.ONE, Side.BOTH, "On which device do you want to meet?", "So that we can lend one where it is needed.",
        DEVICES, False, Readers.PARTNER_TOO,
    ),
)  # fmt: skip


def ask_questions(programme: Programme, *, by: User, now: datetime) -> None:
    """Add the three questions."""
    for number, content in enumerate(QUESTIONS):
        add_question(programme, content=content, by=by, now=now, public_id=f"{programme.public_id[:20]}-q{number}")


def answer_questions(cohort: Cohort, *, chance: Random) -> None:
    """Whoever sent their answers answered most of these too."""
    questions = list(cohort.programme.questions.asked())
    sent = Enrolment.objects.filter(cohort=cohort, submitted_at__isnull=False, opened_at__isnull=False)
    rows = [
        QuestionAnswer(question=question, enrolment=enrolment, value=_answer(question, chance=chance))
        for enrolment in sent.order_by("person__person_id", "role")
        for question in questions
        if question.side in (enrolment.role, Side.BOTH) and chance.random() < 0.85
    ]
    QuestionAnswer.objects.bulk_create(rows, batch_size=500)


def _answer(question: Question, *, chance: Random) -> str | int:
    if question.kind == Kind.SCALE:
        return chance.randint(1, 4)
    return chance.choice(SHOWN if question.kind == Kind.SHORT else DEVICES)
