"""Why a pair has ended, for one of its two: true, plain and without blame."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from viceversa.pairing.models import Ending, Pair


def ending_words(pair: Pair, *, side: str, partner: str) -> str:
    """One or two sentences for the ``side`` that reads; empty where nothing more is known than that it ended."""
    ending: Ending | None = getattr(pair, "ending", None)
    if ending is None:
        return ""
    told = {"partner": partner, "day": date_format(ending.at.date(), "j F Y")}
    if ending.category == Ending.Category.CLOSED:
        return _("Your time as a pair was over on %(day)s. Your notes stay yours.") % told
    if ending.category == Ending.Category.TRIAL:
        words = _("The programme concluded this pairing on %(day)s. It is nobody’s fault. You can be matched again.")
        return words % told
    if ending.category == Ending.Category.CHANGED:
        words = _("Your coordinator found new partners, and your pair with %(partner)s ended on %(day)s.")
        return " ".join((words % told, _("You did nothing wrong. Somebody new is proposed to you.")))
    if ending.side == side:
        return _("You stopped taking part on %(day)s, so your pair with %(partner)s ended.") % told
    if ending.category == Ending.Category.LEFT:
        words = _("%(partner)s no longer works here, so your pair ended on %(day)s.")
    else:
        words = _("%(partner)s stopped taking part, so your pair ended on %(day)s.")
    return " ".join((words % told, _("You did nothing wrong. You can be matched again; your coordinator knows.")))
