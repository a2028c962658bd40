"""What somebody told us, read back to them before they send it: one line a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.people.languages import name_of
from viceversa.programmes import enrolment_steps as steps
from viceversa.programmes.enrolment_standing import EnrolmentStanding
from viceversa.programmes.models import Enrolment

from .forms.enrolment import StyleForm
from .forms.enrolment_topics import LearnForm, TodayForm


@dataclass(frozen=True)
class SummaryPart:
    """A page, what was told on it, and whether it was answered."""

    step: str
    title: str
    words: str
    done: bool


def summary_of(enrolment: Enrolment, *, standing: EnrolmentStanding, titles: Mapping[str, str]) -> list[SummaryPart]:
    """The same number of queries however much was told."""
    counted = {
        steps.AVOID: _avoid(standing),
        steps.QUESTIONS: _questions(standing),
        steps.IDENTITY: _identity(standing),
    }
    return [
        SummaryPart(
            step,
            titles[step],
            counted[step] if step in counted else WORDS[step](enrolment),
            step in enrolment.steps_done,
        )
        for step in steps.steps_of(enrolment)
        if step != steps.CHECK
    ]


def _time(enrolment: Enrolment) -> str:
    person = enrolment.person
    hours = f"{_clock(person.hours_start)}–{_clock(person.hours_end)}"
    languages = ", ".join(name_of(tag) for tag in person.languages)
    return ", ".join(part for part in (languages, hours, person.time_zone) if part)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _wanted(enrolment: Enrolment) -> list[tuple[str, int, int]]:
    """Topic, priority and today's level; asked once for both lines that tell of them."""
    if "_wanted" not in enrolment.__dict__:
        rows = enrolment.person.wants.order_by("-priority", "topic__name")
        enrolment.__dict__["_wanted"] = list(rows.values_list("topic__name", "priority", "current"))
    wanted: list[tuple[str, int, int]] = enrolment.__dict__["_wanted"]
    return wanted


def _wants(enrolment: Enrolment) -> str:
    names = {int(level): str(word) for level, word in LearnForm.LEVELS if level != "no"}
    return "; ".join(f"{topic} ({names[priority].lower()})" for topic, priority, _level in _wanted(enrolment))


def _today(enrolment: Enrolment) -> str:
    names = {int(level): str(word) for level, word in TodayForm.LEVELS}
    return "; ".join(f"{topic}: {names[current].lower()}" for topic, _priority, current in _wanted(enrolment))


def _offers(enrolment: Enrolment) -> str:
    rows = enrolment.person.offers.order_by("-level", "topic__name").values_list("topic__name", "level")
    return "; ".join(_("%(topic)s (%(level)s of 5)") % {"topic": topic, "level": level} for topic, level in rows)


def _interests(enrolment: Enrolment) -> str:
    return ", ".join(enrolment.person.interests)


def _style(enrolment: Enrolment) -> str:
    formality, structure = dict(StyleForm.FORMALITY), dict(StyleForm.STRUCTURE)
    person = enrolment.person
    chosen = (formality.get(str(person.style_formality)), structure.get(str(person.style_structure)))
    return ", ".join(str(word) for word in chosen if word)


def _avoid(standing: EnrolmentStanding) -> str:
    """How many, for the author's own eyes; the names stay on their own page."""
    count = standing.avoided
    words = ngettext("%(count)s person, seen by you alone", "%(count)s people, seen by you alone", count)
    return filled(words, count=count) if count else ""


def _about(enrolment: Enrolment) -> str:
    person = enrolment.person
    told = [person.preferred_name, person.pronouns]
    if person.sealed_boundaries:
        told.append(_("something you would rather not be asked about"))
    return ", ".join(part for part in told if part)


def _questions(standing: EnrolmentStanding) -> str:
    count = standing.answers
    return filled(ngettext("%(count)s answer", "%(count)s answers", count), count=count) if count else ""


def _identity(standing: EnrolmentStanding) -> str:
    """How many uses were agreed to; what was said stays on its own page."""
    count = standing.consents
    words = ngettext("%(count)s use that you agreed to", "%(count)s uses that you agreed to", count)
    return filled(words, count=count) if count else _("Nothing said")


WORDS: dict[str, Callable[[Enrolment], str]] = {
    steps.TIME: _time,
    steps.LEARN: _wants,
    steps.TODAY: _today,
    steps.SHOW: _offers,
    steps.GIVE: _offers,
    steps.INTERESTS: _interests,
    steps.STYLE: _style,
    steps.ABOUT: _about,
}
