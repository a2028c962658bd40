"""What keeps two people of one reporting line apart in a programme, and who of a tree takes part on which side."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from viceversa.people.models import Person
from viceversa.people.reporting_lines import MOST_LEVELS

from .models import Cohort, Enrolment
from .policy import complete_policy

COLLEAGUES_SHOWN = 12


class Apart(StrEnum):
    """Why two people may not be paired."""

    LINE = "line"
    SAME_MANAGER = "same_manager"


@dataclass(frozen=True)
class Firewall:
    """``levels``: how far up and down a line nobody is paired; 0 where the programme allows it."""

    levels: int
    same_manager: bool

    @property
    def is_whole_line(self) -> bool:
        return self.levels >= MOST_LEVELS

    def between(self, *, distance: int) -> Apart | None:
        """For two people of one line, so many levels apart."""
        return Apart.LINE if 0 < distance <= self.levels else None

    @property
    def under_one_manager(self) -> Apart | None:
        return None if self.same_manager else Apart.SAME_MANAGER


def firewall_of(policy: Mapping[str, Any]) -> Firewall:
    """Out of a programme's matching policy."""
    rules = complete_policy(policy)["rules"]
    line = rules["reporting_line"]
    return Firewall(
        levels=MOST_LEVELS if line == "any" else min(int(line), MOST_LEVELS), same_manager=bool(rules["same_manager"])
    )


def sides_of(cohort: Cohort, people: Collection[Person]) -> dict[int, frozenset[str]]:
    """Person's key → the roles in which they take part; who takes no part is not there. One query."""
    enrolled = Enrolment.objects.filter(cohort=cohort, person__in=[person.pk for person in people])
    found: dict[int, frozenset[str]] = {}
    for key, role in enrolled.taking_part().order_by().values_list("person_id", "role"):
        found[key] = found.get(key, frozenset()) | {role}
    return found


def colleagues_of(person: Person, *, cohort: Cohort) -> list[Enrolment]:
    """The first of those who take part and have the same manager, by name."""
    if person.manager_id is None:
        return []
    there = Enrolment.objects.filter(cohort=cohort, person__manager=person.manager_id).exclude(person=person)
    ordered = there.taking_part().select_related("person").order_by("person__family_name", "person__given_name", "pk")
    return list(ordered[:COLLEAGUES_SHOWN])


def could_meet(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two people's roles would make a pair, were there nothing against it."""
    return bool(one and other) and len(one | other) > 1
