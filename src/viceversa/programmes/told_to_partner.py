"""What somebody tells a partner of themself once the two are a pair, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from viceversa.accounts.keys.store import KeysMissing
from viceversa.people.identity import Purpose, values_agreed_to
from viceversa.people.own_profile import boundaries_of

from .identity_questions import identity_uses
from .models import Enrolment
from .question_answers import Answered, told_to_partner


@dataclass(frozen=True)
class PartnerTells:
    """``boundaries``: what not to ask about. ``identity``: label and value of what they chose to show.

    ``closed``: private words cannot be opened just now, so neither can be told.
    """

    boundaries: str
    identity: tuple[tuple[str, str], ...]
    answers: tuple[Answered, ...]
    closed: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.boundaries or self.identity or self.answers or self.closed)


def what_partner_tells(partner: Enrolment) -> PartnerTells:
    """For the other one of a pair. Ask only once there is a pair."""
    answers = tuple(told_to_partner(partner))
    try:
        return PartnerTells(boundaries_of(partner.person), _identity(partner), answers)
    except KeysMissing:
        return PartnerTells("", (), answers, closed=True)


def _identity(partner: Enrolment) -> tuple[tuple[str, str], ...]:
    programme = partner.cohort.programme
    values = values_agreed_to(
        [partner.person_id],
        uses=identity_uses(programme),
        purpose=Purpose.PARTNER.value,
        scope=programme.public_id,
    ).get(partner.person_id, {})
    labels = dict(programme.identity_questions.values_list("attribute", "label")) if values else {}
    return tuple((labels[attribute], value) for attribute, value in values.items())
