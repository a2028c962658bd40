"""The directory's filters in words: where somebody stands in a cohort, and what a list was narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from viceversa.people.directory import Wish
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort, Enrolment
from viceversa.programmes.people_in import IN, OUT, STANDINGS


@dataclass(frozen=True)
class Filter:
    """One filter that stands: its words, and the names in the address that take it out."""

    words: str
    names: tuple[str, ...]


def standing_words() -> dict[str, str]:
    """Every way to stand in a cohort, in the order of the list to choose from."""
    known = {
        IN: _("in it, in any state"),
        OUT: _("not in it"),
        Enrolment.State.INVITED.value: _("invited"),
        Enrolment.State.DRAFT.value: _("begun"),
        Enrolment.State.SUBMITTED.value: _("taking part, no partner yet"),
        Enrolment.State.MATCHED.value: _("has a partner"),
        Enrolment.State.COMPLETED.value: _("completed"),
        Enrolment.State.DECLINED.value: _("said no to the invitation"),
        Enrolment.State.WITHDRAWN.value: _("withdrawn"),
        "applied": _("put themself forward"),
        "waiting": _("on the wait-list"),
        "not_now": _("not this time"),
    }
    labels = dict(Enrolment.State.choices)
    return {name: known.get(name) or str(labels[name]).lower() for name in STANDINGS}


def shown_filters(wish: Wish, *, cohorts: list[Cohort], manager: Person | None) -> list[Filter]:
    """What narrows the list besides the words and the row of roles, each to be taken out by itself."""
    rows = [Filter(value, (name,)) for name in ("function", "location") if (value := getattr(wish, name))]
    if wish.grade_least or wish.grade_most:
        rows.append(Filter(_grades(wish), ("grade_least", "grade_most")))
    cohort = next((cohort for cohort in cohorts if cohort.public_id == wish.cohort), None)
    if cohort is not None:
        names = {"programme": cohort.programme.name, "cohort": cohort.name, "standing": _standing(wish)}
        words = _("%(programme)s, %(cohort)s: %(standing)s") % names
        rows.append(Filter(words, ("cohort", "standing")))
    if wish.no_email:
        rows.append(Filter(_("without e-mail"), ("no_email",)))
    if manager is not None:
        rows.append(Filter(_("reports to %(name)s") % {"name": manager.name}, ("manager",)))
    return rows


def _standing(wish: Wish) -> str:
    words = standing_words()
    return words.get(wish.standing) or words[IN]


def _grades(wish: Wish) -> str:
    grades = {"least": wish.grade_least, "most": wish.grade_most}
    if not wish.grade_most:
        return _("grade %(least)s and above") % grades
    if not wish.grade_least:
        return _("grade %(most)s and below") % grades
    return _("grade %(least)s to %(most)s") % grades


def words_of(wish: Wish, *, cohorts: list[Cohort], managers: Mapping[str, Person]) -> str:
    """A whole search in a line."""
    roles = {
        "mentor": _("mentors in the file"),
        "mentee": _("leaders in the file"),
        "both": _("both in the file"),
        "none": _("not taking part in the file"),
    }
    sorts = {
        "grade": _("most senior first"),
        "function": _("by function"),
        "location": _("by place"),
        "newest": _("newest first"),
    }
    parts = [f"“{wish.words}”"] if wish.words else []
    parts += [roles[wish.role]] if wish.role else []
    parts += [_("left")] if wish.left else []
    parts += [shown.words for shown in shown_filters(wish, cohorts=cohorts, manager=managers.get(wish.manager))]
    parts += [sorts[wish.sort]] if wish.sort in sorts else []
    return ", ".join(parts)
