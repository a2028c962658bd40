"""The two at the centre of the demo: Priya, who mentors, and Henrik, who learns; and Marta, who keeps his diary."""

from __future__ import annotations

from datetime import datetime, timedelta

from viceversa.accounts.models import User
from viceversa.journey.models import Delegation, next_of
from viceversa.journey.notes import save_note
from viceversa.pairing.models import Pair
from viceversa.people.models import Person
from viceversa.people.own_profile import OwnProfile, change_profile, seen_of

NOTES = {
    "priya.raman@northmoor.example": "Say it plainly if he explains instead of listening. The sentence I practised: "
    "“Can I stop you there? I want to finish the story first.”",
    "henrik.solberg@northmoor.example": "Ask once, then count to five before I say anything.",
}
PRONOUNS = {"priya.raman@northmoor.example": "she/her", "henrik.solberg@northmoor.example": "he/him"}
BOUNDARIES = {"priya.raman@northmoor.example": "My own pay, and who in my team said what."}


def link(users: dict[str, User]) -> None:
    """The demo's own two have joined; their accounts belong to their people."""
    for person in Person.objects.filter(email__in=users):
        person.user = users[person.email]
        person.save(update_fields=["user"])


def tell_story(users: dict[str, User], pair: Pair | None, *, now: datetime) -> None:
    """What the two wrote for themselves, and who may move a date for him."""
    for person in Person.objects.filter(email__in=NOTES).select_related("user"):
        _own_words(person, pair=pair, now=now)
    if pair is not None:
        Delegation.objects.create(
            mentee=pair.mentee.person,
            delegate=users["marta.lind@northmoor.example"],
            granted_at=now - timedelta(days=90),
            expires_at=now + timedelta(days=180),
        )


def _own_words(person: Person, *, pair: Pair | None, now: datetime) -> None:
    assert person.user is not None  # asked for by their accounts
    told = {name: getattr(person, name) for name in OwnProfile.__dataclass_fields__ if name != "boundaries"}
    told["pronouns"] = PRONOUNS.get(person.email, "")
    profile = OwnProfile(**told, boundaries=BOUNDARIES.get(person.email, ""))
    change_profile(person=person, profile=profile, seen=seen_of(person), by=person.user, now=now - timedelta(days=140))
    coming = next_of(list(pair.meetings.all())) if pair else None
    if coming is not None and person.email in NOTES:
        save_note(meeting=coming, author=person, words=NOTES[person.email], version=0, now=now)
