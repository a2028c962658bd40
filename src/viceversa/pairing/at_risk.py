"""Running pairs that a change in the organisation has caught up with: somebody leaves, or now leads the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Model

from viceversa.people.models import Person
from viceversa.people.reporting_lines import MOST_LEVELS
from viceversa.programmes.models import Cohort, Enrolment

from .models import Pair

LEAVING_WITHIN = timedelta(days=30)


class Risk(StrEnum):
    """Gravest first."""

    LINE = "line"
    SAME_MANAGER = "same_manager"
    LEAVING = "leaving"


def pairs_at_risk(cohort: Cohort, *, rules: Mapping[str, Any], on: date) -> dict[int, Risk]:
    """Key of the pair → what stands against it, the gravest where there are several; by one query.

    ``rules`` are the programme's ``[rules]`` of matching: what they allow is no risk.
    """
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, _parameters(cohort, rules=rules, on=on))
        found = [(key, Risk(risk)) for key, risk in cursor.fetchall()]
    order = list(Risk)
    return dict(sorted(found, key=lambda row: order.index(row[1]), reverse=True))


def _parameters(cohort: Cohort, *, rules: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {
        "cohort": cohort.pk,
        "trial": Pair.State.TRIAL.value,
        "active": Pair.State.ACTIVE.value,
        "paused": Pair.State.PAUSED.value,
        "levels": _levels(rules.get("reporting_line", "any")),
        "managers_matter": 0 if rules.get("same_manager") else 1,
        "soon": on + LEAVING_WITHIN,
    }


def _levels(rule: object) -> int:
    """How far up the rule looks: any depth, a depth, or not at all."""
    return MOST_LEVELS if rule == "any" else int(str(rule))


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


# Both directions of each pair, then up from either of the two until the other is met or the line ends.
_QUERY = f"""
WITH RECURSIVE running(pair_id, mentor_id, mentee_id) AS (
    SELECT p.id, a.person_id, b.person_id FROM {_table(Pair)} p
    JOIN {_table(Enrolment)} a ON a.id = p.mentor_id JOIN {_table(Enrolment)} b ON b.id = p.mentee_id
    WHERE p.cohort_id = %(cohort)s AND p.state IN (%(trial)s, %(active)s, %(paused)s)
), above(pair_id, other, manager_id, level) AS (
    SELECT r.pair_id, CASE WHEN q.id = r.mentor_id THEN r.mentee_id ELSE r.mentor_id END, q.manager_id, 1
    FROM running r JOIN {_table(Person)} q ON q.id IN (r.mentor_id, r.mentee_id)
    WHERE q.manager_id IS NOT NULL AND 1 <= %(levels)s
    UNION ALL
    SELECT above.pair_id, above.other, q.manager_id, above.level + 1
    FROM above JOIN {_table(Person)} q ON q.id = above.manager_id
    WHERE q.manager_id IS NOT NULL AND above.manager_id <> above.other AND above.level < %(levels)s
)
SELECT DISTINCT pair_id, 'line' FROM above WHERE manager_id = other
UNION
SELECT r.pair_id, 'same_manager' FROM running r
JOIN {_table(Person)} a ON a.id = r.mentor_id JOIN {_table(Person)} b ON b.id = r.mentee_id
WHERE a.manager_id = b.manager_id AND 1 = %(managers_matter)s
UNION
SELECT r.pair_id, 'leaving' FROM running r JOIN {_table(Person)} q ON q.id IN (r.mentor_id, r.mentee_id)
WHERE q.leave_date <= %(soon)s
"""  # noqa: S608 - only our own tables' names go in
