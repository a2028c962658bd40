"""The one translator from rows of the database to the engine's problem.

A snapshot knows whom people exclude. It lives as long as one piece of work, is never stored, and leaves only
a keyed digest behind, so that nobody can guess an exclusion by hashing the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import Any, cast

from django.db.models import BooleanField, Count, F, Q, QuerySet, Value
from django.utils.crypto import salted_hmac

from viceversa.formats.person import DEFAULT_HOURS, PersonRow
from viceversa.matching import Policy, Problem
from viceversa.matching.policy import IDENTITY
from viceversa.people.identity import IdentityUse, Purpose, values_agreed_to
from viceversa.people.models import Person
from viceversa.people.reporting_lines import lines_above
from viceversa.people.snapshot_rows import rows_of_loaded
from viceversa.programmes.favourites import favourites_of
from viceversa.programmes.identity_questions import identity_uses
from viceversa.programmes.models import Cohort, Enrolment, Pause
from viceversa.programmes.policy import complete_policy

from .models import Pair, PairDecision, Proposal, ProposalAnswer

IdPair = tuple[str, str]
MATCH = Purpose.MATCH.value
RANKED_ALIKE = 10**12
"""Places in a list of wishes so many that the first counts as much as the last, to all decimals shown."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Who looks for a partner in a cohort at this moment, and under which policy.

    ``enrolments`` maps a person's number and role to their enrolment's primary key. ``locked`` holds the locked
    pairs of which both still look; ``idle_locks`` those that cannot be kept since somebody no longer does.
    ``placed`` counts the mentees who look no longer because all their places are taken.

    ``identity`` holds what people agreed to be matched by, by person number. It goes into the solving alone:
    what is explained, compared and stored is computed without it, so that no score gives an answer away. Nor
    does one give away whose a wish was, or how dear: of two people it is told that there was one.
    """

    rows: tuple[PersonRow, ...]
    policy: Policy
    enrolments: Mapping[tuple[str, str], int]
    locked: tuple[IdPair, ...]
    idle_locks: tuple[IdPair, ...]
    placed: int
    digest: str
    pool_digest: str = ""
    """Of the people and their profiles alone; equal whatever they wish for, exclude or said of their identity."""
    identity: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    identity_on: tuple[str, ...] = ()

    def problem(self, *, with_locks: bool = True) -> Problem:
        """The problem that is told of. Raises ``InputProblems`` with everything that stops a run."""
        return Problem.from_people(*self.told(with_locks=with_locks))

    def told(self, *, with_locks: bool = False) -> tuple[tuple[PersonRow, ...], Policy]:
        """Rows and policy of all that is explained, compared and stored: every wish counts alike, both ways."""
        locked = [list(pair) for pair in self.locked] if with_locks else []
        policy = self.policy.replace(options={"locked": locked})
        if not self.has_wishes:
            return self.rows, policy
        rows = tuple(_alike(self.rows, ranked=policy.options.ranked))
        return rows, replace(policy, options=replace(policy.options, ranked=RANKED_ALIKE))

    @property
    def has_wishes(self) -> bool:
        """Whether a wish between two who look is weighed."""
        if not self.policy.weights["preference"]:
            return False
        ids, ranked = {row.person_id for row in self.rows if row.role}, self.policy.options.ranked
        return any(not ids.isdisjoint(row.prefers[:ranked]) for row in self.rows if row.role)

    @property
    def weighs_what_is_kept(self) -> bool:
        """Whether the solving heeds more than is told of: identity attributes, or how dear a wish was."""
        return bool(self.identity_on) or self.has_wishes

    def solving(self) -> tuple[tuple[PersonRow, ...], Policy]:
        """Rows and policy with the identity attributes that people agreed to; without locks."""
        if not self.identity_on:
            return self.rows, self.policy
        table = self.policy.to_dict()
        table["options"]["difference_on"] = [*table["options"]["difference_on"], *self.identity_on]
        rows = tuple(replace(row, identity=self.identity.get(row.person_id, {})) for row in self.rows)
        return rows, Policy.from_dict(table, identity=self.identity_on)

    def solving_problem(self) -> Problem:
        """The problem to solve. Raises ``InputProblems`` with everything that stops a run."""
        rows, policy = self.solving()
        return Problem.from_people(rows, policy.replace(options={"locked": [list(pair) for pair in self.locked]}))

    def looks(self, person_id: str, role: str) -> bool:
        """Whether this person looks for a partner in this role."""
        return (person_id, role) in self.enrolments


def _alike(rows: Sequence[PersonRow], *, ranked: int) -> Iterable[PersonRow]:
    """Each row with a wish for everybody whom the person wished for, or who wished for them, in no telling order."""
    wished: dict[str, set[str]] = {row.person_id: set(row.prefers[:ranked]) for row in rows}
    for row in rows:
        for other in row.prefers[:ranked]:
            if other in wished:
                wished[other].add(row.person_id)
    for row in rows:
        yield replace(row, prefers=tuple(sorted(wished[row.person_id])))


def run_policy(stored: Mapping[str, Any], *, on: date, seed: int) -> dict[str, Any]:
    """A programme's policy as a run keeps it: every key written out, judged on the day of the run."""
    whole = complete_policy(stored)
    whole["rules"]["reference_date"] = on.isoformat()
    whole["options"]["seed"] = seed
    return whole


