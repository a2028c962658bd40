"""Builds the demo organisation: real actions and real jobs on a clock that walks from the first day to today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import Count

from viceversa.accounts.access import Role
from viceversa.accounts.events import seal_events
from viceversa.accounts.models import RoleGrant, User
from viceversa.formats.people import write_people
from viceversa.journey.models import Meeting
from viceversa.outbox.models import Job
from viceversa.pairing.answers import answer_proposal
from viceversa.pairing.decisions import decide
from viceversa.pairing.models import Pair, PairDecision, ProposalAnswer
from viceversa.people.actions import request_roster, upload_roster
from viceversa.people.models import Person
from viceversa.people.topic_catalogue import fill_catalogue
from viceversa.programmes.beginning import CohortDates, add_cohort
from viceversa.programmes.closing import archive_cohort
from viceversa.programmes.models import Cohort, Enrolment, Programme

from .answering import account_of, answer_all
from .cast import company
from .days import do, months_after, season
from .design import BEFORE, launched
from .desk import keep_desk
from .enrolling import open_next_programme
from .first_cohort import run_first_cohort
from .log import put_in_order
from .newcomer import come_late, hers_first, meet_on_trial
from .past import come_to_an_end, live_through
from .personal import say_personal_things
from .recruiting import LATE, recruit
from .runs import match, proposals_out, publish
from .seats import SEATS
from .story import link, tell_story

DAYS_SO_FAR = 135  # month five of nine
DAYS_BETWEEN = 335  # from the first day of one cohort to that of the next
MOST_A_SIDE = 1_200  # whom a first large cohort asks, however large the organisation is
SIDES = ("mentor__person__user", "mentee__person__user", "cohort__programme")
REASON = "Both asked to talk about how meetings feel, and neither knows the other’s department."


@dataclass(frozen=True)
class Built:
    """How much there is, for the command to say."""

    people: int
    pairs: int
    meetings_held: int
    asked_fewer: bool  # than might have taken part: a side of the running cohort is at its bound


def build_demo(*, people: int, seed: int, now: datetime) -> Built:
    """Fill an empty installation. The same arguments give the same organisation, apart from its public ids."""
    users = {seat.slug: User.objects.create_user(seat.email, None, name=seat.name) for seat in SEATS}
    ada = users["ada"]
    begin = now - timedelta(days=DAYS_SO_FAR)
    earliest = begin - timedelta(days=DAYS_BETWEEN)
    fill_catalogue(by=None, now=earliest - BEFORE - timedelta(days=1))
    _bring_in_people(people=people, seed=seed, by=ada, now=earliest - BEFORE - timedelta(days=1))
    link({user.email: user for user in users.values()})
    programme = launched("empower", name="Fresh Eyes", begin=earliest, months=9, handler=users["tomas"], by=ada)
    _roles(users, programme, now=earliest - BEFORE)
    run_first_cohort(programme, people=people, seed=seed, begin=earliest, by=ada)
    kept = _run_cohort(programme, begin=begin, users=users, now=now, seed=seed)
    tell_story({user.email: user for user in users.values()}, kept, now=now)
    open_next_programme(users=users, now=now, seed=seed)
    say_personal_things(programme, by=ada, now=now, seed=seed)
    keep_desk(programme, by=ada, now=now)
    _close_the_past(now)
    sides = Enrolment.objects.filter(cohort__programme=programme).values("cohort", "role")
    return Built(
        people=Person.objects.count(),
        pairs=Pair.objects.count(),
        meetings_held=Meeting.objects.filter(state=Meeting.State.HELD).count(),
        asked_fewer=any(side["asked"] >= MOST_A_SIDE for side in sides.annotate(asked=Count("pk"))),
    )


def _bring_in_people(*, people: int, seed: int, by: User, now: datetime) -> None:
    content = write_people(company(people=people, seed=seed))
    roster = upload_roster(content, file_name="people-of-northmoor.csv", by=by, now=now)
    request_roster(roster, leave_out=(), leavers_agreed=True, by=by, now=now)
    do("apply_roster", now=now)
    roster.refresh_from_db()
    if roster.applied_at is None:
        raise RuntimeError(f"the demo's people were not brought in: {roster.problem}")


def _roles(users: dict[str, User], programme: Programme, *, now: datetime) -> None:
    grants = (
        (users["ruth"], Role.SPONSOR, programme.public_id),
        (users["ines"], Role.ANALYST, ""),
        (users["sam"], Role.ADMINISTRATOR, ""),
    )
    for user, role, scope in grants:
        RoleGrant.objects.create(user=user, role=role.value, scope=scope, granted_at=now)


def _run_cohort(
    programme: Programme, *, begin: datetime, users: dict[str, User], now: datetime, seed: int
) -> Pair | None:
    """The cohort in month five; gives back the pair of the story."""
    ada = users["ada"]
    dates = CohortDates(season(begin), begin.date(), months_after(begin.date(), 9))
    cohort = add_cohort(programme, dates=dates, by=ada, now=begin - BEFORE)
    archive_cohort(programme.cohorts.exclude(pk=cohort.pk).get(), by=ada, now=begin - timedelta(days=20))
    shares = {Enrolment.Role.MENTOR: 0.62, Enrolment.Role.MENTEE: 0.6}
    asked, chance = begin - timedelta(days=21), Random(f"recruit {seed}")
    recruit(cohort, shares=shares, most=MOST_A_SIDE, by=ada, now=asked, chance=chance)
    own = Enrolment.objects.filter(cohort=cohort, person__user__in=users.values())
    pairs = _match_and_pair(cohort, own=own, by=ada, begin=begin, chance=Random(f"answers {seed}"))
    certain = {enrolment.person_id for enrolment in own}
    kept = next((pair for pair in pairs if pair.mentor.person_id in certain), None)
    live_through(pairs, now=now, seed=seed, kept=kept)
    come_to_an_end([pair for pair in pairs if pair != kept], now=now, seed=seed)
    come_late(cohort, by=ada, now=now - timedelta(days=20), chance=Random(f"newcomer {seed}"))
    _rematch(cohort, by=ada, now=now - timedelta(days=6))
    _on_trial(cohort, now=now)
    return kept


def _match_and_pair(
    cohort: Cohort, *, own: Collection[Enrolment], by: User, begin: datetime, chance: Random
) -> Sequence[Pair]:
    """A first run, one pair locked, the run that is published, and everybody's answers."""
    run = match(cohort, by=by, now=begin - timedelta(days=7))
    sides = {enrolment.role: enrolment for enrolment in own}
    if len(sides) == 2:
        locked, at = PairDecision.Kind.LOCKED, begin - timedelta(days=6)
        decide(run=run, kind=locked, by=by, now=at, reason=REASON, mentor=sides["mentor"], mentee=sides["mentee"])
        run = match(cohort, by=by, now=at + timedelta(hours=1))
    published = begin - timedelta(days=5)
    publish(run, by=by, now=published)
    certain = {enrolment.person_id for enrolment in own}
    return answer_all(proposals_out(run), published=published, certain=certain, chance=chance)


def _rematch(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Whoever is free again was matched once more: one new pair, one that waits for the second answer, and others."""
    run = match(cohort, by=by, now=now)
    publish(run, by=by, now=now + timedelta(hours=2))
    for proposal, sides in zip(hers_first(proposals_out(run)), (("mentor", "mentee"), ("mentor",)), strict=False):
        for side in sides:
            own: Enrolment = getattr(proposal, side)
            yes, later = ProposalAnswer.Word.YES, now + timedelta(days=1)
            answer_proposal(proposal=proposal, enrolment=own, word=yes, by=account_of(own), now=later)


def _on_trial(cohort: Cohort, *, now: datetime) -> None:
    for pair in Pair.objects.filter(cohort=cohort, mentee__person__email=LATE[0]).select_related(*SIDES):
        meet_on_trial(pair, now=now)


def _close_the_past(now: datetime) -> None:
    """Letters of the past were sent long ago; nothing of them is left to do. Then the log is sealed as it happened."""
    Job.objects.open().filter(due_at__lte=now).update(done_at=now)
    put_in_order()
    while seal_events():
        pass
