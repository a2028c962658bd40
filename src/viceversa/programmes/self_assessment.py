"""What no data knows: questions that a coordinator answers honestly, with yes, partly or no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from viceversa.accounts.models import User

from .events import record_programme
from .models import Programme, ReadinessAnswer
from .standards import Standard

Word = ReadinessAnswer.Word


@dataclass(frozen=True)
class Question:
    """``decides``: a no means that the programme should not be launched yet, whatever else is in place."""

    code: str
    standard: Standard
    asks: str | Promise
    advice: str | Promise
    decides: bool = False


QUESTIONS: Mapping[str, Question] = {
    one.code: one
    for one in (
        Question(
            "sponsor",
            Standard.PURPOSE,
            _("Has a senior sponsor said in public what this is for, and protected the time and money for it?"),
            _("Ask the sponsor for one page: the purpose, the hours, and that nobody suffers for what they say."),
            decides=True,
        ),
        Question(
            "first_leader",
            Standard.PURPOSE,
            _("Will the most senior leader who takes part go first and say what they cannot do?"),
            _("Let the most senior person begin. What they find hard, the others may find hard too."),
        ),
        Question(
            "briefing",
            Standard.TRAINING,
            _("Is there an hour for each side, before the first meeting, to be told what this is and is not?"),
            _("Book both hours before you invite. Mentors need the limits of their role, leaders need to listen."),
        ),
        Question(
            "voluntary",
            Standard.SELECTION,
            _("Does everybody take part of their own will, leaders too?"),
            _("Let people say no without a reason. Those who were sent rarely learn, and mentors notice."),
            decides=True,
        ),
        Question(
            "acting",
            Standard.MEASUREMENT,
            _("Is it settled who looks at the results, when, and who may decide what changes?"),
            _("Name one person and one date. Conversations that lead to nothing hurt those who spoke."),
        ),
        Question(
            "safety",
            Standard.ETHICS,
            _("Can somebody here tell a leader something unwelcome and not pay for it?"),
            _("Do not launch yet. Begin with the leaders, with a small circle and with the handlers, and ask again."),
            decides=True,
        ),
        Question(
            "burden",
            Standard.ETHICS,
            _("Is the mentors’ effort seen and counted, above all of those who are few here?"),
            _("Count the hours as work, and ask no mentor to speak for a whole group."),
        ),
        Question(
            "managers",
            Standard.ADMINISTRATION,
            _("Have the mentors’ managers agreed to the hours?"),
            _("Tell them the hours and nothing else, before the first invitation."),
        ),
        Question(
            "your_time",
            Standard.ADMINISTRATION,
            _("Do you have about half a day a week for this, and somebody who stands in for you?"),
            _("Agree on the time, and give a second person the role of coordinator."),
        ),
    )
}


@dataclass(frozen=True)
class Answered:
    word: Word
    by: User | None
    at: datetime


def answers_of(programme: Programme) -> dict[str, Answered]:
    """The newest answer to each question that was answered; one query."""
    rows = programme.readiness_answers.select_related("by")
    return {row.question: Answered(Word(row.word), row.by, row.at) for row in rows if row.question in QUESTIONS}


@transaction.atomic
def answer_questions(programme: Programme, *, answers: Mapping[str, Word], by: User, now: datetime) -> int:
    """Write down the answers that are new or other than before; how many. Earlier ones stay in the record."""
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    before = answers_of(held)
    fresh = [
        ReadinessAnswer(programme=held, question=code, word=word, by=by, at=now)
        for code, word in answers.items()
        if code in QUESTIONS and (code not in before or before[code].word != word)
    ]
    ReadinessAnswer.objects.bulk_create(fresh)
    if fresh:
        record_programme("readiness_answered", held, by=by, now=now, facts={"answers": len(fresh)})
    return len(fresh)
