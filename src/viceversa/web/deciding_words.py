"""What participation facts speak for, in words for whoever decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from viceversa.insights.deciding import Leaning, Reading, Sign, Signs


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


def leaning_words(signs: Signs) -> tuple[str, str]:
    """A sentence, and what to do."""
    return LEANINGS[signs.leaning]()


def sign_words(signs: Signs) -> list[SignWords]:
    return [SignWords(*SIGNS[sign](), *TAGS[reading]()) for sign, reading in signs.readings]
