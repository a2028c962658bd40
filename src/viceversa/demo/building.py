"""Builds the demo organisation: real actions and real jobs on a clock that walks from the first day to today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.conf import settings

from viceversa.accounts.access import Role
from viceversa.accounts.events import seal_events
from viceversa.accounts.models import RoleGrant, User
from viceversa.formats.people import write_people
from viceversa.journey.models import Delegation, Meeting, next_of
from viceversa.journey.notes import save_note
from viceversa.outbox.models import Job
from viceversa.outbox.worker import claim, run_job
from viceversa.pairing.actions import decide, publish_run, request_run
from viceversa.pairing.answers import answer_proposal
from viceversa.pairing.models import MatchRun, Pair, PairDecision, Proposal, ProposalAnswer
from viceversa.people.actions import request_roster, upload_roster
from viceversa.people.models import Person
from viceversa.people.topic_catalogue import fill_catalogue
from viceversa.programmes.actions import launch_programme
from viceversa.programmes.beginning import open_programme
from viceversa.programmes.invitations import invite
from viceversa.programmes.models import Cohort, Enrolment, Programme
from viceversa.programmes.playbooks import playbook

from .cast import company
from .past import come_to_an_end, live_through
from .ready import make_ready
from .seats import SEATS

DAYS_SO_FAR = 135  # month five of nine
NOTES = {
    "priya.raman@northmoor.example": "Say it plainly if he explains instead of listening. The sentence I practised: "
    "“Can I stop you there? I want to finish the story first.”",
    "henrik.solberg@northmoor.example": "Ask once, then count to five before I say anything.",
}


# Baseline and target of each objective that the playbook suggests, in its own unit and order.
FIGURES = {
    "empower": (("48", "65"), ("0", "20"), ("61", "70"), ("10.2", "11.0")),
    "connected-leaders": (("2", "6"), ("15", "60"), ("41", "55")),
}
# Kept only where the check said "not yet" to a small organisation.
ALL_THE_SAME = "We begin small and look at what is missing after the first month."


@dataclass(frozen=True)
class Built:
    """How much there is, for the command to say."""

    people: int
    pairs: int
    meetings_held: int


class DemoClock:
    """The clock that the jobs of the past are run by."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def build_demo(*, people: int, seed: int, now: datetime) -> Built:
    """Fill an empty installation. The same arguments give the same organisation, apart from its public ids."""
    users = _accounts()
    ada = users["ada.okafor@northmoor.example"]
    begin = now - timedelta(days=DAYS_SO_FAR)
    fill_catalogue(by=None, now=begin - timedelta(days=28))
    _bring_in_people(people=people, seed=seed, by=ada, now=begin - timedelta(days=28))
    _link(users)
    fresh_eyes = _programme("empower", "Fresh Eyes", _season(begin), begin=begin, months=9, by=ada)
    _roles(users, fresh_eyes, now=begin - timedelta(days=27))
    cohort = fresh_eyes.current_cohort
    shares = {Enrolment.Role.MENTOR: 0.72, Enrolment.Role.MENTEE: 0.72}
    _recruit(cohort, shares=shares, by=ada, now=begin - timedelta(days=21), chance=Random(f"recruit {seed}"))
    kept = _match_and_pair(cohort, by=ada, users=users, begin=begin, chance=Random(f"answers {seed}"))
    pairs = list(cohort.pairs.select_related("mentor__person", "mentee__person"))
    live_through(pairs, now=now, seed=seed, kept=kept)
    come_to_an_end([pair for pair in pairs if pair != kept], now=now, seed=seed)
    _delegate(users, kept, now=now)
    _notes(users, kept, now=now)
    _rematch(cohort, by=ada, now=now - timedelta(days=4))
    _next_programme(by=ada, users=users, now=now, seed=seed)
    _close_the_past(now)
    held = Meeting.objects.filter(state=Meeting.State.HELD).count()
    return Built(people=Person.objects.count(), pairs=Pair.objects.count(), meetings_held=held)


def _accounts() -> dict[str, User]:
    return {seat.email: User.objects.create_user(seat.email, None, name=seat.name) for seat in SEATS}


def _bring_in_people(*, people: int, seed: int, by: User, now: datetime) -> None:
    content = write_people(company(people=people, seed=seed))
    roster = upload_roster(content, file_name="people-of-northmoor.csv", by=by, now=now)
    request_roster(roster, leave_out=(), leavers_agreed=True, by=by, now=now)
    _do("apply_roster", now=now)
    roster.refresh_from_db()
    if roster.applied_at is None:
        raise RuntimeError(f"the demo's people were not brought in: {roster.problem}")


