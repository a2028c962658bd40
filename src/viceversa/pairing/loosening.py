"""Who has no partner, by reason and by the loosening that would help most; and a run that tries that loosening."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet

from .models import MatchRun, UnmatchedPerson

SAME = ("reason", "relaxation_key", "relaxation_value")
ORDER = ("-further_pairs", *SAME)
"""Whom a loosening would help most come first, and those of one group stand together."""


class NoSuchLoosening(Exception):
    """The run has not found that this loosening would help anybody."""


@dataclass(frozen=True)
class Group:
    """People without a partner for one reason whom the same loosening would help most; no key where none would."""

    reason: str
    key: str
    value: str
    further_pairs: int
    people: int

    @property
    def code(self) -> str:
        return ".".join((self.reason, self.key, self.value))


def group_of(alone: UnmatchedPerson) -> Group:
    """The group of one person, of nobody else."""
    return Group(alone.reason, alone.relaxation_key, alone.relaxation_value, alone.further_pairs, people=1)


def groups_of(run: MatchRun, *, role: str) -> list[Group]:
    """Every group of one side; by one query, whatever the number of people."""
    rows = run.unmatched.filter(enrolment__role=role).order_by().values_list(*SAME)
    counted = rows.annotate(more=Max("further_pairs"), people=Count("pk"))
    groups = [Group(*row) for row in counted]
    return sorted(groups, key=lambda one: (-one.further_pairs, one.reason, one.key, one.value))


def alone_in(run: MatchRun, *, role: str, group: Group | None = None) -> QuerySet[UnmatchedPerson]:
    """Who has no partner on one side, group by group."""
    rows = run.unmatched.filter(enrolment__role=role).select_related("enrolment__person")
    if group is not None:
        rows = rows.filter(reason=group.reason, relaxation_key=group.key, relaxation_value=group.value)
    return rows.order_by(*ORDER, "enrolment__person__family_name", "pk")


def loosened_rule(run: MatchRun, *, key: str, value: str) -> dict[str, Any]:
    """The one rule with its looser value, as a policy spells it. Raises ``NoSuchLoosening``."""
    found = run.unmatched.exclude(relaxation_key="").order_by().values_list("relaxation_key", "relaxation_value")
    if (key, value) not in found.distinct():
        raise NoSuchLoosening
    return {key: json.loads(value)}


def with_rules(policy: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """A policy with these rules in the place of its own."""
    whole = deepcopy(dict(policy))
    whole["rules"] = {**whole.get("rules", {}), **rules}
    return whole
