"""What changed from one run of a cohort to another: pairs, people, totals, rules, and who took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from viceversa.programmes.models import Enrolment

from .models import MatchRun, PairDecision, Proposal
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
class Apart:
    """How many pairs two runs share, and whose are others. Plain numbers: small enough to be kept."""

    kept: int
    new: int
    gone: int
    total_before: float
    total_after: float
    changed: tuple[int, ...]
    """Keys of the mentees whose mentors are others, in order; ``changes_of`` reads a page of them."""

    @property
    def pairs(self) -> int:
        return self.kept + self.new + self.gone


@dataclass(frozen=True)
class Difference:
    """``earlier`` against ``later``. ``policy_before`` and ``policy_after`` hold the sentences that differ."""

    earlier: MatchRun
    later: MatchRun
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
    """What was asked otherwise and decided in between; ``pairs_apart`` tells the pairs. Two queries."""
    policy_before, policy_after = policies_apart(earlier, later)
    decisions = PairDecision.objects.filter(cohort=later.cohort_id)
    since = decisions.filter(at__gt=earlier.requested_at, at__lte=later.requested_at)
    kinds = list(since.values_list("kind", flat=True))
    return Difference(
        earlier=earlier,
        later=later,
        policy_before=policy_before,
        policy_after=policy_after,
        locked=kinds.count(PairDecision.Kind.LOCKED),
        kept_apart=kinds.count(PairDecision.Kind.FORBIDDEN),
        lifted=decisions.filter(lifted_at__gt=earlier.requested_at, lifted_at__lte=later.requested_at).count(),
    )


def pairs_apart(earlier: MatchRun, later: MatchRun) -> Apart:
    """Every pair of both runs is read, in two queries."""
    before, total_before = _pairs_of(earlier)
    after, total_after = _pairs_of(later)
    kept = len(before & after)
    return Apart(
        kept=kept,
        new=len(after) - kept,
        gone=len(before) - kept,
        total_before=total_before,
        total_after=total_after,
        changed=tuple(sorted({mentee for _, mentee in before ^ after})),
    )


def pairs_mark(runs: Iterable[MatchRun]) -> str:
    """Another mark whenever pairs of these runs are added or set aside by anybody, a worker too. One short read."""
    own = Proposal.objects.filter(run=OuterRef("pk"))
    aside = own.filter(state=Proposal.State.SET_ASIDE).order_by().values("run").annotate(rows=Count("pk"))
    marked = MatchRun.objects.filter(pk__in=[run.pk for run in runs]).order_by("pk")
    rows = marked.values_list(Subquery(own.order_by("-pk").values("pk")[:1]), Subquery(aside.values("rows")))
    return " ".join(f"{newest}:{gone}" for newest, gone in rows)


def _pairs_of(run: MatchRun) -> tuple[set[Sides], float]:
    rows = list(standing_in(run).order_by().values_list("mentor_id", "mentee_id", "score"))
    return {(mentor, mentee) for mentor, mentee, _ in rows}, sum(score for _, _, score in rows)


def changes_of(earlier: MatchRun, later: MatchRun, mentees: Iterable[int]) -> list[Change]:
    """Who had whom and has whom now, in the order of ``mentees``. One query."""
    keys = list(mentees)
    both = Proposal.objects.filter(run__in=(earlier.pk, later.pk), mentee__in=keys)
    found: defaultdict[Sides, list[int]] = defaultdict(list)
    standing = both.exclude(state=Proposal.State.SET_ASIDE).order_by("mentor_id")
    for run, mentee, mentor in standing.values_list("run_id", "mentee_id", "mentor_id"):
        found[run, mentee].append(mentor)
    return [Change(key, tuple(found[earlier.pk, key]), tuple(found[later.pk, key])) for key in keys]


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
