"""Which topics a programme shows first at enrolment, and which side teaches each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User
from viceversa.formats.topics import normal
from viceversa.people.topic_catalogue import meanings

from .events import record_programme
from .models import Programme

MOST_A_SIDE = 40
MENTOR, MENTEE = SIDES = ("mentor", "mentee")


@dataclass(frozen=True)
class ProgrammeTopic:
    """``side`` teaches it: mentor or mentee. ``family`` is the playbook's or the catalogue's word for its kind."""

    name: str
    family: str
    side: str


class TooManyTopics(Exception):
    """A side has more topics than somebody reads at enrolment."""

    def __init__(self, side: str, count: int) -> None:
        super().__init__(f"{count} topics for {side}")
        self.side, self.count = side, count


def topics_in(programme: Programme) -> list[ProgrammeTopic]:
    return [ProgrammeTopic(one["name"], one.get("family", ""), one.get("side", SIDES[0])) for one in programme.topics]


def seen_topics(programme: Programme) -> str:
    """The fingerprint of the programme's topics, for the page that shows them."""
    return fingerprint({"topics": programme.topics})


@transaction.atomic
def choose_topics(
    programme: Programme, *, topics: Sequence[ProgrammeTopic], seen: str, by: User, now: datetime
) -> None:
    """Save the programme's topics, each once. Raises ``ChangedMeanwhile`` and ``TooManyTopics``."""
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    check_unchanged({"topics": held.topics}, seen=seen)
    once = list({normal(topic.name): topic for topic in topics}.values())
    for side in SIDES:
        count = sum(topic.side == side for topic in once)
        if count > MOST_A_SIDE:
            raise TooManyTopics(side, count)
    held.topics = [asdict(topic) for topic in once]
    held.save(update_fields=["topics"])
    record_programme("topics_chosen", programme, by=by, now=now, facts={"topics": len(once)})


def names_shown(names: Sequence[str]) -> dict[str, str]:
    """Normal form → name as the catalogue has it, in order; what was retired there is left out."""
    meant = meanings(names)
    shown: dict[str, str] = {}
    for name in names:
        topic = meant.get(normal(name))
        if topic is None:
            shown.setdefault(normal(name), name)
        elif topic.is_listed:
            shown.setdefault(topic.key, topic.name)
    return shown
