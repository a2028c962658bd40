"""What a coordinator did about a need, in words: said at once, and kept among what was done."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from viceversa.journey.attention import RHYTHM, Kind
from viceversa.journey.models import StepTaken
from viceversa.journey.steps import NOTED, RUNS, Done


@dataclass(frozen=True)
class DoneWords:
    done: Done
    title: str


def said_of(step: StepTaken) -> str:
    """What pressing the button did."""
    if step.kind in NOTED:
        return _("Noted. It stands among what was done, and comes back in 60 days if it still holds.")
    return f"{_said(Kind(step.kind))} {_('The letters leave in ten minutes; until then you can take it back below.')}"


def _said(kind: Kind) -> str:
    if kind is Kind.ANSWERS:
        return _("Whoever has not answered gets the letter once more. You are not told who that is.")
    if kind is Kind.INVITED:
        return _("Whoever has not answered the invitation gets it once more.")
    return _("Both get a kind letter in your name.")


def done_words(done: Done) -> DoneWords:
    return DoneWords(done=done, title=_title(done))


def _title(done: Done) -> str:
    kind = Kind(done.step.kind)
    names = {}
    if done.pair is not None:
        names = {"leader": done.pair.mentee.person.name, "mentor": done.pair.mentor.person.name}
    if kind in RUNS:
        return _("Asked for a new run")
    if kind in RHYTHM and names:
        words = {
            Kind.NOT_SAID: _("Asked %(leader)s and %(mentor)s whether they met"),
            Kind.SLIPPING: _("Asked %(leader)s and %(mentor)s to keep their next date"),
        }.get(kind, _("Asked %(leader)s and %(mentor)s for a date"))
        return words % names
    if kind in NOTED and names:
        words = _("Noted: %(leader)s and %(mentor)s go on as they are")
        if kind is Kind.LEAVING:
            words = _("Noted: seen to %(leader)s and %(mentor)s, of whom one leaves")
        return words % names
    return {
        Kind.ANSWERS: _("Reminded whoever has not answered a proposal"),
        Kind.INVITED: _("Sent invitations again"),
        Kind.CONTACT: _("Contacted somebody who asked for it"),
    }.get(kind, _("Done"))
