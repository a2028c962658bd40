"""What somebody who takes part can decide besides their answers, each in one line with its address."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from viceversa.programmes.enrolment_standing import EnrolmentStanding
from viceversa.programmes.models import Enrolment


@dataclass(frozen=True)
class More:
    """One thing to decide: what it is, how it stands, where to change it."""

    title: str
    words: str
    url: str


def more_of(enrolment: Enrolment, *, standing: EnrolmentStanding) -> list[More]:
    """Profile, favourites and pause."""
    here = [enrolment.public_id]
    shown = _("People of the other side can look at it") if standing.is_shown else _("Nobody can look at it")
    chosen = _("You named somebody; only you see whom")
    if not standing.has_favourites:
        chosen = _("Look who shows their profile")
    return [
        More(_("Your profile in the cohort"), shown, reverse("enrolment_shown", args=here)),
        More(_("Whom you would like"), chosen, reverse("enrolment_browse", args=here)),
        More(_("A pause"), _pause(standing), reverse("enrolment_pause", args=here)),
    ]


def _pause(standing: EnrolmentStanding) -> str:
    if standing.pause_from is None or standing.pause_until is None:
        return _("None; you can be proposed at any time")
    return _("%(begin)s to %(end)s") % {
        "begin": date_format(standing.pause_from, "j F Y"),
        "end": date_format(standing.pause_until, "j F Y"),
    }