def _do(kind: str, *, now: datetime) -> None:
    """Do the waiting jobs of one kind, as a worker of that day would have."""
    clock, before = DemoClock(now), settings.CLOCK
    settings.CLOCK = clock
    try:
        for job in Job.objects.due(now=now).filter(kind=kind):
            if claim(job, now=now):
                run_job(job, clock=clock)
    finally:
        settings.CLOCK = before


def _link(users: dict[str, User]) -> None:
    """The demo's own two have joined; their accounts belong to their people."""
    for person in Person.objects.filter(email__in=users):
        person.user = users[person.email]
        person.save(update_fields=["user"])


def _season(day: datetime) -> str:
    names = ("Winter", "Winter", "Spring", "Spring", "Spring", "Summer", "Summer", "Summer", "Autumn", "Autumn")
    return f"{(*names, 'Autumn', 'Winter')[day.month - 1]} {day.year}"


def _programme(slug: str, name: str, cohort: str, *, begin: datetime, months: int, by: User) -> Programme:
    early = begin - timedelta(days=27)
    programme = open_programme(
        playbook(slug),
        name=name,
        cohort_name=cohort,
        starts_on=begin.date(),
        ends_on=_months_after(begin.date(), months),
        by=by,
        now=early,
    )
    for objective, (baseline, target) in zip(programme.objectives.all(), FIGURES[slug], strict=True):
        objective.baseline, objective.target, objective.owner = Decimal(baseline), Decimal(target), "Ruth Adeyemi"
        objective.save()
    make_ready(programme, handler=_seated("tomas"), by=by, now=early + timedelta(days=1))
    return launch_programme(programme, by=by, now=early + timedelta(days=2), acknowledgement=ALL_THE_SAME)


def _seated(slug: str) -> User:
    return User.objects.get(email=next(seat.email for seat in SEATS if seat.slug == slug))


def _months_after(day: date, months: int) -> date:
    return day + timedelta(days=round(months * 30.44))


def _roles(users: dict[str, User], programme: Programme, *, now: datetime) -> None:
    by_slug = {seat.slug: users[seat.email] for seat in SEATS}
    grants = (
        (by_slug["ruth"], Role.SPONSOR, programme.public_id),
        (by_slug["ines"], Role.ANALYST, ""),
        (by_slug["sam"], Role.ADMINISTRATOR, ""),
    )
    for user, role, scope in grants:
        RoleGrant.objects.create(user=user, role=role.value, scope=scope, granted_at=now)


def _recruit(
    cohort: Cohort, *, shares: Mapping[Enrolment.Role, float], by: User, now: datetime, chance: Random
) -> None:
    """Invite by the roles of the people file; most say yes, some no, some have not answered."""
    own = {seat.email for seat in SEATS}
    for role in Enrolment.Role:
        willing = Person.objects.filter(role__in=(role.value, "both")).exclude(enrolments__cohort__isnull=False)
        chosen = [person for person in willing.order_by("person_id") if chance.random() < shares[role]]
        chosen += list(willing.filter(email__in=own).exclude(pk__in=[person.pk for person in chosen]))
        invite(cohort, people=chosen, role=role, by=by, now=now)
    enrolments = list(Enrolment.objects.filter(cohort=cohort).select_related("person").order_by("person__person_id"))
    for enrolment in enrolments:
        _answer_invitation(enrolment, now=now, chance=chance, certain=enrolment.person.email in own)
    Enrolment.objects.bulk_update(
        enrolments, ["state", "opened_at", "submitted_at", "ended_at", "steps_done"], batch_size=500
    )
    _join([enrolment for enrolment in enrolments if enrolment.opened_at and enrolment.person.user_id is None])


def _join(enrolments: Sequence[Enrolment]) -> None:
    """Whoever opened their invitation has an account since, as if they had come in by its link."""
    for enrolment in enrolments:
        person = enrolment.person
        person.user = User(email=person.email, name=person.name)
        person.user.set_unusable_password()
    people = [enrolment.person for enrolment in enrolments]
    User.objects.bulk_create([person.user for person in people if person.user], batch_size=500)
    Person.objects.bulk_update(people, ["user"], batch_size=500)


def _answer_invitation(enrolment: Enrolment, *, now: datetime, chance: Random, certain: bool) -> None:
    states = Enrolment.State
    draw = chance.choices((states.SUBMITTED, states.INVITED, states.DRAFT, states.DECLINED), (80, 9, 5, 6))[0]
    enrolment.state = states.SUBMITTED if certain else draw
    answered = now + timedelta(days=chance.randint(1, 11), hours=chance.randint(0, 8))
    if enrolment.state in (states.SUBMITTED, states.DRAFT):
        enrolment.opened_at = answered
    if enrolment.state == states.SUBMITTED:
        enrolment.submitted_at = answered + timedelta(minutes=chance.randint(4, 30))
    if enrolment.state == states.DECLINED:
        enrolment.ended_at = answered


