"""What changed from one run of a cohort to another: pairs, people, totals, rules, and who took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from viceversa.programmes.models import Enrolment

from .models import MatchRun, PairDecision
from .sifting import standing_in
from .words.rules import rule_sentences, weights_sentence

Sides = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """A mentee whose mentors are others now; keys of enrolments."""

    mentee: int
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """``earlier`` against ``later``. ``policy_before`` and ``policy_after`` hold the sentences that differ."""

    earlier: MatchRun
    later: MatchRun
    kept: int
    new: int
    gone: int
    total_before: float
    total_after: float
    changes: tuple[Change, ...]
    policy_before: tuple[str, ...]
    policy_after: tuple[str, ...]
    locked: int
    kept_apart: int
    lifted: int

    @property
    def mentors(self) -> tuple[int, int]:
        return _counted(self.earlier, "mentors"), _counted(self.later, "mentors")

    @property
    def mentees(self) -> tuple[int, int]:
        return _counted(self.earlier, "mentees"), _counted(self.later, "mentees")


def _counted(run: MatchRun, name: str) -> int:
    return int(run.report.get(name, 0))


def difference_between(earlier: MatchRun, later: MatchRun) -> Difference:
    """A constant number of queries, whatever the number of pairs."""
    before, total_before = _pairs_of(earlier)
    after, total_after = _pairs_of(later)
    policy_before, policy_after = policies_apart(earlier, later)
    decisions = PairDecision.objects.filter(cohort=later.cohort_id)
    since = decisions.filter(at__gt=earlier.requested_at, at__lte=later.requested_at)
    kinds = list(since.values_list("kind", flat=True))
    return Difference(
        earlier=earlier,
        later=later,
        kept=len(before & after),
        new=len(after - before),
        gone=len(before - after),
        total_before=total_before,
        total_after=total_after,
        changes=tuple(_changes(before, after)),
        policy_before=policy_before,
        policy_after=policy_after,
        locked=kinds.count(PairDecision.Kind.LOCKED),
        kept_apart=kinds.count(PairDecision.Kind.FORBIDDEN),
        lifted=decisions.filter(lifted_at__gt=earlier.requested_at, lifted_at__lte=later.requested_at).count(),
    )


def _pairs_of(run: MatchRun) -> tuple[set[Sides], float]:
    rows = list(standing_in(run).order_by().values_list("mentor_id", "mentee_id", "score"))
    return {(mentor, mentee) for mentor, mentee, _ in rows}, sum(score for _, _, score in rows)


def _changes(before: set[Sides], after: set[Sides]) -> Iterable[Change]:
    was, now = _by_mentee(before), _by_mentee(after)
    for mentee in sorted(was.keys() | now.keys()):
        if was[mentee] != now[mentee]:
            yield Change(mentee, tuple(sorted(was[mentee])), tuple(sorted(now[mentee])))


def _by_mentee(pairs: set[Sides]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for mentor, mentee in pairs:
        found[mentee].add(mentor)
    return found


def policies_apart(earlier: MatchRun, later: MatchRun) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of either run's rules and weights that are not the other's."""
    then, now = _policy_words(earlier), _policy_words(later)
    return tuple(words for words in then if words not in now), tuple(words for words in now if words not in then)


def _policy_words(run: MatchRun) -> list[str]:
    leader = run.cohort.programme.mentee_word
    return [*rule_sentences(run.policy, leader=leader), weights_sentence(run.policy)]


def names_in(changes: Iterable[Change]) -> dict[int, Enrolment]:
    """Everybody whom these changes speak of, by key."""
    keys = {key for change in changes for key in (change.mentee, *change.before, *change.after)}
    return {one.pk: one for one in Enrolment.objects.filter(pk__in=keys).select_related("person")}
