"""What participation facts speak for, in words for whoever decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.insights.deciding import Leaning, Reading, Sign, Signs, signs_of
from viceversa.insights.participation import ParticipationFacts
from viceversa.programmes.design_words import opened
from viceversa.programmes.models import Cohort

from .insights_words import headline


@dataclass(frozen=True)
class SignWords:
    name: str
    says: str
    tag: str
    tone: str


LEANINGS: dict[Leaning, Callable[[], tuple[str, str]]] = {
    Leaning.TOO_EARLY: lambda: (
        _("It is too early to decide"),
        _("Too few meetings were due so far to tell. Look again a month after the first ones."),
    ),
    Leaning.GO_ON: lambda: (
        _("The facts speak for going on"),
        _("People said yes, have partners, and meet. Keep the dates safe, and ask for outcomes at the end."),
    ),
    Leaning.CHANGE: lambda: (
        _("The facts speak for changing something"),
        _("It takes place, and something holds it back: see below what, and what helps."),
    ),
    Leaning.STOP: lambda: (
        _("The facts speak for stopping, or for beginning anew"),
        _("Hardly any meeting takes place. Ask the coordinator why before the next is due."),
    ),
}
TAGS: dict[Reading, Callable[[], tuple[str, str]]] = {
    Reading.GOOD: lambda: (_("Good"), "good"),
    Reading.MIXED: lambda: (_("Mixed"), "warn"),
    Reading.POOR: lambda: (_("Weak"), "bad"),
    Reading.UNKNOWN: lambda: (_("Not known yet"), "plain"),
}
SIGNS: dict[Sign, Callable[[], tuple[str, str]]] = {
    Sign.REACH: lambda: (
        _("People say yes"),
        _("From half of those invited on it is good, below a quarter weak. What helps: say why you want it, by name."),
    ),
    Sign.PAIRS: lambda: (
        _("Who said yes has a partner"),
        _("From four in five on it is good, below half weak. What helps: more people on the shorter side."),
    ),
    Sign.MEETINGS: lambda: (
        _("Pairs keep their dates"),
        _("From three in four on it is good, below half weak. What helps: keep your own dates, and say that you do."),
    ),
}


@dataclass(frozen=True)
class Glance:
    """One programme on the list of facts: its cohort, how it goes in a sentence, and a tag."""

    cohort: Cohort
    says: str
    tag: str
    tone: str


GLANCES: dict[Leaning, Callable[[], tuple[str, str]]] = {
    Leaning.GO_ON: lambda: (_("Goes well"), "good"),
    Leaning.CHANGE: lambda: (_("Something to change"), "warn"),
    Leaning.STOP: lambda: (_("Hardly takes place"), "bad"),
    Leaning.TOO_EARLY: lambda: (_("Too early to say"), "plain"),
}


def glance(cohort: Cohort, facts: ParticipationFacts) -> Glance:
    """From what this reader may read, and nothing else."""
    return Glance(cohort, headline(facts), *GLANCES[signs_of(facts).leaning]())


def whole_answer(leanings: Sequence[Leaning]) -> str:
    """Whether it goes well, over several programmes, in a sentence."""
    early = leanings.count(Leaning.TOO_EARLY)
    well = leanings.count(Leaning.GO_ON)
    ill = len(leanings) - early - well
    if early == len(leanings):
        return _("It is too early to say whether it goes well")
    told = [
        filled(ngettext("one programme goes well", "%(count)s programmes go well", well), count=well) if well else "",
        filled(ngettext("one needs a change", "%(count)s need a change", ill), count=ill) if ill else "",
        filled(ngettext("for one it is too early to say", "for %(count)s it is too early to say", early), count=early)
        if early
        else "",
    ]
    return opened(", ".join(part for part in told if part))


def leaning_words(signs: Signs, *, facts: ParticipationFacts) -> tuple[str, str]:
    """A sentence, and what to do. What is over does not become clearer by waiting."""
    if facts.is_over and signs.leaning is Leaning.TOO_EARLY:
        return (
            _("Too little can be told to decide by"),
            _("It is over, and too few took part for figures. Ask the coordinator what was learnt."),
        )
    return LEANINGS[signs.leaning]()


def sign_words(signs: Signs) -> list[SignWords]:
    return [SignWords(*SIGNS[sign](), *TAGS[reading]()) for sign, reading in signs.readings]
