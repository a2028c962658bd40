"""Northmoor with everything in it that a page could show: open and ended proposals, notes, minutes, files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.access_table import ELSEWHERE, VALUES, division_of, roster_of, rota_of
from tests.conftest import MovableClock
from tests.pairing import pool
from tests.personas import Northmoor, make_person, make_user
from viceversa.accounts.links import password_token
from viceversa.journey.models import Meeting
from viceversa.outbox.models import Job
from viceversa.pairing.models import MatchRun, Proposal, UnmatchedPerson
from viceversa.people.actions import upload_roster
from viceversa.programmes.invitation_token import token_for
from viceversa.programmes.models import Enrolment


@dataclass
class House:
    """The world, and the things in it that the access tests do not know."""

    world: Northmoor
    clock: MovableClock
    open_proposal: Proposal
    ended_proposal: Proposal
    draft_run: MatchRun
    held_meeting: Meeting
    invited: Enrolment
    join_token: str
    password_token: str

    def client(self, persona: str, **settings: Any) -> Client:
        client = Client(raise_request_exception=False, **settings)
        return self.world.sign_in(client, persona)

    def send(self, persona: str, route: str, *args: str, **fields: Any) -> Any:
        """One form as this persona; refused forms are a fault of the test."""
        answer = self.client(persona).post(reverse(route, args=args), fields)
        assert answer.status_code in (200, 302, 303), f"{route}: {answer.status_code}"
        assert b"error-summary" not in answer.content, f"{route} refused what the test typed"
        return answer


def furnish(world: Northmoor, clock: MovableClock) -> House:
    """Add to the fixture world: two looking for each other, a run that waits, a held meeting, somebody invited."""
    now = clock()
    topic = pool.topic("How our meetings feel")
    hopeful = _looking(world, "hopeful", "Wanda", role="mentor", clock=clock)
    waiting = _looking(world, "waiting", "Olaf", role="mentee", clock=clock)
    refused = _looking(world, "refused", "Rufus", role="mentee", clock=clock)
    hopeful.person.offers.create(topic=topic, level=4)
    waiting.person.wants.create(topic=topic, priority=3)
    draft_run = MatchRun.objects.create(
        cohort=world.cohort,
        number=2,
        requested_at=now,
        policy=world.run.policy,
        state=MatchRun.State.DONE,
        finished_at=now,
        report=world.run.report,
    )
    UnmatchedPerson.objects.create(run=draft_run, enrolment=refused, feasible_partners=0, reason="no_feasible_partner")
    Proposal.objects.create(
        run=draft_run,
        mentor=world.enrolments["same_programme_mentor"],
        mentee=refused,
        score=0.5,
        criteria={"complementarity": 0.5},
    )
    held = world.pair.meetings.create(
        number=2,
        title="Second",
        due_on=now.date() - timedelta(days=20),
        state=Meeting.State.HELD,
        starts_at=now - timedelta(days=2),
        held_at=now - timedelta(days=2),
        time_zone="Europe/London",
        place="Canteen",
    )
    invited = Enrolment.objects.create(
        cohort=world.cohort,
        person=make_person("n-invited", "Ivo", "Invited"),
        role="mentor",
        state=Enrolment.State.INVITED,
        invited_at=now,
    )
    held.checkins.create(
        person=world.people["mentee"], at=now, could_say=2, useful=3, taught="mentor", wants_contact=True
    )
    roster_of(world)
    division_of(world)
    rota_of(world)
    file = b"person_id,role,grade\nn-901,mentor,2\n"
    upload_roster(file, file_name="ready.csv", by=world.users["coordinator"], now=now)
    for persona, given, role in (("free_mentor", "Flora", "mentor"), ("free_mentee", "Magnus", "mentee")):
        _looking(world, persona, given, role=role, clock=clock)  # whom no proposal keeps from the next run
    for value in (*VALUES.values(), *ELSEWHERE.values()):
        value(world)  # some are made when first asked for; looking is to change nothing
    sponsor = world.users["sponsor"]
    assert sponsor is not None
    return House(
        world=world,
        clock=clock,
        open_proposal=_proposed(world.run, hopeful, waiting, clock=clock),
        ended_proposal=_proposed(world.run, hopeful, refused, clock=clock),
        draft_run=draft_run,
        held_meeting=held,
        invited=invited,
        join_token=token_for(invited, now=now),
        password_token=password_token(sponsor, now=now),
    )


def _looking(world: Northmoor, persona: str, given: str, *, role: str, clock: MovableClock) -> Enrolment:
    user = make_user(f"{persona}@northmoor.example", name=given)
    world.users[persona] = user
    world.people[persona] = make_person(f"n-{persona}", given, "Looking", user=user, grade=2 if role == "mentor" else 7)
    world.enrolments[persona] = pool.enrolled(world.people[persona], world.cohort, role, now=clock())
    return world.enrolments[persona]


def _proposed(run: MatchRun, mentor: Enrolment, mentee: Enrolment, *, clock: MovableClock) -> Proposal:
    now = clock()
    return Proposal.objects.create(
        run=run,
        mentor=mentor,
        mentee=mentee,
        score=0.7,
        criteria={"complementarity": 0.7},
        reasons=[
            {"code": "teaches", "params": {"topic": "How our meetings feel", "level": 4, "current": 0, "priority": 3}}
        ],
        state=Proposal.State.PROPOSED,
        published_at=now,
        answer_by=now + timedelta(days=10),
    )


def people_file(text: str, *, name: str = "people.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def jobs_that_failed() -> list[tuple[str, str]]:
    """But for the one that the table of addresses gives up for itself."""
    failed = Job.objects.exclude(problem="").exclude(key="role_letter:given-up")
    return list(failed.values_list("kind", "problem"))
