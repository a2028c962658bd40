"""A programme's design in plain words, for its page, its invitation and its launch."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled, grouped

from .models import Cohort, Programme
from .policy import complete_policy


def number_word(number: int) -> str:
    """Small numbers as people write them in a sentence."""
    words = (
        _("no"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
        _("eleven"),
        _("twelve"),
    )
    return words[number] if 0 <= number < len(words) else str(grouped(number))


def opened(sentence: str) -> str:
    """The sentence with a capital at its start."""
    return sentence[:1].upper() + sentence[1:]


def months_of(cohort: Cohort) -> int:
    """How long a pair of the cohort runs, in whole months, at least one."""
    if cohort.ends_on is None:
        return cohort.pair_months or 1
    return max(1, round((cohort.ends_on - cohort.starts_on).days / 30.44))


def dates_words(cohort: Cohort, *, short: bool = False) -> str:
    """From when to when; of a cohort that is always on, since when and how long each pair runs."""
    pattern = "j M Y" if short else "j F Y"
    first = date_format(cohort.starts_on, pattern)
    if cohort.ends_on is None:
        words = _("always on from %(first)s, %(duration)s for each pair")
        return words % {"first": first, "duration": duration_words(cohort)}
    return f"{first} – {date_format(cohort.ends_on, pattern)}"


def state_words(cohort: Cohort, *, today: date) -> str:
    """Where a cohort stands, in a word or two."""
    programme = cohort.programme
    if programme.is_archived or cohort.archived_at is not None:
        return _("archived")
    if programme.state == Programme.State.CLOSED or cohort.is_closed:
        return _("closed")
    if not programme.is_launched:
        return _("being designed")
    if cohort.is_over(on=today):
        return _("over")
    month = cohort.month_on(today)
    if month == 0:
        return _("recruiting")
    return _("always on") if cohort.is_always_on else _("month\u00a0%(month)d") % {"month": month}


def duration_words(cohort: Cohort) -> str:
    months = months_of(cohort)
    return filled(ngettext("%(number)s month", "%(number)s months", months), number=number_word(months))


def length_words(minutes: int) -> str:
    if minutes == 60:
        return _("one hour")
    if minutes % 60 == 0:
        return _("%(number)s hours") % {"number": number_word(minutes // 60)}
    return _("%(minutes)s minutes") % {"minutes": minutes}


def plan_words(programme: Programme) -> str:
    """Nine meetings of one hour over six months, as the plan has them.

    How many and how long is true of every plan; "every month" is not, as most plans begin closer together.
    """
    number = len(programme.meetings)
    words = ngettext(
        "%(number)s meeting of %(length)s over %(duration)s",
        "%(number)s meetings of %(length)s over %(duration)s",
        number,
    )
    return filled(
        words,
        number=number_word(number),
        length=length_words(programme.meeting_minutes),
        duration=duration_words(programme.current_cohort),
    )


def gap_words(rules: dict[str, Any], *, leader: str) -> str:
    """How mentors stand to their leaders, from the rules of matching."""
    gap = int(rules["grade_gap_min"])
    if gap < 1:
        grades = _("mentors of any grade")
    elif gap == 1:
        grades = _("mentors at least one grade below their %(leader)s") % {"leader": leader}
    else:
        grades = _("mentors %(number)s or more grades below their %(leader)s") % {
            "number": number_word(gap),
            "leader": leader,
        }
    if rules["reporting_line"] == 0:
        return grades
    return _("%(grades)s and outside their line") % {"grades": grades}


def design_sentence(programme: Programme) -> str:
    """In nine meetings of one hour over six months, mentors two or more grades below their leader … teach …"""
    rules = complete_policy(programme.policy)["rules"]
    return _("In %(plan)s, %(mentors)s teach something that the %(leader)s chooses.") % {
        "plan": plan_words(programme),
        "mentors": gap_words(rules, leader=programme.mentee_word),
        "leader": programme.mentee_word,
    }