def take_snapshot(
    cohort: Cohort,
    *,
    policy: Mapping[str, Any],
    only: Collection[int] | None = None,
    for_solving: bool = True,
    reopened: Collection[Pair] = (),
    though_full: bool = False,
) -> Snapshot:
    """The cohort as it stands now, under a policy in the policy file's shape.

    ``only`` are keys of the enrolments to look at, where a few pairs are judged and nothing is solved: then
    locks are left out, and the digest is that of these people alone. Where nothing is solved, nobody's
    identity attributes are needed, and none is opened.

    ``reopened`` are running pairs that may be made anew or not: their places count as free, and they are the policy's
    ``current`` pairs, of which `keep` rewards each that stays.

    ``though_full`` looks at whoever has no place free as well: at all who take part and do not pause.

    Raises ``PolicyError`` with every problem of the policy, and ``KeysMissing`` where an exclusion cannot be
    opened: a matching that ignores one must not be made.
    """
    taken = _apart(cohort, only=only, reopened=reopened)
    chosen = Policy.from_dict(_with_current(_with_apart(policy, taken.apart), reopened))
    everybody = _taking_part(cohort, on=chosen.rules.reference_date)
    taking_part = list(everybody if only is None else everybody.filter(pk__in=only))
    _give_back(taking_part, reopened)
    looking = {(one.person.person_id, one.role): one for one in taking_part if though_full or _free_places(one)}
    locked, idle = _locks(cohort, looking=looking.keys(), pairs=taken.together) if only is None else ((), ())
    participants = _participants(looking, among=_people_of(cohort, only=only))
    rows = tuple(sorted([*participants, *_managers_above(participants)], key=lambda row: row.person_id))
    uses = identity_uses(cohort.programme) if for_solving else []
    identity = _identity(looking.values(), uses=uses, scope=cohort.programme.public_id)
    return Snapshot(
        rows=rows,
        policy=chosen,
        enrolments={key: enrolment.pk for key, enrolment in looking.items()},
        locked=locked,
        idle_locks=idle,
        placed=sum(one.role == Enrolment.Role.MENTEE and not _free_places(one) for one in taking_part),
        digest=_digest(rows, identity, of=(chosen.to_dict(), tuple(locked))),
        pool_digest=_digest([replace(row, prefers=(), excludes=()) for row in rows], {}, of=()),
        identity=identity,
        identity_on=tuple(f"{IDENTITY}{use.attribute}" for use in uses if MATCH in use.purposes),
    )


def _identity(looking: Iterable[Enrolment], *, uses: Collection[IdentityUse], scope: str) -> dict[str, dict[str, str]]:
    """What those who look agreed to be matched by in this programme; nobody else's answer is opened."""
    numbers = {one.person_id: one.person.person_id for one in looking}
    agreed = values_agreed_to(numbers.keys(), uses=uses, purpose=MATCH, scope=scope)
    return {numbers[key]: dict(sorted(values.items())) for key, values in agreed.items()}


def _taking_part(cohort: Cohort, *, on: date) -> QuerySet[Enrolment]:
    """Who said yes, is still here and has not paused, each with the number of places that running pairs take."""
    here = Q(person__leave_date=None) | Q(person__leave_date__gt=on)
    paused = Pause.objects.over(on).values("enrolment")
    enrolments = Enrolment.objects.taking_part().filter(here, cohort=cohort).exclude(pk__in=paused)
    asked = {
        f"asked_{role}": Count(f"proposals_as_{role}", filter=_open_proposals(role), distinct=True)
        for role in ("mentor", "mentee")
    }
    counted = enrolments.annotate(seats_taken=Count("seats", distinct=True), **asked)
    counted = counted.annotate(manager_number=F("person__manager__person_id"))
    return counted.select_related("person", "favourites").order_by("pk")


