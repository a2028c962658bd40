"""The coordinator's day in one read: where the cohort stands, who needs them, and how the meetings go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery

from viceversa.accounts.access import Role
from viceversa.accounts.models import RoleGrant
from viceversa.pairing.funnel import Funnel, funnel_of, funnels_of
from viceversa.pairing.models import Proposal
from viceversa.people.models import RosterImport
from viceversa.programmes.models import Cohort, Objective, Programme

from .adherence import Adherence, Met, adherence_of, adherences_of, met_columns, met_in, met_of, mets_of
from .attention import Kind, Need, long_unanswered, needs_of
from .kept import LARGE, is_kept, kept
from .models import StepTaken
from .steps import steps_of

FILE_IS_NEW_FOR = timedelta(days=31)


class Stage(StrEnum):
    """How far a cohort is, and so what its page is about."""

    DRAFT = "draft"
    INVITE = "invite"
    ENROLLING = "enrolling"
    MATCH = "match"
    ANSWERING = "answering"
    RUNNING = "running"
    OVER = "over"


class Chore(StrEnum):
    """What keeps a cohort in order, besides the people."""

    INVITATIONS = "invitations"
    OBJECTIVES = "objectives"
    ROSTER = "roster"
    SPONSOR = "sponsor"


@dataclass(frozen=True)
class Task:
    """A chore, whether it is done, and the count or the day that says how far."""

    chore: Chore
    done: bool
    count: int = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Cockpit:
    cohort: Cohort
    stage: Stage
    needs: tuple[Need, ...]
    steps: tuple[StepTaken, ...]
    funnel: Funnel
    met: Met
    adherence: Adherence
    tasks: tuple[Task, ...]
    counted_at: datetime

    @property
    def tasks_done(self) -> int:
        return sum(task.done for task in self.tasks)


def cockpit_of(programme: Programme, *, now: datetime) -> Cockpit:
    """A fixed number of queries, however many people and pairs there are."""
    cohort = _cohort_with_chores(programme, now=now)
    figures, counted_at = progress_of(cohort, now=now)
    funnel, met = figures.funnel, figures.met
    needs = kept(
        "needs",
        cohort,
        now=now,
        count=lambda: tuple(needs_of(cohort, waiting=funnel.waiting, silent=_silent(cohort, now=now), now=now)),
        is_large=lambda _: met.pairs >= LARGE,
    )
    steps = steps_of(cohort, now=now)
    return Cockpit(
        cohort=cohort,
        stage=_stage(cohort, funnel=funnel, met=met, now=now),
        needs=tuple(steps.still_open(needs.value)),
        steps=steps.newest,
        funnel=funnel,
        met=met,
        adherence=figures.adherence,
        tasks=_tasks(cohort, funnel=funnel, now=now),
        counted_at=min(counted_at, needs.at),
    )


@dataclass(frozen=True)
class Progress:
    """How far a cohort's people are, and how its meetings go."""

    funnel: Funnel
    met: Met
    adherence: Adherence


def progress_of(cohort: Cohort, *, now: datetime) -> tuple[Progress, datetime]:
    """And when it was counted: for a large cohort within the last minute."""
    figures = kept(
        "progress",
        cohort,
        now=now,
        count=lambda: Progress(
            funnel_of(cohort, on=now.date()), met_in(cohort) or met_of(cohort), adherence_of(cohort, now=now)
        ),
        is_large=lambda progress: progress.met.pairs >= LARGE,
    )
    return figures.value, figures.at


def progresses_of(cohorts: Sequence[Cohort], *, now: datetime) -> dict[int, Progress]:
    """By the cohort's key: three queries for all of those that were not counted within the last minute."""
    fresh = [cohort for cohort in cohorts if not is_kept("progress", cohort, now=now)]
    funnels, mets = (funnels_of(fresh, on=now.date()), mets_of(fresh)) if fresh else ({}, {})
    adherences = adherences_of(fresh, now=now) if fresh else {}
    counted = {key: Progress(funnel, mets[key], adherences[key]) for key, funnel in funnels.items()}
    return {cohort.pk: _kept_progress(cohort, counted, now=now) for cohort in cohorts}


