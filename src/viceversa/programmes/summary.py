"""The whole design in plain words, sentence by sentence, as somebody would tell it across a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled

from .design_parts import MENTEE, MENTOR, topics_of
from .design_words import design_sentence, duration_words, number_word, opened
from .handlers import Listed, are_enough
from .models import Cohort, Objective, Programme
from .policy import complete_policy
from .survey_plan import INSTRUMENTS, WAVE_WORDS, Wave, compares, minutes_of

MOST_NAMED = 4


@dataclass(frozen=True)
class Told:
    """One thing about the design: what it is about, and a sentence or two."""

    about: str
    words: str


def summary_of(programme: Programme, *, objectives: Sequence[Objective], handlers: Sequence[Listed]) -> list[Told]:
    """Reads the programme and its cohort as they are in memory, saved or not."""
    return [
        Told(_("In short"), design_sentence(programme)),
        Told(_("When"), _when(programme.current_cohort)),
        Told(_("What for"), _aims(objectives)),
        Told(_("About what"), _topics(programme)),
        Told(_("Who with whom"), _rules(programme)),
        Told(_("What stays private"), _private(programme, handlers)),
        Told(_("What is asked"), _surveys(programme)),
    ]


def _when(cohort: Cohort) -> str:
    first = date_format(cohort.starts_on, "j F Y")
    if cohort.ends_on is None:
        words = _("“%(name)s” is open from %(first)s on. People join at any time, and each pair runs for %(months)s.")
        return words % {"name": cohort.name, "first": first, "months": duration_words(cohort)}
    words = _("“%(name)s” runs from %(first)s to %(last)s.")
    return words % {"name": cohort.name, "first": first, "last": date_format(cohort.ends_on, "j F Y")}


def _aims(objectives: Sequence[Objective]) -> str:
    if not objectives:
        return _("No objective yet. Without one there is no launch.")
    complete = [each for each in objectives if each.is_complete]
    if not complete:
        words = ngettext(
            "One objective, not complete yet.", "%(count)s objectives, none complete yet.", len(objectives)
        )
        return filled(words, count=len(objectives))
    told = [
        _("%(title)s, from %(baseline)s to %(target)s %(unit)s")
        % {
            "title": each.title,
            "baseline": _number(each.baseline),
            "target": _number(each.target),
            "unit": each.unit,
        }
        for each in complete
    ]
    return "; ".join(words.strip() for words in told) + "."


def _number(value: object) -> str:
    text = f"{value:f}" if value is not None else ""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _topics(programme: Programme) -> str:
    taught, back = topics_of(programme, side=MENTOR), topics_of(programme, side=MENTEE)
    if not taught:
        return _("No topic is suggested yet; people write their own.")
    first = _("Mentors teach %(topics)s.") % {"topics": _listed(taught)}
    if not back:
        return first
    second = _("What comes back: %(topics)s.") % {"topics": _listed(back)}
    return f"{first} {second}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    if more <= 0:
        return shown
    return filled(ngettext("%(shown)s and %(more)s more", "%(shown)s and %(more)s more", more), shown=shown, more=more)


def _rules(programme: Programme) -> str:
    rules = complete_policy(programme.policy)["rules"]
    parts = []
    if rules["common_language"]:
        parts.append(_("they share a language"))
    if rules["overlap_hours_min"]:
        hours = float(rules["overlap_hours_min"])
        words = ngettext("at least %(hours)s working hour", "at least %(hours)s working hours", round(hours))
        parts.append(filled(words, hours=f"{hours:g}"))
    if rules["must_teach"]:
        parts.append(_("the mentor knows a topic that the other side wants most"))
    quotas = len(rules.get("at_most", ())) + len(rules.get("share", ()))
    if quotas:
        words = ngettext("%(count)s quota holds for all pairs", "%(count)s quotas hold for all pairs", quotas)
        parts.append(filled(words, count=quotas))
    kept = (
        _("Nobody is paired within their own reporting line.")
        if rules["reporting_line"]
        else _("Reporting lines are not kept apart.")
    )
    return f"{kept} {opened('; '.join(parts))}." if parts else kept


def _private(programme: Programme, handlers: Sequence[Listed]) -> str:
    limits = (
        _("The limits of confidentiality are written down and read before the first meeting.")
        if programme.limits_text.strip()
        else _("The limits of confidentiality are not written down yet.")
    )
    if not handlers:
        return f"{limits} {_('Nobody is named yet who hears concerns.')}"
    names = ", ".join(one.name for one in handlers[:MOST_NAMED])
    told = _("Concerns go to %(names)s, whom people choose themselves.") % {"names": names}
    short = "" if are_enough(handlers) else _("That is not enough: two are needed, one outside the line of HR.")
    return f"{limits} {told} {short}".strip()


def _surveys(programme: Programme) -> str:
    plan = programme.survey_plan
    waves = [wave for wave in Wave if plan.get(wave)]
    if not waves:
        return _("Nobody is asked anything, so nothing can be shown afterwards.")
    longest = max(minutes_of(plan[wave]).longest for wave in waves)
    words = ngettext(
        "People are asked once (%(when)s), for at most %(minutes)s.",
        "People are asked %(count)s times (%(when)s), for at most %(minutes)s each time.",
        len(waves),
    )
    minutes = max(1, round(longest))
    facts = {
        "count": number_word(len(waves)),
        "when": ", ".join(_lower(str(WAVE_WORDS[wave])) for wave in waves),
        "minutes": filled(ngettext("%(count)s minute", "%(count)s minutes", minutes), count=minutes),
    }
    twice = [_lower(str(INSTRUMENTS[code].name)) for code in compares(plan) if code in INSTRUMENTS]
    change = (
        _("Before and after: %(names)s.") % {"names": ", ".join(twice)}
        if twice
        else _("Nothing is asked both before and after.")
    )
    return f"{filled(words, **facts)} {change}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
