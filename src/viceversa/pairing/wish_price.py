"""What the wishes of leaders cost: their weight put lower and higher, solved each time, and what that gives and takes.

How many wishes are met is told in shares and from ten leaders on, and changes only when ten of them changed: whoever
sees which pairs differ from one weight to the next must not read off whose wish it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

import numpy as np

from viceversa.matching import Problem, Solution, solve
from viceversa.matching.policy import CRITERIA
from viceversa.matching.scoring import criteria
from viceversa.programmes.policy import complete_policy

from .models import Study
from .obstacles import check
from .snapshot import Snapshot, run_policy, take_snapshot
from .studies import answers
from .synonyms import with_synonyms

WEIGHTS = (0.0, 0.05, 0.1, 0.2, 0.4)
"""Tried beside the one in force."""
FEWEST = 10
"""Leaders with a wish from whom on a share is told, and so many must change before another share is."""
POINTS = 5
NEARLY_ALL, HARDLY_ANY = 90, 10

Met = tuple[int, int]
"""How many leaders' wishes are met, of how many."""


@dataclass(frozen=True)
class Measured:
    """One weight. ``others`` is the total of the other criteria by their own weights, each pair 0 to 1."""

    weight: float
    pairs: int
    others: float
    first: Met
    some: Met


@answers(Study.Kind.WISHES)
def price_wishes(study: Study) -> dict[str, Any]:
    """Solve today's pool once a weight. Raises what stops a run."""
    policy = complete_policy(study.asked["policy"])
    on = study.asked_at.date()
    asked = with_synonyms(run_policy(policy, on=on, seed=policy["options"]["seed"]), cohort=study.cohort)
    snapshot = take_snapshot(study.cohort, policy=asked)
    check(snapshot)
    present = float(policy["weights"]["preference"])
    tried = [measured(snapshot, weight=weight) for weight in sorted({*WEIGHTS, present}) if _weighs(policy, weight)]
    return told(tried, present=present, before=study.findings)


def _weighs(policy: Mapping[str, Any], weight: float) -> bool:
    """Whether any weight is left: a policy whose weights are all 0 has no best pairs."""
    return any(value for name, value in (policy["weights"] | {"preference": weight}).items())


def measured(snapshot: Snapshot, *, weight: float) -> Measured:
    """The best pairs when wishes weigh so much."""
    weights = dict(snapshot.policy.weights) | {"preference": weight}
    options = {"fairness": 0.0}
    there = replace(snapshot, policy=snapshot.policy.replace(weights=weights, options=options))
    problem = there.solving_problem()
    found = solve(problem)
    first, some = wishes_met(problem, found)
    return Measured(weight, len(found.mentors), _others(there.problem(), found), first, some)


def _others(told: Problem, found: Solution) -> float:
    """By what is told of each pair, without its wishes."""
    weights = {name: told.policy.weights[name] for name in CRITERIA if name != "preference"}
    whole = fsum(weights.values())
    if not whole:
        return 0.0
    values = criteria(told, found.mentors, found.mentees)
    return fsum(fsum((weight * values[name]).tolist()) for name, weight in weights.items()) / whole


def wishes_met(problem: Problem, found: Solution) -> tuple[Met, Met]:
    """Of the leaders who wish for a mentor of the pool: how many got the first of their list, and how many any."""
    ranked, mentors = problem.policy.options.ranked, set(problem.mentors.tolist())
    partners: dict[int, set[str]] = {}
    for mentor, mentee in zip(found.mentors.tolist(), found.mentees.tolist(), strict=True):
        partners.setdefault(mentee, set()).add(problem.people[mentor].person_id)
    lists = {place: problem.people[place].prefers[:ranked] for place in np.unique(problem.mentees).tolist()}
    wishing = {
        place: wishes
        for place, wishes in lists.items()
        if any(problem.place.get(name) in mentors for name in wishes if name != problem.people[place].person_id)
    }
    first = sum(wishes[0] in partners.get(place, ()) for place, wishes in wishing.items())
    some = sum(not partners.get(place, set()).isdisjoint(wishes) for place, wishes in wishing.items())
    return (first, len(wishing)), (some, len(wishing))


def told(tried: Sequence[Measured], *, present: float, before: Mapping[str, Any]) -> dict[str, Any]:
    """The findings: what a page may show, and ``held``, what the shares were last made of, which no page shows."""
    held: dict[str, dict[str, Met]] = {"first": {}, "some": {}}
    for name, cells in held.items():
        last: Met | None = None
        for one in tried:
            earlier = before.get("held", {}).get(name, {}).get(_key(one.weight))
            last = cells[_key(one.weight)] = released(getattr(one, name), earlier=earlier, above=last)
    rows = [
        {
            "weight": one.weight,
            "pairs": one.pairs,
            "others": one.others,
            "first": share(held["first"][_key(one.weight)]),
            "some": share(held["some"][_key(one.weight)]),
        }
        for one in tried
    ]
    return {"present": present, "rows": rows, "held": held}


def _key(weight: float) -> str:
    return f"{weight:g}"


def released(now: Met, *, earlier: Sequence[int] | None, above: Met | None) -> Met:
    """What a cell is made of: what it was made of ``earlier``, or the cell ``above`` it, until ten have changed."""
    if earlier is not None and not _is_another(now, (earlier[0], earlier[1])):
        return earlier[0], earlier[1]
    return above if above is not None and not _is_another(now, above) else now


def _is_another(now: Met, then: Met) -> bool:
    """Whether ten changed at least. A share that was not told has nothing to give away."""
    if then[1] < FEWEST:
        return now[1] >= FEWEST
    return abs(now[0] - then[0]) >= FEWEST or abs((now[1] - now[0]) - (then[1] - then[0])) >= FEWEST


def share(met: Met) -> int | None:
    """In percent to five points, 90 and 10 for anything beyond; None from fewer than ten leaders."""
    part, whole = met
    if whole < FEWEST:
        return None
    near = int((100 * part / whole + POINTS / 2) // POINTS) * POINTS
    return max(HARDLY_ANY, min(NEARLY_ALL, near))
