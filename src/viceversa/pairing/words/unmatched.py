"""Why somebody has no partner, and what loosening a rule would do, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.programmes.models import Enrolment
from viceversa.programmes.policy import complete_policy

from ..loosening import Group
from ..models import UnmatchedPerson
from .lists import plain_number

MENTOR = "mentor"


def why_alone(alone: UnmatchedPerson) -> str:
    """The true reason, from this person's side."""
    mentor = alone.enrolment.role == MENTOR
    if alone.reason == "outcompeted":
        return _outcompeted(alone.feasible_partners, mentor=mentor)
    if alone.reason == "no_wants":
        return _("Has named nothing to learn yet, so no mentor can be found who knows it.")
    if alone.reason == "no_feasible_partner":
        return _("Fits nobody in this pool: more than one rule stands in the way.")
    return _by_rule(alone.reason, mentor=mentor)


def why_group(reason: str, *, role: str) -> str:
    """The reason that people of one group share."""
    if reason == "outcompeted":
        return _("Fits somebody, and all of these are matched with others.")
    return why_alone(UnmatchedPerson(enrolment=Enrolment(role=role), feasible_partners=0, reason=reason))


def _outcompeted(partners: int, *, mentor: bool) -> str:
    if mentor:
        return filled(
            ngettext(
                "Fits one person who looks for a mentor, and that one is matched with another mentor.",
                "Fits %(n)s people who look for a mentor, and all of them are matched with another mentor.",
                partners,
            ),
            n=partners,
        )
    return filled(
        ngettext(
            "Fits one mentor, and that one is matched with somebody else.",
            "Fits %(n)s mentors, and all of them are matched with somebody else.",
            partners,
        ),
        n=partners,
    )


def _by_rule(rule: str, *, mentor: bool) -> str:
    told = {
        "grade_gap_min": _("Everybody who would fit otherwise is too close in grade."),
        "reporting_line": _("Everybody who would fit otherwise stands in the same reporting line."),
        "same_manager": _("Everybody who would fit otherwise has the same manager."),
        "common_language": _("Shares no language with anybody who would fit otherwise."),
        "overlap_hours_min": _("Shares too few working hours with everybody who would fit otherwise."),
        "score_min": _("Nobody reaches the fit that your rules ask for."),
        "at_most": _("Fits somebody who has room, but the limit of a quota leaves no place for such a pair."),
        "share": _("Fits somebody who has room, but such a pair would take a share below its quota."),
        "teach_level_min": _("Knows what others want most, but not well enough for your rule.")
        if mentor
        else _("Mentors know what this person wants most, but not well enough for your rule."),
        "must_teach": _("Offers nothing, at the level you ask for, that anybody who would fit otherwise wants most.")
        if mentor
        else _("No mentor who would fit otherwise knows well enough what this person wants most."),
    }
    return told.get(rule, _("A rule stands between this person and everybody who would fit otherwise."))


def way_out(group: Group, *, policy: Mapping[str, Any]) -> str:
    """The one loosening that would make most further pairs; empty where no single one would."""
    if not group.key:
        return ""
    loosened = _loosened(group.key, group.value, rules=complete_policy(policy)["rules"])
    return filled(
        ngettext(
            "%(loosened)s would make %(n)s more pair.", "%(loosened)s would make %(n)s more pairs.", group.further_pairs
        ),
        loosened=loosened,
        n=group.further_pairs,
    )


def _loosened(key: str, value: str, *, rules: Mapping[str, Any]) -> str:
    now = rules.get(key)
    if key == "reporting_line":
        return _line(value)
    if key == "score_min":
        shown = {"value": plain_number(float(value) * 100), "now": plain_number(float(now or 0) * 100)}
        return _("A lowest fit of %(value)s instead of %(now)s") % shown
    told = {
        "grade_gap_min": _("A grade gap of %(value)s instead of %(now)s"),
        "overlap_hours_min": ngettext(
            "%(value)s working hour in common instead of %(now)s",
            "%(value)s working hours in common instead of %(now)s",
            1 if value == "1" else 2,
        ),
        "teach_level_min": _("Level %(value)s instead of %(now)s in what is wanted most"),
        "same_manager": _("Allowing two people with the same manager"),
        "common_language": _("Not asking for a language in common"),
        "must_teach": _("Not asking that the mentor knows what is wanted most"),
    }
    return filled(told.get(key, key), value=value, now=_shown(now))


def _line(value: str) -> str:
    if value == "0":
        return _("Letting reporting lines not matter")
    words = ngettext(
        "Keeping reporting lines apart only within %(levels)s level",
        "Keeping reporting lines apart only within %(levels)s levels",
        1 if value == "1" else 2,
    )
    return filled(words, levels=value)


def _shown(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return plain_number(float(str(value))) if is_number else str(value)
