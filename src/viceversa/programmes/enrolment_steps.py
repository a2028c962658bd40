"""The pages of enrolment, one idea each: which belong to a role, which are done, which comes next."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db.models import Value

from .models import Enrolment
from .question_answers import required_unanswered
from .questions import SECONDS_A_QUESTION, questions_for

TIME, LEARN, TODAY, SHOW, GIVE = "time", "learn", "today", "show", "give"
INTERESTS, STYLE, ABOUT, AVOID, CHECK = "interests", "style", "about", "avoid", "check"
QUESTIONS, IDENTITY = "questions", "identity"  # only where the programme asks something there

STEPS: dict[str, tuple[str, ...]] = {
    Enrolment.Role.MENTEE: (TIME, LEARN, TODAY, GIVE, INTERESTS, STYLE, ABOUT, AVOID, CHECK),
    Enrolment.Role.MENTOR: (TIME, SHOW, LEARN, INTERESTS, STYLE, ABOUT, AVOID, CHECK),
}
# How long each takes somebody who reads the page for the first time, in seconds: a judgement, so that a mentee
# is promised five minutes; nobody has been timed yet.
SECONDS: dict[str, int] = {
    TIME: 50,
    LEARN: 60,
    TODAY: 25,
    SHOW: 60,
    GIVE: 30,
    INTERESTS: 30,
    STYLE: 20,
    ABOUT: 20,
    AVOID: 15,
    CHECK: 40,
}
SECONDS_AN_ATTRIBUTE = 10


@dataclass(frozen=True)
class StepPlace:
    """Where a step stands on the way: its number, the ones before and after, the minutes left."""

    step: str
    number: int
    of: int
    before: str
    after: str
    minutes_left: int

    @property
    def percent(self) -> float:
        return 100 * self.number / self.of


def steps_of(enrolment: Enrolment) -> tuple[str, ...]:
    """The pages of this enrolment in order; the check is always the last."""
    more = _more_steps(enrolment)
    return (*STEPS[enrolment.role][:-1], *more, CHECK)


def _more_steps(enrolment: Enrolment) -> dict[str, int]:
    """Pages that this programme adds, and the seconds they take; asked once for an enrolment that is at hand."""
    if "_more_steps" not in enrolment.__dict__:
        identity = enrolment.cohort.programme.identity_questions.order_by()
        kinds = questions_for(enrolment).order_by().values_list("kind")
        asked = [kind for (kind,) in kinds.union(identity.values_list(Value(IDENTITY)), all=True)]
        seconds = {
            QUESTIONS: sum(SECONDS_A_QUESTION[kind] for kind in asked if kind != IDENTITY),
            IDENTITY: SECONDS_AN_ATTRIBUTE * asked.count(IDENTITY),
        }
        enrolment.__dict__["_more_steps"] = {step: takes for step, takes in seconds.items() if takes}
    more: dict[str, int] = enrolment.__dict__["_more_steps"]
    return more


def place_of(step: str, *, enrolment: Enrolment) -> StepPlace:
    """Raises ``ValueError`` when this role has no such step."""
    steps = steps_of(enrolment)
    at = steps.index(step)
    takes = SECONDS | _more_steps(enrolment)
    seconds = sum(takes[each] for each in steps[at:])
    return StepPlace(
        step=step,
        number=at + 1,
        of=len(steps),
        before=steps[at - 1] if at else "",
        after=steps[at + 1] if at + 1 < len(steps) else "",
        minutes_left=math.ceil(seconds / 60),
    )


def minutes_of(enrolment: Enrolment) -> int:
    """How long the whole of it takes."""
    return place_of(steps_of(enrolment)[0], enrolment=enrolment).minutes_left


def next_step(enrolment: Enrolment) -> str:
    """The first step that is not done; the check once all others are, or once they take part."""
    if enrolment.state in Enrolment.TAKING_PART:
        return CHECK
    return next((step for step in steps_of(enrolment)[:-1] if step not in enrolment.steps_done), CHECK)


def steps_missing(enrolment: Enrolment) -> tuple[str, ...]:
    """What has to be answered before it can be sent; the other pages may stay empty."""
    needed = (TIME, SHOW if enrolment.role == Enrolment.Role.MENTOR else LEARN)
    missing = [step for step in needed if step not in enrolment.steps_done]
    return (*missing, *((QUESTIONS,) if required_unanswered(enrolment) else ()))
