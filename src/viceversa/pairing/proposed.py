"""Whether somebody is proposed to an enrolment: for a page that says so before its reader has come in."""

from __future__ import annotations

from django.db.models import Q

from viceversa.programmes.models import Enrolment

from .models import Proposal


def is_proposed(enrolment: Enrolment) -> bool:
    """Whether a proposal waits for an answer; of whom and whose is nobody's to read here."""
    sides = Q(mentor=enrolment) | Q(mentee=enrolment)
    return Proposal.objects.filter(sides, state__in=Proposal.OPEN).exists()
