"""What making a pair would cost everybody: a bound from the prices kept with the run, the exact figure on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import FilteredRelation, Q

from viceversa.accounts.keys.store import KeysMissing
from viceversa.matching import InputProblems, KeptRun, PolicyError, Problem, Solution
from viceversa.matching.objective import RESOLUTION, stretch
from viceversa.matching.solution import Leaf
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.programmes.models import Cohort, Enrolment

from .models import MatchRun, PairPrice, PartnerSearch, RunPrices
from .obstacles import RunStopped, check
from .snapshot import Snapshot, take_snapshot

GIVEN_UP_AFTER = timedelta(minutes=30)
"""A price that was asked for so long ago was lost with its worker, and may be asked for again."""

NEXT_TO_NOTHING = 5e-7
"""Of a score; less than this is no loss that anybody could name."""


@dataclass(frozen=True)
class Price:
    """What the pool would lose if a pair were made: whole pairs, and points of fit (1 a hundredth of a score).

    ``is_exact`` is False where it is a bound from below; ``taken`` says that locked pairs leave no place.
    ``at`` is when an exact price was worked out; ``is_asked`` that the worker is about it.
    """

    pairs: int = 0
    points: float = 0.0
    is_exact: bool = True
    taken: bool = False
    at: datetime | None = None
    is_asked: bool = False
    problem: str = ""


def prices_of(run: MatchRun, snapshot: Snapshot, problem: Problem, solution: Solution) -> RunPrices | None:
    """The prices that prove a run, unsaved; None where it has none that hold for every pair by itself.

    Prices of a run that heeds identity attributes, or how dear a wish was, would tell of them: none are kept.
    """
    leaf = solution.proof
    if snapshot.weighs_what_is_kept or not solution.certified or not isinstance(leaf, Leaf):
        return None
    ids = [one.person_id for one in problem.people]
    mentors = [_name(snapshot.enrolments[ids[place], "mentor"]) for place in problem.mentors.tolist()]
    mentees = [_name(snapshot.enrolments[ids[place], "mentee"]) for place in problem.mentees.tolist()]
    covers = problem.policy.options.objective == "coverage"
    unproven = solution.upper_bound - solution.total_score - solution.kept_bonus
    return RunPrices(
        run=run,
        mentor=dict(zip(mentors, leaf.mentor_price.tolist(), strict=True)),
        mentee=dict(zip(mentees, leaf.mentee_price.tolist(), strict=True)),
        mentor_covered=_covered(mentors, leaf.covered_mentors.tolist()) if covers else {},
        mentee_covered=_covered(mentees, leaf.covered_mentees.tolist()) if covers else {},
        unit=float(stretch(problem) * RESOLUTION),
        unproven=max(0.0, unproven),
    )


def _name(key: int) -> str:
    """A letter before the number: a database takes a bare number for a place in a list."""
    return f"e{key}"


def _covered(names: list[str], covered: list[bool]) -> dict[str, bool]:
    return {name: True for name, is_covered in zip(names, covered, strict=True) if is_covered}


def price_of(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment, worth: float) -> Price:
    """What is known of a feasible pair: what the worker found, else what the run's prices prove. By one query.

    ``worth`` is what the pair adds to the objective, in score.
    """
    one, other = _name(mentor.pk), _name(mentee.pk)
    sides = (f"mentor__{one}", f"mentee__{other}", f"mentor_covered__{one}", f"mentee_covered__{other}")
    of_two = Q(pair_prices__mentor=mentor, pair_prices__mentee=mentee)
    runs = MatchRun.objects.filter(pk=run.pk).annotate(found=FilteredRelation("pair_prices", condition=of_two))
    told = [f"prices__{name}" for name in (*sides, "unit", "unproven")]
    known = runs.values_list(*told, *(f"found__{name}" for name in _EXACT)).get()
    exact = dict(zip(_EXACT, known[len(told) :], strict=True))
    if exact["worked_out_at"] is not None and not exact["problem"]:
        return Price(exact["pairs"], exact["points"], taken=exact["taken"], at=exact["worked_out_at"])
    bound = _bound(known[: len(told)], worth=worth)
    if exact["pk"] is None:
        return bound
    return replace(bound, is_asked=exact["worked_out_at"] is None, problem=exact["problem"])


_EXACT = ("pk", "pairs", "points", "taken", "problem", "worked_out_at")


def least_loss(prices: RunPrices | None, *, mentor: int, mentee: int, worth: float) -> Price | None:
    """What making a pair would cost the pool at least, from unsaved or loaded prices; None where they prove nothing.

    ``mentor`` and ``mentee`` are keys of enrolments, ``worth`` is what the pair adds to the objective, in score.
    """
    one, other = _name(mentor), _name(mentee)
    if prices is None or one not in prices.mentor or other not in prices.mentee:
        return None
    covered = prices.mentor_covered or {}, prices.mentee_covered or {}
    known = (prices.mentor[one], prices.mentee[other], one in covered[0], other in covered[1])
    return _bound((*known, prices.unit, prices.unproven), worth=worth)


def _bound(known: Sequence[Any], *, worth: float) -> Price:
    """By the two prices alone. Whoever was not in the run has none, and then nothing is proven."""
    of_mentor, of_mentee, mentor_covered, mentee_covered, unit, unproven = known
    if of_mentor is None or of_mentee is None:
        return Price(is_exact=False)
    if mentor_covered and mentee_covered:
        return Price(pairs=1, is_exact=False)
    loss = (int(of_mentor) + int(of_mentee)) / unit - worth - unproven
    return Price(points=100 * loss if loss >= NEXT_TO_NOTHING else 0.0, is_exact=False)


@transaction.atomic
def ask_price(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment, now: datetime) -> PairPrice:
    """Have the exact price worked out; asked twice while the worker is about it, it is worked out once."""
    price, _new = PairPrice.objects.get_or_create(run=run, mentor=mentor, mentee=mentee, defaults={"asked_at": now})
    waiting = price.worked_out_at is None and now - price.asked_at < GIVEN_UP_AFTER
    if not _new and not waiting:
        price.asked_at, price.worked_out_at, price.problem = now, None, ""
        price.save(update_fields=["asked_at", "worked_out_at", "problem"])
    enqueue("pair_price", key=f"{price.pk}:{price.asked_at.isoformat()}", now=now, facts={"price": price.pk})
    return price


@handles("pair_price", lease=timedelta(minutes=15), attempts=2)
def work_out_price(job: Job, now: datetime) -> None:
    """Solve today's pool, and go on from there with the pair locked. Nothing is held meanwhile."""
    related = ("run__cohort__programme", "mentor__person", "mentee__person")
    asked = PairPrice.objects.select_related(*related).filter(pk=job.facts["price"], worked_out_at=None).first()
    if asked is None:
        return
    found = _worked_out(asked.run, pair=(asked.mentor.person.person_id, asked.mentee.person.person_id))
    PairPrice.objects.filter(pk=asked.pk, asked_at=asked.asked_at).update(
        pairs=found.pairs, points=found.points, taken=found.taken, problem=found.problem, worked_out_at=now
    )


def _worked_out(run: MatchRun, *, pair: tuple[str, str]) -> Price:
    try:
        snapshot = take_snapshot(run.cohort, policy=run.policy)
        check(snapshot)
        best = KeptRun.of(snapshot.problem())
    except (RunStopped, InputProblems, PolicyError):
        return Price(problem="stopped")
    except KeysMissing:
        return Price(problem="keys_missing")
    try:
        other = best.changed(lock=[pair])
    except InputProblems:  # the page offers it for a pair that may be made: the place is what others have taken
        return Price(taken=True)
    lost = (best.solution.total_score - other.solution.total_score) * 100
    return Price(pairs=len(best.solution.mentors) - len(other.solution.mentors), points=lost)


def forget_prices(cohort: Cohort) -> None:
    """Something was decided in the cohort: what its pairs would cost, and whom to list, is another now."""
    PairPrice.objects.filter(run__cohort=cohort).delete()
    PartnerSearch.objects.filter(run__cohort=cohort).delete()
