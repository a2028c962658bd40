"""Supply and demand of a cohort before anything is matched: counted in the background, kept until the pool changes.

What is kept has topics, counts and people's numbers. It is counted on the problem that reviews see, without the
identity that people agreed to be matched by, so that no count gives an answer away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from viceversa.accounts.fingerprint import fingerprint
from viceversa.accounts.keys.store import KeysMissing
from viceversa.formats.person import PersonRow
from viceversa.matching import InputProblems, PolicyError, Problem
from viceversa.matching.encode import Meanings
from viceversa.matching.shortage import Advice, Shortage, shortage
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.people.models import Person, RosterImport, TopicOffer, TopicWant
from viceversa.programmes.models import Cohort, Enrolment
from viceversa.programmes.policy import complete_policy

from .models import Pair, Proposal, SupplyCount
from .obstacles import input_obstacles, obstacle, policy_obstacles
from .progress import LEASE
from .snapshot import run_policy, take_snapshot
from .synonyms import with_synonyms

PLACES_NAMED = 2
State = SupplyCount.State


def pool_mark(cohort: Cohort, *, on: date) -> str:
    """A quick sign of the pool: equal as long as nobody joined or left, nothing was proposed and no rule changed."""
    enrolled = Enrolment.objects.filter(cohort=cohort).order_by("role", "state").values_list("role", "state")
    people = enrolled.annotate(Count("pk"), Max("submitted_at"))
    sides = Proposal.objects.filter(run__cohort=cohort, state__in=Proposal.OPEN).count()
    pairs = Pair.objects.running().filter(cohort=cohort).count()
    files = RosterImport.objects.aggregate(last=Max("pk"), applied=Max("applied_at"))
    policy = complete_policy(cohort.programme.policy)
    told = [*people, sides, pairs, *files.values(), on.isoformat()]
    return fingerprint({"pool": [str(one) for one in told], "policy": policy})


@transaction.atomic
def counted(cohort: Cohort, *, now: datetime, again: bool = False) -> SupplyCount:
    """The latest count. Where there is none, or the pool changed since, or with ``again``, a new one is asked for.

    While one waits, nothing more is asked for.
    """
    mark = pool_mark(cohort, on=now.date())
    found, new = SupplyCount.objects.get_or_create(cohort=cohort, defaults={"mark": mark, "asked_at": now})
    if not new and (found.state == State.WAITING or (found.mark == mark and not again)):
        return found
    if not new:
        SupplyCount.objects.filter(pk=found.pk).update(state=State.WAITING, phase="", mark=mark, asked_at=now)
        found.refresh_from_db()
    enqueue("supply_count", key=f"{cohort.public_id}:{now.isoformat()}", now=now, facts={"cohort": cohort.public_id})
    return found


@handles("supply_count", lease=LEASE, attempts=3)
def count_supply(job: Job, now: datetime) -> None:
    """Count, unless exactly this pool was counted already. Nothing stands in the database before all of it does."""
    cohort = Cohort.objects.select_related("programme").get(public_id=job.facts["cohort"])
    kept = SupplyCount.objects.get(cohort=cohort)
    if kept.state != State.WAITING:
        return
    try:
        done = _counted(cohort, kept, now=now)
    except PolicyError as error:
        done = {"state": State.FAILED, "problems": policy_obstacles(error)}
    except InputProblems as error:
        done = {"state": State.FAILED, "problems": input_obstacles(error)}
    except KeysMissing:
        done = {"state": State.FAILED, "problems": [obstacle("keys_missing")]}
    except Exception:
        if job.attempts >= 3:
            _keep(kept, {"state": State.FAILED, "problems": [obstacle("fault")]})
        raise
    _keep(kept, done)


def _keep(kept: SupplyCount, done: Mapping[str, Any]) -> None:
    SupplyCount.objects.filter(pk=kept.pk).update(**{"phase": "", "problems": [], **done})


def _counted(cohort: Cohort, kept: SupplyCount, *, now: datetime) -> dict[str, Any]:
    tell = SupplyCount.objects.filter(pk=kept.pk)
    tell.update(phase="reading")
    policy = complete_policy(cohort.programme.policy)
    asked = with_synonyms(run_policy(policy, on=now.date(), seed=0), cohort=cohort)
    snapshot = take_snapshot(cohort, policy=asked)
    begun = _begun(cohort)
    digest = fingerprint({"pool": snapshot.digest, "begun": [list(side.items()) for side in begun]})
    done = {"state": State.DONE, "counted_at": now, "digest": digest}
    if digest == kept.digest and kept.result:
        return done
    tell.update(phase="counting")
    problem = snapshot.problem(with_locks=False)
    found = shortage(problem)
    return done | {"result": _result(problem, found, begun=begun)}


Counts = Mapping[str, int]


def _begun(cohort: Cohort) -> tuple[dict[str, int], dict[str, int]]:
    """What those who have begun to enrol and not sent it yet want, and what they could teach: topic → people."""
    level = int(complete_policy(cohort.programme.policy)["rules"]["teach_level_min"])
    begun = Enrolment.objects.filter(cohort=cohort, state=Enrolment.State.DRAFT)
    wants = TopicWant.objects.filter(person__in=begun.filter(role=Enrolment.Role.MENTEE).values("person"))
    offers = TopicOffer.objects.filter(
        person__in=begun.filter(role=Enrolment.Role.MENTOR).values("person"), level__gte=level
    )
    return _by_topic(wants), _by_topic(offers)


def _by_topic(rows: Any) -> dict[str, int]:
    return dict(rows.order_by("topic__name").values_list("topic__name").annotate(Count("person", distinct=True)))


def _result(problem: Problem, found: Shortage, *, begun: tuple[Counts, Counts]) -> dict[str, Any]:
    meaning = Meanings(problem.policy.options.synonyms)
    shown = _spellings(problem.people, meaning)
    wanting, teaching = (_meant(side, meaning) for side in begun)
    names = problem.traits.topics
    topics: list[dict[str, Any]] = [
        {
            "name": shown[names[one.topic]],
            "wanted": list(one.wanted),
            "able": one.able,
            "places": one.places,
            "dearest": one.dearest,
            "missing": one.missing,
            "begun_wanted": wanting.get(names[one.topic], 0),
            "begun_able": teaching.get(names[one.topic], 0),
        }
        for one in found.topics
    ]
    topics.sort(key=lambda row: (-row["missing"], -sum(row["wanted"]), row["name"]))
    return {
        "mentors": len(problem.mentors),
        "mentees": len(problem.mentees),
        "seats_wanted": found.seats_wanted,
        "seats_there": found.seats_there,
        "pairs": found.pairs,
        "none": found.none,
        "few": found.few,
        "wishless": found.wishless,
        "topics": topics,
        "rules": [{"key": one.key, "alone": one.alone, "left": one.left} for one in found.rules if one.alone],
        "idle": sorted([problem.people[who].person_id, why] for who, why in found.idle),
        "advice": [_advised(problem, one, shown=shown) for one in found.advice],
    }


def _spellings(people: Iterable[PersonRow], meaning: Meanings) -> dict[str, str]:
    """The compared form of each topic → as a reader knows it; the first of several spellings, by the alphabet."""
    written = sorted({word for row in people for word in (*row.offers, *row.wants)}, reverse=True)
    return {meaning(word): meaning.shown(word) for word in written}


def _meant(counts: Counts, meaning: Meanings) -> Counter[str]:
    meant: Counter[str] = Counter()
    for name, count in counts.items():
        meant[meaning(name)] += count
    return meant


def _advised(problem: Problem, one: Advice, *, shown: Mapping[str, str]) -> dict[str, Any]:
    group = [problem.people[who] for who in one.group]
    rules = problem.policy.rules
    return {
        "topic": shown[problem.traits.topics[one.topic]] if one.topic >= 0 else "",
        "mentors": one.mentors,
        "grade": one.grade_most,
        "helped": len(group),
        "places": _commonest([row.location for row in group]) if rules.overlap_hours_min > 0 else [],
        "language": next(iter(_commonest([tag for row in group for tag in row.languages])), "")
        if rules.common_language
        else "",
    }


def _commonest(words: Iterable[str]) -> list[str]:
    counts = Counter(word for word in words if word)
    return [word for word, _count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:PLACES_NAMED]]


@dataclass(frozen=True)
class IdleMentor:
    """A mentor whom no leader could have, what stands before it, and what they could be asked for."""

    person: Person
    why: str
    topics: tuple[str, ...]


def idle_mentors(rows: Sequence[tuple[str, str]], *, level: int) -> list[IdleMentor]:
    """A page of them, by two queries; whoever is gone from the people meanwhile is passed over."""
    people = {one.person_id: one for one in Person.objects.filter(person_id__in=[number for number, _ in rows])}
    offers = TopicOffer.objects.filter(person__in=people.values(), level__gte=level).order_by("-level", "topic__name")
    known: dict[str, list[str]] = {}
    for number, name in offers.values_list("person__person_id", "topic__name"):
        known.setdefault(number, []).append(name)
    return [IdleMentor(people[number], why, tuple(known.get(number, ()))) for number, why in rows if number in people]
