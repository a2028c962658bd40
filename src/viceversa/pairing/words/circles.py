"""Why somebody may not join a circle, and why somebody has no place, in words for the coordinator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.matching.circles import LARGEST, SMALLEST, Refusal

from .lists import listed


def refusal_sentences(refusals: Sequence[Refusal], names: Mapping[str, str], *, leader: str) -> list[str]:
    """One for each. Of people who are not available to each other it tells no name."""
    return [_said(one, listed([names.get(who, who) for who in one.with_ids]), leader=leader) for one in refusals]


def _said(refusal: Refusal, who: str, *, leader: str) -> str:
    about = {"who": who, "leader": leader, "least": SMALLEST, "most": LARGEST}
    if who and refusal.rule in _NAMING:
        return _NAMING[refusal.rule]() % about
    return _PLAIN[refusal.rule]() % about


_NAMING: dict[str, Callable[[], str]] = {
    "reporting_line": lambda: _("One reporting line with %(who)s: among peers one must be able to speak."),
    "own_partner": lambda: _("%(who)s is a partner of theirs; a circle is among mentors."),
    "common_language": lambda: _("No language in common with %(who)s."),
    "overlap_hours_min": lambda: _("Too few working hours in common with %(who)s."),
}
_PLAIN: dict[str, Callable[[], str]] = {
    "common_language": lambda: _("No one language that all in this circle would have in common."),
    "overlap_hours_min": lambda: _("No stretch of working hours that all in this circle would have in common."),
    "unavailable": lambda: _("Not available to somebody in this circle."),
    "away": lambda: _("They pause, or take part no longer."),
    "too_few_left": lambda: _("Their circle would be left with fewer than %(least)s people."),
    "full": lambda: _("This circle has %(most)s members already."),
}


def why_without_place(rules: Mapping[str, int]) -> str:
    """What keeps somebody from others, counted; of those who are unavailable nothing is told."""
    parts = [_COUNTED[rule](count) for rule, count in sorted(rules.items()) if rule in _COUNTED]
    if not parts:
        return _("No circle was found for them. Try another size, or move them by hand.")
    return _("Cannot sit with %(others)s.") % {"others": listed(parts)}


_COUNTED: dict[str, Callable[[int], str]] = {
    "common_language": lambda n: filled(
        ngettext("%(n)s mentor for want of a language", "%(n)s mentors for want of a language", n), n=n
    ),
    "overlap_hours_min": lambda n: filled(
        ngettext("%(n)s mentor for want of working hours", "%(n)s mentors for want of working hours", n), n=n
    ),
    "reporting_line": lambda n: filled(
        ngettext("%(n)s mentor in their reporting line", "%(n)s mentors in their reporting line", n), n=n
    ),
    "own_partner": lambda n: filled(ngettext("%(n)s partner of their own", "%(n)s partners of their own", n), n=n),
}
