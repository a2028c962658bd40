"""Participation facts in words: the opening sentence, and each value as it may be said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled, grouped
from viceversa.insights.disclosure import Edge, Hidden, Share, Shown, Value, Why
from viceversa.insights.participation import Audience, BySide, MonthFacts, ParticipationFacts
from viceversa.programmes.design_words import opened


@dataclass(frozen=True)
class Stage:
    """One step from invited to met: its value, what stands beneath, and the bars of both sides in percent."""

    name: str
    value: str
    beneath: str
    leaders: float | None
    mentors: float | None


@dataclass(frozen=True)
class ShareBar:
    """One month: its share in words, and the height of its bar in percent; no bar where nothing is due or told."""

    first: date
    label: str
    height: float | None
    is_now: bool
    hidden: bool
    words: str

    @property
    def y(self) -> float:
        return round(100 - (self.height or 0), 1)


def value_words(value: Value, *, least: int) -> str:
    if isinstance(value, Shown):
        number = str(grouped(value.number))
        return _("about %(number)s") % {"number": number} if value.rounded else number
    return _("fewer than %(least)s") % {"least": least} if value.why is Why.TOO_FEW else _("not shown")


def hours_words(value: Value) -> str:
    """Hours have no floor of their own: they are hidden with the pairs that gave them."""
    return _("not shown") if isinstance(value, Hidden) else value_words(value, least=0)


def share_words(told: Share | Hidden | None) -> str:
    if told is None:
        return ""
    if isinstance(told, Hidden):
        return _("not shown")
    marks = {Edge.NONE: "", Edge.AT_LEAST: "≥ ", Edge.AT_MOST: "≤ "}
    return _("%(mark)s%(percent)s %%") % {"mark": marks[told.edge], "percent": told.percent}


def headline(facts: ParticipationFacts) -> str:
    """The page's answer: how many take part, and whether they meet."""
    if isinstance(facts.pairs, Shown) and facts.pairs.number:
        return _pairs_sentence(facts, facts.pairs)
    if isinstance(facts.enrolled.both, Shown) and facts.enrolled.both.number:
        words = _("%(people)s people take part. Pairs come next.")
        return opened(words % {"people": value_words(facts.enrolled.both, least=facts.rule.least)})
    if facts.audience is Audience.COORDINATOR:
        return _("Nobody takes part yet.")
    if facts.is_over:
        return _("So few took part that nothing can be told without naming them.")
    return _("So few take part so far that nothing can be told without naming them.")


def _pairs_sentence(facts: ParticipationFacts, pairs: Shown) -> str:
    words = ngettext("There is %(pairs)s pair%(meet)s.", "There are %(pairs)s pairs%(meet)s.", pairs.number)
    return filled(words, pairs=value_words(pairs, least=facts.rule.least), meet=_meeting_clause(facts))


def _meeting_clause(facts: ParticipationFacts) -> str:
    if not isinstance(facts.held, Share):
        return ""
    if facts.held.edge is Edge.AT_LEAST:
        return _(", and nearly all their meetings take place")
    if facts.held.edge is Edge.AT_MOST:
        return _(", and hardly any of their meetings take place")
    return _(", and %(percent)s %% of their meetings take place") % {"percent": facts.held.percent}


def stages(facts: ParticipationFacts, *, leaders: str) -> list[Stage]:
    return [
        _people_stage(_("Invited"), facts.invited, facts, leaders=leaders),
        _enrolled_stage(facts, leaders=leaders),
        _pairs_stage(_("Pairs"), facts.pairs, facts, beneath=_("one of each side, both said yes")),
        _pairs_stage(_("Pairs that have met"), facts.met, facts, beneath=_("at least once")),
    ]


def _enrolled_stage(facts: ParticipationFacts, *, leaders: str) -> Stage:
    """Whoever was enrolled unasked is no yes, and so is told apart."""
    stage = _people_stage(_("Enrolled"), facts.enrolled, facts, leaders=leaders)
    if not isinstance(facts.brought_in, Shown):
        return stage
    unasked = _("without an invitation: %(people)s") % {"people": value_words(facts.brought_in, least=facts.rule.least)}
    return replace(stage, beneath=f"{stage.beneath}; {unasked}")


def _people_stage(name: str, side: BySide, facts: ParticipationFacts, *, leaders: str) -> Stage:
    least = facts.rule.least
    parts = {
        "leaders": value_words(side.leaders, least=least),
        "word": leaders,
        "mentors": value_words(side.mentors, least=least),
    }
    return Stage(
        name=name,
        value=value_words(side.both, least=least),
        beneath=_("%(word)s: %(leaders)s; mentors: %(mentors)s") % parts,
        leaders=_part(side.leaders, _widest(facts.invited.leaders, facts.enrolled.leaders)),
        mentors=_part(side.mentors, _widest(facts.invited.mentors, facts.enrolled.mentors)),
    )


def _pairs_stage(name: str, value: Value, facts: ParticipationFacts, *, beneath: str) -> Stage:
    return Stage(
        name=name,
        value=value_words(value, least=facts.rule.least),
        beneath=beneath,
        leaders=_part(value, _widest(facts.invited.leaders, facts.enrolled.leaders)),
        mentors=_part(value, _widest(facts.invited.mentors, facts.enrolled.mentors)),
    )


def _widest(invited: Value, enrolled: Value) -> Value:
    """The larger of the two that are told: more are enrolled than invited where some were enrolled unasked."""
    return max((one for one in (invited, enrolled) if isinstance(one, Shown)), key=_number, default=invited)


def _number(shown: Shown) -> int:
    return shown.number


def _part(value: Value, whole: Value) -> float | None:
    """How long a bar is, in percent of the widest; no bar where either is hidden."""
    if not isinstance(value, Shown) or not isinstance(whole, Shown) or not whole.number:
        return None
    return 100 * value.number / whole.number


def share_bars(months: tuple[MonthFacts, ...]) -> list[ShareBar]:
    return [_bar(month) for month in months]


def _bar(month: MonthFacts) -> ShareBar:
    told, hidden = month.held, isinstance(month.held, Hidden)
    words = _("nothing due yet")
    if hidden:
        words = _("not shown: too few pairs had a meeting due")
    elif told is not None:
        words = _("%(share)s held") % {"share": share_words(told)}
    return ShareBar(
        first=month.first,
        label="" if hidden else share_words(told),
        height=float(told.percent) if isinstance(told, Share) else None,
        is_now=month.is_now,
        hidden=hidden,
        words=words,
    )
