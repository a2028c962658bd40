"""A proposal from one side: the partner, what the two share, and how things stand. Nothing of the other's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.accounts.numbers import filled
from viceversa.people.models import Person
from viceversa.programmes.favourites import own_favourites
from viceversa.programmes.models import Enrolment

from .models import Pair, Proposal, ProposalAnswer
from .words.lists import listed, plain_number, plural_of, quoted
from .words.reasons import shared_topics


@dataclass(frozen=True)
class ProposalSide:
    """``standing`` is open, waiting (said yes), paired, declined (said no), withdrawn
    (taken back by the coordinators) or over."""

    proposal: Proposal
    enrolment: Enrolment
    partner: Person
    partner_side: str
    standing: str
    why: tuple[str, ...]
    pair: Pair | None


def side_of(proposal: Proposal, *, user: User, now: datetime) -> ProposalSide:
    """The side of the proposal on which this user stands."""
    is_mentor = proposal.mentor.person.user_id == user.pk
    enrolment, other = (proposal.mentor, proposal.mentee) if is_mentor else (proposal.mentee, proposal.mentor)
    return ProposalSide(
        proposal=proposal,
        enrolment=enrolment,
        partner=other.person,
        partner_side=other.side,
        standing=_standing(proposal, enrolment=enrolment, now=now),
        why=tuple(_why(proposal, own=enrolment, partner=other.person)),
        pair=Pair.objects.filter(proposal=proposal).first(),
    )


def _standing(proposal: Proposal, *, enrolment: Enrolment, now: datetime) -> str:
    said = proposal.answers.filter(enrolment=enrolment).values_list("word", flat=True).first()
    if proposal.state == Proposal.State.ACCEPTED:
        return "paired"
    if said == ProposalAnswer.Word.NO:
        return "declined"
    if proposal.state == Proposal.State.WITHDRAWN:
        return "withdrawn"
    if proposal.state not in Proposal.OPEN or (proposal.answer_by is not None and proposal.answer_by <= now):
        return "over"
    return "waiting" if said else "open"


def _why(proposal: Proposal, *, own: Enrolment, partner: Person) -> list[str]:
    """What the two share, told to one of them; whom the partner chose or avoids stays the partner's own."""
    name, reasons, is_mentor = partner.short_name, proposal.reasons, own.role == Enrolment.Role.MENTOR
    taught, returned = shared_topics(reasons), shared_topics(reasons, code="learns")
    mine, theirs = (taught, returned) if is_mentor else (returned, taught)
    told = {reason["code"]: reason["params"] for reason in reasons}
    sentences = []
    if theirs:
        sentences.append(_("%(name)s can show you %(topics)s.") % {"name": name, "topics": quoted(theirs)})
    if mine:
        told_back = _("You can show %(name)s what they want to learn: %(topics)s.")
        sentences.insert(0 if is_mentor else 1, filled(told_back, name=name, topics=quoted(mine)))
    if "shared_interests" in told:
        interests = listed([str(one) for one in told["shared_interests"]["interests"]])
        sentences.append(_("You both care about %(interests)s.") % {"interests": interests})
    if "named" in told and _chose(own, partner):
        sentences.append(_("You chose %(name)s yourself.") % {"name": name})
    if "differs" in told:
        sentences.append(_("You come from different parts of the house."))
    if "shared_hours" in told:
        hours = told["shared_hours"]["hours"]
        shared = ngettext(
            "You share %(hours)s working hour a day.", "You share %(hours)s working hours a day.", plural_of(hours)
        )
        sentences.append(filled(shared, hours=plain_number(hours)))
    return sentences


def _chose(own: Enrolment, partner: Person) -> bool:
    """Whether one named the other: from one's own sealed list, else from what the people file said of one."""
    try:
        named = own_favourites(own) or own.person.preferences.values_list("preferred_id_text", flat=True)
    except KeysMissing:
        return False  # a sentence less
    return partner.person_id in named
