"""Which questions are asked when: the plan of a programme as data. The instruments themselves are the surveys' own.

Instruments and waves are those of the measurement pack: few, short, and none without an objective behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Cohort
from .models.cohort import months_later

MOST_MINUTES = 8  # of one person in one wave


class Wave(StrEnum):
    """When people are asked, in order."""

    BASELINE = "baseline"
    WEEK_SIX = "week_six"
    MIDPOINT = "midpoint"
    END = "end"
    PLUS_3 = "plus_3"
    PLUS_6 = "plus_6"
    PLUS_12 = "plus_12"


@dataclass(frozen=True)
class Instrument:
    """A set of questions: whom it asks, and for how many minutes."""

    code: str
    name: str | Promise
    hint: str | Promise
    mentors: float = 0.0
    mentees: float = 0.0


INSTRUMENTS: Mapping[str, Instrument] = {
    one.code: one
    for one in (
        Instrument("digital", _("Digital self-assessment"), _("12 to 15 items after DigComp"), mentees=3),
        Instrument("tasks", _("Tasks done unaided"), _("a checklist of eight"), mentees=1),
        Instrument("knowledge", _("Knowledge quiz"), _("ten questions on the topic"), mentees=3),
        Instrument("perspective", _("Taking the other’s view"), _("four items"), mentees=1),
        Instrument("mentoring_skills", _("Own skill as a mentor"), _("four items"), mentors=1),
        Instrument("staying", _("Intention to stay"), _("the six items of TIS-6"), mentors=1.5),
        Instrument("fair_effort", _("Whether the effort is fair"), _("one item"), mentors=0.25),
        Instrument("inclusion", _("Inclusion and fair treatment"), _("four items"), mentors=1, mentees=1),
        Instrument("engagement", _("Engagement"), _("five items"), mentors=1, mentees=1),
        Instrument("recommendation", _("Recommendation score"), _("one item"), mentors=0.25, mentees=0.25),
        Instrument("pulse", _("Pulse of the pair"), _("five items, of mentors six"), mentors=1, mentees=1),
        Instrument("then_rating", _("The start as seen from the end"), _("what they know now they did not"), mentees=1),
    )
}

WAVE_WORDS: Mapping[Wave, str | Promise] = {
    Wave.BASELINE: _("Before the matching"),
    Wave.WEEK_SIX: _("Week six"),
    Wave.MIDPOINT: _("Halfway"),
    Wave.END: _("At the end"),
    Wave.PLUS_3: _("Three months after"),
    Wave.PLUS_6: _("Six months after"),
    Wave.PLUS_12: _("Twelve months after"),
}

SurveyPlan = dict[str, list[str]]


def suggested_plan(instruments: tuple[str, ...]) -> SurveyPlan:
    """What a playbook measures before and after; the pulse in week six and halfway; a look back at the end."""
    measured = [code for code in INSTRUMENTS if code in instruments]
    look_back = ["then_rating"] if "digital" in measured or "knowledge" in measured else []
    lasting = [code for code in measured if code in ("tasks", "staying", "inclusion")]
    return {
        Wave.BASELINE.value: measured,
        Wave.WEEK_SIX.value: ["fair_effort", "pulse"],
        Wave.MIDPOINT.value: ["pulse"],
        Wave.END.value: [*measured, "recommendation", *look_back],
        Wave.PLUS_3.value: lasting,
        Wave.PLUS_6.value: [],
        Wave.PLUS_12.value: [],
    }


@dataclass(frozen=True)
class Minutes:
    mentors: float
    mentees: float

    @property
    def longest(self) -> float:
        return max(self.mentors, self.mentees)


def minutes_of(codes: list[str]) -> Minutes:
    """What one wave asks of a person of each side."""
    known = [INSTRUMENTS[code] for code in codes if code in INSTRUMENTS]
    return Minutes(sum(one.mentors for one in known), sum(one.mentees for one in known))


def compares(plan: Mapping[str, list[str]]) -> list[str]:
    """Codes asked both before the matching and at the end: what can show a change."""
    return [code for code in plan.get(Wave.BASELINE, []) if code in plan.get(Wave.END, [])]


def day_of(wave: Wave, cohort: Cohort) -> date | None:
    """The day on which a wave opens; None in a cohort that is always on, where each pair has its own."""
    if cohort.ends_on is None:
        return None
    after = {Wave.PLUS_3: 3, Wave.PLUS_6: 6, Wave.PLUS_12: 12}
    if wave in after:
        return months_later(cohort.ends_on, after[wave])
    days = {
        Wave.BASELINE: cohort.starts_on - timedelta(days=14),
        Wave.WEEK_SIX: cohort.starts_on + timedelta(weeks=6),
        Wave.MIDPOINT: cohort.starts_on + (cohort.ends_on - cohort.starts_on) / 2,
        Wave.END: cohort.ends_on,
    }
    return days[wave]