def _open_proposals(role: str) -> Q:
    return Q(**{f"proposals_as_{role}__state__in": Proposal.OPEN})


def _free_places(enrolment: Enrolment) -> int:
    """Places that neither a pair nor an open proposal takes: what was published is a later run's to respect."""
    counted: Any = enrolment  # annotated by _taking_part
    taken = counted.seats_taken + counted.asked_mentor + counted.asked_mentee - getattr(counted, "given_back", 0)
    return max(0, enrolment.capacity - int(taken))


def _give_back(taking_part: Iterable[Enrolment], reopened: Iterable[Pair]) -> None:
    """Note with each enrolment how many places of theirs the reopened pairs take."""
    places = Counter(key for pair in reopened for key in (pair.mentor_id, pair.mentee_id))
    for enrolment in taking_part:
        enrolment.given_back = places[enrolment.pk]  # type: ignore[attr-defined]


def looking_counts(cohort: Cohort, *, on: date) -> dict[str, int]:
    """How many enrolments look for a partner on that day, by role."""
    places: Any = _taking_part(cohort, on=on).select_related(None).order_by()
    rows = places.values_list("role", "capacity", "seats_taken", "asked_mentor", "asked_mentee")  # no 20,000 objects
    looking = Counter(role for role, capacity, *taken in rows if capacity > sum(taken))
    return {role.value: looking[role.value] for role in Enrolment.Role}


def _people_of(cohort: Cohort, *, only: Collection[int] | None) -> QuerySet[Person]:
    """Everybody enrolled who might look, or those of ``only``."""
    taking_part = Enrolment.objects.taking_part().filter(cohort=cohort)
    here = taking_part if only is None else taking_part.filter(pk__in=only)
    return Person.objects.filter(pk__in=here.order_by().values("person"))


def _participants(looking: Mapping[tuple[str, str], Enrolment], *, among: QuerySet[Person]) -> list[PersonRow]:
    """The people file's rows with role and free places from the enrolments.

    The format has one capacity for both roles; who looks in both gets the smaller number of free places.
    """
    roles: dict[str, dict[str, int]] = {}
    for (person_id, role), enrolment in looking.items():
        roles.setdefault(person_id, {})[role] = _free_places(enrolment)
    people = {one.person_id: one.person for one in looking.values()}
    manager_ids = {one.person_id: _manager_number(one) for one in looking.values()}
    chosen = favourites_of(looking.values())
    rows = []
    for row in rows_of_loaded(people.values(), manager_ids=manager_ids, among=among):
        free = roles[row.person_id]
        role = next(iter(free)) if len(free) == 1 else "both"
        prefers = _in_turn([chosen[looking[row.person_id, role].pk] for role in sorted(free)]) or row.prefers
        rows.append(replace(row, role=role, capacity=min(free.values()), prefers=prefers))
    return rows


def _manager_number(enrolment: Enrolment) -> str | None:
    counted: Any = enrolment  # annotated by _taking_part
    return cast("str | None", counted.manager_number)


