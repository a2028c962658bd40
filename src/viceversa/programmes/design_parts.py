"""The parts of a programme's design: what each holds, and how a change of it is saved.

A part is read and changed as a whole. Reading it gives the values that its page shows; putting values in changes
the programme and its cohort in memory alone, so that a page can show the summary of what is not saved yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User
from viceversa.formats.topics import normal

from .events import record_programme
from .models import Cohort, Programme
from .scratch import plain_meeting, resized

MENTOR, MENTEE = "mentor", "mentee"
Values = Mapping[str, Any]


class Part(StrEnum):
    """In the order in which a coordinator goes through them."""

    PURPOSE = "purpose"
    DATES = "dates"
    RHYTHM = "rhythm"
    TOPICS = "topics"
    CONSENT = "consent"
    LIMITS = "limits"
    SURVEYS = "surveys"


def topics_of(programme: Programme, *, side: str) -> tuple[str, ...]:
    """The programme's topics that this side usually teaches, in their order."""
    return tuple(topic["name"] for topic in programme.topics if topic.get("side", MENTOR) == side)


# Each part: read, put in ------------------------------------------------------------------------------------------


def _purpose(programme: Programme) -> Values:
    return {name: getattr(programme, name) for name in ("name", "purpose", "mentee_word")}


def _put_purpose(programme: Programme, values: Values) -> None:
    programme.name, programme.purpose = values["name"], values["purpose"]
    programme.mentee_word = values["mentee_word"]


DATES = ("starts_on", "kind", "ends_on", "pair_months")


def _dates(programme: Programme) -> Values:
    cohort = programme.current_cohort
    return {"cohort_name": cohort.name} | {name: getattr(cohort, name) for name in DATES}


def _put_dates(programme: Programme, values: Values) -> None:
    cohort = programme.current_cohort
    cohort.name = values["cohort_name"]
    for name in DATES:
        setattr(cohort, name, values[name])


def _rhythm(programme: Programme) -> Values:
    return {
        "meeting_minutes": programme.meeting_minutes,
        "has_trial": programme.has_trial,
        "cadence_days": programme.cadence_days,
        "meetings": [{"title": plan["title"], "day": plan["day"]} for plan in programme.meetings],
    }


def _put_rhythm(programme: Programme, values: Values) -> None:
    """``meetings``: title and day of each, in order; ``of``: the place it had, or None for a new one."""
    before, length = programme.meetings, values["meeting_minutes"]
    is_other_length = length != programme.meeting_minutes
    meetings = []
    for number, row in enumerate(values["meetings"], start=1):
        is_new = row["of"] is None
        plan = plain_meeting(number, minutes=length, day=row["day"]) if is_new else dict(before[row["of"]])
        plan = resized(plan, minutes=length) if is_other_length else plan
        meetings.append(plan | {"number": number, "title": row["title"], "day": row["day"]})
    programme.meetings = meetings
    programme.meeting_minutes, programme.cadence_days = length, values["cadence_days"]
    programme.has_trial = values.get("has_trial", programme.has_trial)


def _topics(programme: Programme) -> Values:
    return {
        "topics_of_mentors": topics_of(programme, side=MENTOR),
        "topics_of_mentees": topics_of(programme, side=MENTEE),
    }


def _put_topics(programme: Programme, values: Values) -> None:
    """The topics as written, each with the family it had before."""
    families = {normal(topic["name"]): topic.get("family", "") for topic in programme.topics}

    def rows(names: Iterable[str], side: str) -> list[dict[str, str]]:
        return [{"name": name, "family": families.get(normal(name), ""), "side": side} for name in names]

    programme.topics = rows(values["topics_of_mentors"], MENTOR) + rows(values["topics_of_mentees"], MENTEE)


def _one_text(name: str) -> Section:
    def read(programme: Programme) -> Values:
        return {name: getattr(programme, name)}

    def put(programme: Programme, values: Values) -> None:
        setattr(programme, name, values[name])

    return Section(read, put, fields=(name,))


@dataclass(frozen=True)
class Section:
    """How a part is read and put in, and the fields of programme and cohort that it fills."""

    read: Callable[[Programme], Values]
    put: Callable[[Programme, Values], None]
    fields: tuple[str, ...] = ()
    cohort_fields: tuple[str, ...] = ()


SECTIONS: Mapping[Part, Section] = {
    Part.PURPOSE: Section(_purpose, _put_purpose, fields=("name", "purpose", "mentee_word")),
    Part.DATES: Section(_dates, _put_dates, cohort_fields=("name", *DATES)),
    Part.RHYTHM: Section(_rhythm, _put_rhythm, fields=("meeting_minutes", "cadence_days", "has_trial", "meetings")),
    Part.TOPICS: Section(_topics, _put_topics, fields=("topics",)),
    Part.CONSENT: _one_text("consent_text"),
    Part.LIMITS: _one_text("limits_text"),
    Part.SURVEYS: _one_text("survey_plan"),
}


def values_of(programme: Programme, *, part: Part) -> Values:
    """What a part holds, of the cohort that the programme looks at."""
    return SECTIONS[part].read(programme)


def seen_of(programme: Programme, *, part: Part) -> str:
    return fingerprint(values_of(programme, part=part))


def put_values(programme: Programme, *, part: Part, values: Values) -> None:
    """Change the part in memory; nothing is saved."""
    SECTIONS[part].put(programme, values)


@transaction.atomic
def change_part(programme: Programme, *, part: Part, values: Values, seen: str, by: User, now: datetime) -> None:
    """Save one part. Raises ``ChangedMeanwhile`` when it is no longer what was seen."""
    section = SECTIONS[part]
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    held.look_at(Cohort.objects.get(pk=programme.current_cohort.pk))
    check_unchanged(section.read(held), seen=seen)
    section.put(held, values)
    if section.fields:
        held.save(update_fields=section.fields)
    if section.cohort_fields:
        held.current_cohort.save(update_fields=section.cohort_fields)
    record_programme("design_changed", held, by=by, now=now, facts={"part": part.value})
