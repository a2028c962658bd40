"""A run's proposals in the order and the selection that a coordinator asks for; an unknown wish is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from viceversa.matching.policy import CRITERIA
from viceversa.people.models import TopicOffer, TopicWant

from .models import MatchRun, Proposal

MOST_LETTERS = 200
BY_FIT, BY_LOWEST, BY_LEADER, BY_MENTOR = "", "lowest", "leader", "mentor"
_ORDERS: Mapping[str, tuple[str, ...]] = {
    BY_FIT: ("-score", "pk"),
    BY_LOWEST: ("score", "pk"),
    BY_LEADER: ("mentee__person__family_name", "mentee__person__given_name", "pk"),
    BY_MENTOR: ("mentor__person__family_name", "mentor__person__given_name", "pk"),
}
SORTS = (*_ORDERS, *CRITERIA)


@dataclass(frozen=True)
class Wish:
    """What is asked for. ``least`` and ``most`` are fits from 0 to 100, None where not asked."""

    words: str = ""
    least: int | None = None
    most: int | None = None
    function: str = ""
    location: str = ""
    topic: str = ""
    sort: str = BY_FIT

    @property
    def narrows(self) -> int:
        """How many filters are set, the words apart."""
        given = (self.least is not None, self.most is not None, self.function, self.location, self.topic)
        return sum(map(bool, given))

    @property
    def told(self) -> list[tuple[str, str | int]]:
        """The wish as an address tells it, for forms that keep it."""
        given = [("q", self.words), ("least", self.least), ("most", self.most), ("function", self.function)]
        given += [("location", self.location), ("topic", self.topic), ("sort", self.sort)]
        return [(name, value) for name, value in given if value not in ("", None)]

    @property
    def asked(self) -> bool:
        return bool(self.words or self.narrows)


def wish_of(query: Mapping[str, Any]) -> Wish:
    """The wish that a page's address tells; what is no number counts as not asked."""

    def told(name: str) -> str:
        return str(query.get(name, "")).replace("\0", "").strip()[:MOST_LETTERS]

    sort = told("sort")
    return Wish(
        words=told("q"),
        least=_fit(told("least")),
        most=_fit(told("most")),
        function=told("function"),
        location=told("location"),
        topic=told("topic"),
        sort=sort if sort in SORTS else BY_FIT,
    )


def _fit(text: str) -> int | None:
    return min(int(text), 100) if text.isascii() and text.isdigit() and len(text) < 4 else None


def sifted(proposals: QuerySet[Any, Any], wish: Wish) -> QuerySet[Any, Any]:
    """These proposals, narrowed and put in order."""
    for word in wish.words.split():
        proposals = proposals.filter(_named(word))
    if wish.least is not None:
        proposals = proposals.filter(score__gte=wish.least / 100 - 0.005)  # scores are shown rounded
    if wish.most is not None:
        proposals = proposals.filter(score__lt=wish.most / 100 + 0.005)
    if wish.function:
        proposals = proposals.filter(_either("function", wish.function))
    if wish.location:
        proposals = proposals.filter(_either("location", wish.location))
    if wish.topic:
        proposals = proposals.filter(_about(wish.topic))
    order = _ORDERS.get(wish.sort) or (f"-criteria__{wish.sort}", "-score", "pk")
    return proposals.order_by(*order)


def _named(word: str) -> Q:
    columns = ("given_name", "family_name", "person_id", "job_title")
    found = Q()
    for side in ("mentor", "mentee"):
        for column in columns:
            found |= Q(**{f"{side}__person__{column}__icontains": word})
    return found


def _either(column: str, value: str) -> Q:
    return Q(**{f"mentor__person__{column}": value}) | Q(**{f"mentee__person__{column}": value})


def _about(topic: str) -> Q:
    """The mentor offers what the mentee wants, by a part of the topic's name."""
    wanted = TopicWant.objects.filter(person=OuterRef("mentee__person"), topic__name__icontains=topic)
    offered = TopicOffer.objects.filter(person=OuterRef("mentor__person"), topic__name__icontains=topic)
    return Q(Exists(wanted)) & Q(Exists(offered))


def lowest_tenth(run: MatchRun) -> QuerySet[Proposal]:
    """The tenth of the standing proposals that fit least, at least one; none of none."""
    standing = standing_in(run).order_by("score", "pk")
    return standing.filter(pk__in=list(standing.values_list("pk", flat=True)[: ceil(standing.count() / 10)]))


def standing_in(run: MatchRun) -> QuerySet[Proposal]:
    """A run's proposals as they are after what was changed by hand."""
    return run.proposals.exclude(state=Proposal.State.SET_ASIDE)


def choices_in(run: MatchRun) -> dict[str, list[str]]:
    """What can be filtered by: functions and places of the people proposed."""
    people = standing_in(run).order_by()
    rows = people.values_list(
        "mentor__person__function", "mentee__person__function", "mentor__person__location", "mentee__person__location"
    ).distinct()
    functions, locations = set[str](), set[str]()
    for one, other, here, there in rows:
        functions |= {one, other}
        locations |= {here, there}
    return {"function": sorted(functions - {""}), "location": sorted(locations - {""})}