def _in_turn(lists: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """One list of favourites out of one a role: each role's first, then each one's second, and so on."""
    ranks = zip_longest(*lists)
    return tuple(dict.fromkeys(name for rank in ranks for name in rank if name is not None))


def _managers_above(participants: Iterable[PersonRow]) -> list[PersonRow]:
    """Everybody above the participants in the reporting line, with nothing but their place in it."""
    known = {row.person_id for row in participants}
    above = lines_above({row.manager_id for row in participants if row.manager_id} - known)
    return [_bystander(person_id, manager_id) for person_id, manager_id in above.items() if person_id not in known]


def _bystander(person_id: str, manager_id: str) -> PersonRow:
    return PersonRow(
        person_id=person_id,
        given_name="",
        family_name="",
        email="",
        job_title="",
        function="",
        location="",
        external_id="",
        manager_id=manager_id,
        grade=None,
        role="",
        capacity=1,
        offers={},
        wants={},
        interests=(),
        languages=(),
        time_zone="",
        hours=DEFAULT_HOURS,
        style_formality=None,
        style_structure=None,
        prefers=(),
        excludes=(),
        hire_date=None,
        leave_date=None,
        line=0,
    )


@dataclass(frozen=True)
class _Apart:
    """Pairs that must not be made: ``together`` are those that exist already, ``apart`` all of them."""

    together: frozenset[IdPair]
    apart: frozenset[IdPair]


_IDS = ("mentor__person__person_id", "mentee__person__person_id")


def _apart(cohort: Cohort, *, only: Collection[int] | None, reopened: Collection[Pair] = ()) -> _Apart:
    """Whoever is or was a pair here, is a pair elsewhere, is asked already, said no to each other, or is kept apart.

    By one query. With ``only`` it looks at these enrolments' people alone.
    """
    among: dict[str, Any] = {"enrolments__cohort": cohort} if only is None else {"enrolments__in": list(only)}
    # What runs elsewhere counts only between people of this cohort: either side must be enrolled here.
    both = Q(**{f"mentor__person__{name}": value for name, value in among.items()})
    both &= Q(**{f"mentee__person__{name}": value for name, value in among.items()})
    here = Q() if only is None else both
    proposals = Proposal.objects.filter(here, run__cohort=cohort)
    together = (
        Pair.objects.filter(here, cohort=cohort).exclude(pk__in=[pair.pk for pair in reopened]),
        Pair.objects.running().exclude(cohort=cohort).filter(both),
        proposals.filter(state__in=Proposal.OPEN),
    )
    apart = (
        # By the answer and not by the state: a no counts while the other side has not answered, and after the date.
        proposals.filter(answers__word=ProposalAnswer.Word.NO),
        PairDecision.objects.standing().filter(here, cohort=cohort, kind=PairDecision.Kind.FORBIDDEN),
    )
    first, *others = [
        rows.order_by().values_list(*_IDS, Value(is_pair, output_field=BooleanField()))
        for is_pair, several in ((True, together), (False, apart))
        for rows in several
    ]
    pairs, all_of_them = set[IdPair](), set[IdPair]()
    for mentor, mentee, is_pair in first.union(*others):
        all_of_them.add((mentor, mentee))
        if is_pair:
            pairs.add((mentor, mentee))
    return _Apart(together=frozenset(pairs), apart=frozenset(all_of_them))


def _with_apart(policy: Mapping[str, Any], apart: Iterable[IdPair]) -> dict[str, Any]:
    """The policy with what must not be made added, either way round, and its locks left to the decisions."""
    options = dict(policy.get("options", {}))
    both_ways = {pair for mentor, mentee in apart for pair in ((mentor, mentee), (mentee, mentor))}
    given = {(mentor, mentee) for mentor, mentee in options.get("forbidden", [])}
    options["forbidden"] = [list(pair) for pair in sorted(both_ways | given)]
    options["locked"] = []
    return {**policy, "options": options}


def _with_current(policy: dict[str, Any], reopened: Iterable[Pair]) -> dict[str, Any]:
    current = sorted([pair.mentor.person.person_id, pair.mentee.person.person_id] for pair in reopened)
    return {**policy, "options": {**policy["options"], "current": current}} if current else policy


def _locks(
    cohort: Cohort, *, looking: Collection[tuple[str, str]], pairs: frozenset[IdPair]
) -> tuple[tuple[IdPair, ...], tuple[IdPair, ...]]:
    decided = PairDecision.objects.standing().filter(cohort=cohort, kind=PairDecision.Kind.LOCKED)
    wanted = sorted(set(decided.values_list(*_IDS)) - pairs)
    kept = tuple((one, other) for one, other in wanted if {(one, "mentor"), (other, "mentee")} <= set(looking))
    return kept, tuple(pair for pair in wanted if pair not in kept)


def _digest(rows: Iterable[PersonRow], identity: Mapping[str, Mapping[str, str]], *, of: tuple[object, ...]) -> str:
    """Equal for equal people and whatever else it is ``of``, keyed with the installation's secret."""
    spelling = repr(([_spelled(row) for row in rows], *of, sorted(identity.items())))
    return salted_hmac("viceversa.pairing.snapshot", spelling, algorithm="sha256").hexdigest()


def _spelled(row: PersonRow) -> tuple[object, ...]:
    offers, wants = sorted(row.offers.items()), sorted(row.wants.items())
    return astuple(replace(row, offers={}, wants={})) + (tuple(offers), tuple(wants), tuple(sorted(row.excludes)))
