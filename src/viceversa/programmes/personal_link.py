"""A link that the coordinator hands over by hand, for whom no letter reaches: made by one, for one, good once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User

from .events import record_enrolment
from .invitation_token import STANDS_FOR, token_for
from .models import Enrolment

MAY_HAVE_A_LINK = (
    Enrolment.State.INVITED,
    Enrolment.State.DRAFT,
    Enrolment.State.SUBMITTED,
    Enrolment.State.MATCHED,
)


class NoLinkNeeded(Exception):
    """The person has an account, has left, or said no: there is nothing for a link to open."""


@dataclass(frozen=True)
class PersonalLink:
    """The one good link of an enrolment. It is kept nowhere, so this is the moment to show it."""

    enrolment: Enrolment
    token: str
    good_until: datetime


@transaction.atomic
def make_link(enrolment: Enrolment, *, by: User, now: datetime) -> PersonalLink:
    """Make the link, and end the one before. The event says who made it for whom. Raises ``NoLinkNeeded``."""
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    held = Enrolment.objects.select_related("person", "cohort__programme").get(pk=enrolment.pk)
    person = held.person
    if held.state not in MAY_HAVE_A_LINK or person.user_id is not None or person.has_left(on=now.date()):
        raise NoLinkNeeded
    held.link_code = new_public_id()
    held.save(update_fields=["link_code"])
    record_enrolment("link_made", held, by=by, now=now)
    return PersonalLink(held, token=token_for(held, now=now, code=held.link_code), good_until=now + STANDS_FOR)