def _kept_progress(cohort: Cohort, counted: Mapping[int, Progress], *, now: datetime) -> Progress:
    figures = kept(
        "progress",
        cohort,
        now=now,
        count=lambda: counted[cohort.pk],
        is_large=lambda progress: progress.met.pairs >= LARGE,
    )
    return figures.value


def _silent(cohort: Cohort, *, now: datetime) -> Need | None:
    """Invitations that have had no answer for long, as the query of the chores read them."""
    if not hasattr(cohort, "silent"):  # what was kept a moment ago was forgotten meanwhile
        return _silent(
            Cohort.objects.select_related("programme").annotate(**_silent_columns(now=now)).get(pk=cohort.pk), now=now
        )
    people: int = cohort.silent or 0
    if not people or cohort.is_closed or not cohort.programme.is_launched:
        return None
    return Need(kind=Kind.INVITED, since=cohort.silent_since, count=people)  # type: ignore[attr-defined]


def _silent_columns(*, now: datetime) -> dict[str, Subquery]:
    silent = long_unanswered(OuterRef("pk"), now=now).values("cohort")
    return {
        "silent": Subquery(silent.annotate(rows=Count("pk")).values("rows")),
        "silent_since": Subquery(silent.annotate(first=Min("invited_at")).values("first")),
    }


def _cohort_with_chores(programme: Programme, *, now: datetime) -> Cohort:
    """The current cohort, and in the same query what its tasks and its stage hang on."""
    met = {} if is_kept("progress", programme.current_cohort, now=now) else met_columns()
    silent = {} if is_kept("needs", programme.current_cohort, now=now) else _silent_columns(now=now)
    in_programme = Objective.objects.filter(programme=OuterRef("programme")).order_by()
    incomplete = Q(metric="") | Q(owner="") | Q(baseline=None) | Q(target=None) | Q(baseline=F("target"))
    unfinished = in_programme.filter(incomplete).values("programme").annotate(rows=Count("pk"))
    scope = RoleGrant.objects.standing().filter(scope=OuterRef("programme__public_id"), role=Role.SPONSOR.value)
    applied = RosterImport.objects.filter(state=RosterImport.State.APPLIED).order_by()
    last_file = applied.annotate(one=F("state")).values("one").annotate(last=Max("applied_at"))
    cohort = (
        Cohort.objects.filter(pk=programme.current_cohort.pk)
        .annotate(
            unfinished=Subquery(unfinished.values("rows")),
            sponsored=Exists(scope),
            last_file=Subquery(last_file.values("last")),
            **silent,
            **met,
            asked=Exists(Proposal.objects.filter(run__cohort=OuterRef("pk"), state__in=Proposal.OPEN)),
        )
        .get()
    )
    cohort.programme = programme  # as the page addresses it
    return cohort


def _stage(cohort: Cohort, *, funnel: Funnel, met: Met, now: datetime) -> Stage:
    programme = cohort.programme
    if programme.state == Programme.State.DRAFT:
        return Stage.DRAFT
    runs_on = cohort.pairs_end == Cohort.PairsEnd.ON_THEIR_DAY and met.pairs
    is_closed = programme.state == Programme.State.CLOSED or cohort.is_closed
    if cohort.is_over(on=now.date()) or (is_closed and not runs_on):
        return Stage.OVER
    if met.pairs:
        return Stage.RUNNING
    if cohort.asked:  # type: ignore[attr-defined]
        return Stage.ANSWERING
    if not funnel.listed:
        return Stage.INVITE
    both = funnel.leaders.waiting and funnel.mentors.waiting
    return Stage.MATCH if both else Stage.ENROLLING


def _tasks(cohort: Cohort, *, funnel: Funnel, now: datetime) -> tuple[Task, ...]:
    last_file: datetime | None = cohort.last_file  # type: ignore[attr-defined]
    unfinished: int = cohort.unfinished or 0  # type: ignore[attr-defined]
    invitations = Task(Chore.INVITATIONS, done=not funnel.unanswered, count=funnel.unanswered)
    return (
        *([invitations] if funnel.invited else []),
        Task(Chore.OBJECTIVES, done=not unfinished, count=unfinished),
        Task(Chore.ROSTER, done=last_file is not None and now - last_file <= FILE_IS_NEW_FOR, at=last_file),
        Task(Chore.SPONSOR, done=cohort.sponsored),  # type: ignore[attr-defined]
    )
