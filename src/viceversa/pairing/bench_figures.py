"""Runs beside each other in figures, all measured by one yardstick.

What a run scores under its own weights says nothing about another run: scores under different weights cannot be
compared. So every pair of every run is weighed once more, by the weights of the run they are held against. Criteria
are the ones that are told of: no identity attribute, and of a wish only that there was one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from viceversa.programmes.models import Cohort, Enrolment

from .models import MatchRun, Proposal

Weights = Mapping[str, float]
Sides = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """Who stands behind an enrolment, and where they work; "" where that is not known."""

    person: int
    function: str
    location: str


@dataclass(frozen=True)
class Made:
    """A pair of a run, by keys of enrolments, with its criteria, each 0 to 1."""

    mentor: int
    mentee: int
    criteria: Mapping[str, float]


@dataclass(frozen=True)
class Figures:
    """One run. Fits are 0 to 1 by the yardstick, and None without pairs; shares are None where nothing is known."""

    pairs: int
    mentees_paired: int
    total: float
    lowest: float | None
    fifth: float | None
    median: float | None
    other_function: float | None
    other_location: float | None
    by_function: Mapping[str, int]
    by_location: Mapping[str, int]
    sides: frozenset[Sides]


def fit_of(criteria: Mapping[str, float], weights: Weights) -> float:
    """The mean of the criteria under these weights, 0 to 1; a criterion that is not there counts 0."""
    whole = fsum(weights.values())
    return fsum(weight * criteria.get(name, 0.0) for name, weight in weights.items()) / whole if whole else 0.0


def figures_of(made: Sequence[Made], *, places: Mapping[int, Place], weights: Weights) -> Figures:
    """The figures of one run; a person with several partners counts once where people are counted."""
    fits = np.array([fit_of(pair.criteria, weights) for pair in made])
    two = [(places[pair.mentor], places[pair.mentee]) for pair in made]
    people = {place.person: place for both in two for place in both}.values()
    return Figures(
        pairs=len(made),
        mentees_paired=len({pair.mentee for pair in made}),
        total=fsum(fits),
        lowest=float(fits.min()) if len(made) else None,
        fifth=float(np.quantile(fits, 0.05)) if len(made) else None,
        median=float(np.quantile(fits, 0.5)) if len(made) else None,
        other_function=_differing((mentor.function, mentee.function) for mentor, mentee in two),
        other_location=_differing((mentor.location, mentee.location) for mentor, mentee in two),
        by_function=Counter(place.function for place in people),
        by_location=Counter(place.location for place in people),
        sides=frozenset((pair.mentor, pair.mentee) for pair in made),
    )


def _differing(two: Iterable[tuple[str, str]]) -> float | None:
    """The share that differs, of the pairs of which both are known."""
    known = [one != other for one, other in two if one and other]
    return sum(known) / len(known) if known else None


def figures_beside(cohort: Cohort, runs: Sequence[MatchRun], *, weights: Weights) -> dict[int, Figures]:
    """The figures of finished runs of a cohort by key, as they are after what was changed by hand; by two queries."""
    keys = [run.pk for run in runs if run.state == MatchRun.State.DONE]
    made: dict[int, list[Made]] = {key: [] for key in keys}
    rows = Proposal.objects.filter(run__in=keys).exclude(state=Proposal.State.SET_ASIDE).order_by()
    for key, mentor, mentee, criteria in rows.values_list("run_id", "mentor_id", "mentee_id", "criteria"):
        made[key].append(Made(mentor, mentee, criteria))
    places = _places_of(cohort)
    return {key: figures_of(pairs, places=places, weights=weights) for key, pairs in made.items()}


def _places_of(cohort: Cohort) -> dict[int, Place]:
    rows = Enrolment.objects.filter(cohort=cohort).order_by()
    columns = ("pk", "person_id", "person__function", "person__location")
    return {key: Place(*row) for key, *row in rows.values_list(*columns)}
