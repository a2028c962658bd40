"""Work of pairing that falls due: match runs, and the letters about proposals and pairs."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import perf_counter

from django.conf import settings
from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing
from viceversa.matching import InputProblems, PolicyError
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs
from viceversa.programmes.models import Enrolment

from . import (
    candidates,  # noqa: F401 - registers that partners for one person are looked for by the worker
    circles,  # noqa: F401 - registers that circles of mentors are made by the worker
    closing,  # noqa: F401 - registers what recurs, and what a withdrawal ends
    cohort_closing,  # noqa: F401 - registers what a closing ends
    correcting,  # noqa: F401 - registers that many corrections are judged and applied by the worker
    ending,  # noqa: F401 - registers that a withdrawal ends pairs
    line_holds,  # noqa: F401 - registers that running pairs are checked after the people changed
    publishing,  # noqa: F401 - registers that many drafts are published by the worker
    rotas,  # noqa: F401 - registers that rotas are made by the worker
    studies,  # noqa: F401 - registers that questions about a cohort are answered by the worker
    wish_price,  # noqa: F401 - registers what answers the question what wishes cost
)
from .blocking import blocking_rows
from .correction_files import forget_corrections
from .finding import Finding, Tell, find
from .holding import PEOPLE
from .letters import ended_letter, pair_ended_letter, pair_letter, proposal_letter, withdrawn_letter
from .models import BlockingPair, MatchRun, Pair, Proposal, ProposalAnswer, UnmatchedPerson
from .new_partners import pool_with_pairs, public_ids
from .obstacles import Obstacle, RunStopped, check, input_obstacles, obstacle, policy_obstacles
from .people_first import waits_for_people
from .pricing import prices_of
from .progress import LEASE, Progress, still_held
from .snapshot import take_snapshot

RUN_ATTEMPTS = 3


@handles("match_run", lease=LEASE, attempts=RUN_ATTEMPTS)
def match_run(job: Job, now: datetime) -> None:
    """Solve and write a run. Nothing of it stands in the database before all of it does, so a worker may die here."""
    run = MatchRun.every.select_related("cohort__programme").filter(public_id=job.facts["run"]).first()
    if run is None or run.state not in MatchRun.UNFINISHED:  # a variant may be thrown away while it waits
        return
    if job.attempts > RUN_ATTEMPTS:  # handed out again and again to workers that died over it
        _write_failure(run, [obstacle("fault")], job=job)
        return
    try:
        if waits_for_people(run, job=job, now=now):
            return
    except RunStopped as stopped:
        _write_failure(run, stopped.obstacles, job=job)
        return
    begun = perf_counter()
    MatchRun.every.filter(pk=run.pk).update(state=MatchRun.State.RUNNING, started_at=now, phase="reading")
    try:
        finding = _find(run, tell=Progress(run=run, job=job, clock=settings.CLOCK))
    except RunStopped as stopped:
        _write_failure(run, stopped.obstacles, job=job)
    except Exception:
        if job.attempts == RUN_ATTEMPTS:
            _write_failure(run, [obstacle("fault")], job=job)
        raise
    else:
        _write(run, finding, seconds=perf_counter() - begun, job=job)


def _find(run: MatchRun, *, tell: Tell) -> Finding:
    try:
        take = pool_with_pairs if run.method == MatchRun.Method.CHANGE else take_snapshot
        snapshot = take(run.cohort, policy=run.policy)
        check(snapshot)
        finding = find(snapshot, tell=tell, method=run.method)
    except PolicyError as error:
        raise RunStopped(policy_obstacles(error)) from error
    except InputProblems as error:
        raise RunStopped(input_obstacles(error)) from error
    except KeysMissing as error:
        raise RunStopped([obstacle("keys_missing")]) from error
    tell("writing", 0, 1)
    return finding


@transaction.atomic
def _write(run: MatchRun, finding: Finding, *, seconds: float, job: Job) -> None:
    if not _still_ours(run, job=job):
        return
    Proposal.objects.bulk_create(finding.proposals(run), batch_size=500)
    UnmatchedPerson.objects.bulk_create(finding.people_without(run), batch_size=500)
    prices = prices_of(run, finding.snapshot, finding.problem, finding.solution)
    BlockingPair.objects.bulk_create(blocking_rows(run, finding, prices), batch_size=500)
    if prices is not None:
        prices.save()
    report = finding.report(seconds=seconds)
    ends = public_ids(run.cohort, finding.given_up())
    _finish(run, MatchRun.State.DONE, report=report, input_sha256=finding.snapshot.digest, ends=ends)
    _record_end("finished", run, pairs=report["pairs"], certified=report["certified"])


@transaction.atomic
def _write_failure(run: MatchRun, obstacles: list[Obstacle], *, job: Job) -> None:
    if not _still_ours(run, job=job):
        return
    _finish(run, MatchRun.State.FAILED, problems=obstacles)
    _record_end("failed", run, problems=len(obstacles))


def _still_ours(run: MatchRun, *, job: Job) -> bool:
    """Whether this attempt still holds the job, and nobody finished the run meanwhile or threw it away."""
    held = MatchRun.every.select_for_update(no_key=True).filter(pk=run.pk).first()
    return held is not None and held.state in MatchRun.UNFINISHED and still_held(job).exists()


def _finish(run: MatchRun, state: MatchRun.State, **columns: object) -> None:
    values = {"state": state, "phase": "", "finished_at": settings.CLOCK(), **columns}
    MatchRun.every.filter(pk=run.pk).update(**values)


def _record_end(verb: str, run: MatchRun, **facts: int | bool) -> None:
    scope, noun = run.cohort.programme.public_id, "variant" if run.is_variant else "run"
    record(
        f"{noun}.{verb}", noun=noun, object_id=run.public_id, by=None, now=settings.CLOCK(), scope=scope, facts=facts
    )


@handles("proposal_letters")
def write_proposal_letters(job: Job, now: datetime) -> None:
    """One job for each letter of a publication, so that one refused address holds up nobody."""
    proposals = Proposal.objects.filter(run__public_id=job.facts["run"], state__in=Proposal.OPEN)
    sides = proposals.values_list("public_id", "mentor__public_id", "mentee__public_id")
    for proposal, *enrolments in list(sides):
        for enrolment in enrolments:
            facts = {"proposal": proposal, "enrolment": enrolment}
            enqueue("proposal_letter", key=f"{proposal}:{enrolment}", now=now, facts=facts)


@handles("proposal_letter")
def send_proposal_letter(job: Job, now: datetime) -> None:
    """Unless the proposal has ended, or this side has answered already."""
    proposal, side = _proposal_and_side(job)
    if proposal is None or side is None or proposal.state not in Proposal.OPEN or not side.person.email:
        return
    if not ProposalAnswer.objects.filter(proposal=proposal, enrolment=side).exists():
        send(proposal_letter(proposal, to=side, now=now), job=job)


@handles("proposal_ended_letter")
def send_ended_letter(job: Job, now: datetime) -> None:
    proposal, side = _proposal_and_side(job)
    if proposal is not None and side is not None and side.person.email:
        send(ended_letter(proposal, to=side), job=job)


@handles("proposal_withdrawn_letter")
def send_withdrawn_letter(job: Job, now: datetime) -> None:
    proposal, side = _proposal_and_side(job)
    if proposal is not None and side is not None and side.person.email:
        send(withdrawn_letter(proposal, to=side), job=job)


@handles("pair_letter")
def send_pair_letter(job: Job, now: datetime) -> None:
    people = ("cohort__programme", "mentor__person", "mentee__person")
    pair = Pair.objects.running().select_related(*people).filter(public_id=job.facts["pair"]).first()
    if pair is None:
        return
    side = pair.mentor if pair.mentor.public_id == job.facts["enrolment"] else pair.mentee
    if side.person.email:
        send(pair_letter(pair, to=side), job=job)


@handles("pair_ended_letter")
def send_pair_ended_letter(job: Job, now: datetime) -> None:
    """To the one who stays, unless they have left themself meanwhile."""
    people = ("cohort__programme", "mentor__person", "mentee__person", "ending")
    pair = Pair.objects.select_related(*people).filter(public_id=job.facts["pair"]).exclude(ending=None).first()
    if pair is None:
        return
    side = pair.mentor if pair.mentor.public_id == job.facts["enrolment"] else pair.mentee
    if side.person.email and not side.person.has_left(on=now.date()):
        send(pair_ended_letter(pair, to=side), job=job)


def _proposal_and_side(job: Job) -> tuple[Proposal | None, Enrolment | None]:
    proposal = Proposal.objects.select_related(*PEOPLE).filter(public_id=job.facts["proposal"]).first()
    if proposal is None:
        return None, None
    sides = {side.public_id: side for side in (proposal.mentor, proposal.mentee)}
    return proposal, sides.get(job.facts["enrolment"])


@recurs("forget_corrections", every=timedelta(hours=1))
def forget_old_corrections(now: datetime) -> int:
    """Corrected pairs that were looked at and never applied."""
    return forget_corrections(now=now)