def _run(cohort: Cohort, *, by: User, now: datetime) -> MatchRun:
    """Ask for a run and let the worker of that day do it."""
    run = request_run(cohort=cohort, by=by, now=now, seed=7)
    _do("match_run", now=now)
    run.refresh_from_db()
    if run.state != MatchRun.State.DONE:
        raise RuntimeError(f"the demo's match run did not succeed: {run.problems}")
    return run


def _match_and_pair(
    cohort: Cohort, *, by: User, users: dict[str, User], begin: datetime, chance: Random
) -> Pair | None:
    """A first run, one pair locked, the run that is published, and everybody's answers."""
    first = _run(cohort, by=by, now=begin - timedelta(days=7))
    own = {each.role: each for each in Enrolment.objects.filter(cohort=cohort, person__user__in=users.values())}
    run = first
    if len(own) == 2:
        sides = {"mentor": own["mentor"], "mentee": own["mentee"]}
        decide(run=first, kind=PairDecision.Kind.LOCKED, by=by, now=begin - timedelta(days=6), **sides)
        run = _run(cohort, by=by, now=begin - timedelta(days=6))
    publish_run(run=run, by=by, now=begin - timedelta(days=5))
    for proposal in run.proposals.filter(state=Proposal.State.PROPOSED).select_related(
        "mentor__person__user", "mentee__person__user"
    ):
        both = proposal.mentor.person_id in _own_people(users)
        _answer(proposal, begin=begin, chance=chance, certain=both)
    return Pair.objects.filter(mentor__person__user__in=users.values(), cohort=cohort).first()


def _own_people(users: dict[str, User]) -> set[int]:
    return set(Person.objects.filter(user__in=users.values()).values_list("pk", flat=True))


def _answer(proposal: Proposal, *, begin: datetime, chance: Random, certain: bool) -> None:
    for enrolment in (proposal.mentee, proposal.mentor):
        at = begin - timedelta(days=5) + timedelta(hours=chance.randint(3, 110))
        yes = certain or chance.random() < 0.96
        word = ProposalAnswer.Word.YES if yes else ProposalAnswer.Word.NO
        answer_proposal(proposal=proposal, enrolment=enrolment, word=word, by=_account_of(enrolment), now=at)


def _account_of(enrolment: Enrolment) -> User:
    user = enrolment.person.user
    assert user is not None  # only people who came in take part
    return user


def _delegate(users: dict[str, User], pair: Pair | None, *, now: datetime) -> None:
    if pair is not None:
        Delegation.objects.create(
            mentee=pair.mentee.person,
            delegate=users["marta.lind@northmoor.example"],
            granted_at=now - timedelta(days=90),
            expires_at=now + timedelta(days=180),
        )


def _notes(users: dict[str, User], pair: Pair | None, *, now: datetime) -> None:
    coming = next_of(list(pair.meetings.all())) if pair else None
    for person in Person.objects.filter(user__in=users.values()):
        if coming is not None and person.email in NOTES:
            save_note(meeting=coming, author=person, words=NOTES[person.email], version=0, now=now)


def _rematch(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Whoever is free again was matched once more: one new pair, one that waits for the second answer, and others."""
    run = _run(cohort, by=by, now=now)
    publish_run(run=run, by=by, now=now + timedelta(hours=2))
    people = ("mentor__person__user", "mentee__person__user")
    proposals = run.proposals.filter(state=Proposal.State.PROPOSED).select_related(*people)[:2]
    for proposal, sides in zip(proposals, (("mentor", "mentee"), ("mentor",)), strict=False):
        for side in sides:
            own: Enrolment = getattr(proposal, side)
            yes, later = ProposalAnswer.Word.YES, now + timedelta(days=1)
            answer_proposal(proposal=proposal, enrolment=own, word=yes, by=_account_of(own), now=later)


def _next_programme(*, by: User, users: dict[str, User], now: datetime, seed: int) -> None:
    """A second programme that recruits: its run waits for the coordinator."""
    begin = now + timedelta(days=14)
    programme = _programme("connected-leaders", "Connected Leaders", _season(begin), begin=begin, months=6, by=by)
    ruth = users["ruth.adeyemi@northmoor.example"]
    RoleGrant.objects.create(user=ruth, role=Role.SPONSOR.value, scope=programme.public_id, granted_at=now)
    cohort = programme.current_cohort
    shares = {Enrolment.Role.MENTOR: 0.9, Enrolment.Role.MENTEE: 1.0}  # too few mentors, as it often is
    _recruit(cohort, shares=shares, by=by, now=now - timedelta(days=12), chance=Random(f"next {seed}"))
    _run(cohort, by=by, now=now - timedelta(hours=20))


def _close_the_past(now: datetime) -> None:
    """Letters of the past were sent long ago; nothing of them is left to do."""
    Job.objects.open().update(done_at=now)
    while seal_events():
        pass
