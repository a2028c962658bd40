"""The readiness check: go, caution or not yet for each thing that decides whether a programme works, with the reason.

What the product knows is looked up; what only people know is asked and kept with who answered when. The launch gate
(`readiness.py`) is a part of it: an objective with all its parts, and dates in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .models import Programme
from .readiness import Readiness, readiness_of
from .readiness_item import Item, Place, Verdict
from .readiness_items import known_items, pool_for
from .readiness_pool import Pool
from .self_assessment import QUESTIONS, Answered, Question, Word, answers_of
from .standards import STANDARD_WORDS, Standard

__all__ = ["Check", "Item", "Place", "Section", "Verdict", "check_of"]

WEIGHT = (Verdict.GO, Verdict.CAUTION, Verdict.NOT_YET)


@dataclass(frozen=True)
class Section:
    """One of the six standards, with what belongs to it."""

    title: str
    items: tuple[Item, ...]

    @property
    def verdict(self) -> Verdict:
        return worst(item.verdict for item in self.items)

    @property
    def well(self) -> int:
        """How many of its things are in place."""
        return sum(item.verdict is Verdict.GO for item in self.items)


@dataclass(frozen=True)
class Check:
    """Everything looked at, by standard, and what it comes to."""

    gate: Readiness
    sections: tuple[Section, ...]
    answers: dict[str, Answered]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def overall(self) -> Verdict:
        return worst(item.verdict for item in self.items)

    @property
    def not_yet(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.verdict is Verdict.NOT_YET)

    @property
    def cautions(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.verdict is Verdict.CAUTION)

    @property
    def advises_against(self) -> bool:
        """Whether somebody answered no to a question that decides by itself."""
        return any(
            QUESTIONS[code].decides and answer.word is Word.NO
            for code, answer in self.answers.items()
            if code in QUESTIONS
        )

    @property
    def verdicts(self) -> dict[str, str]:
        return {item.code: item.verdict.value for item in self.items}

    @property
    def must_acknowledge(self) -> bool:
        """Whether a launch needs a written word, because the check says not yet."""
        return self.overall is Verdict.NOT_YET


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=WEIGHT.index, default=Verdict.GO)


def check_of(programme: Programme, *, now: datetime, pool: Pool | None = None) -> Check:
    """Look at the programme and at the cohort it looks at. A fixed number of queries.

    ``pool`` is who could be matched, where that was counted before.
    """
    gate = readiness_of(programme, today=now.date())
    answers = answers_of(programme)
    pool = pool or pool_for(programme, today=now.date())
    items = [*known_items(programme, gate=gate, pool=pool, today=now.date()), *_asked(answers)]
    sections = tuple(
        Section(str(STANDARD_WORDS[standard]), tuple(item for item in items if item.standard is standard))
        for standard in Standard
    )
    return Check(gate=gate, sections=sections, answers=answers)


def _asked(answers: dict[str, Answered]) -> list[Item]:
    return [_answered(question, answers.get(question.code)) for question in QUESTIONS.values()]


def _answered(question: Question, answer: Answered | None) -> Item:
    if answer is None:
        verdict, reason = Verdict.CAUTION, _("Nobody has answered this yet.")
    else:
        verdict, reason = _judged(question, answer.word)
    return Item(
        code=question.code,
        standard=question.standard,
        verdict=verdict,
        title=str(question.asks),
        reason=reason,
        advice="" if verdict is Verdict.GO else str(question.advice),
        place=Place.QUESTIONS,
        answer=answer,
    )


def _judged(question: Question, word: Word) -> tuple[Verdict, str]:
    if word is Word.YES:
        return Verdict.GO, _("Yes.")
    if word is Word.PARTLY:
        return Verdict.CAUTION, _("Partly.")
    return (Verdict.NOT_YET if question.decides else Verdict.CAUTION), _("No.")
