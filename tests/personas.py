"""The people of the tests: one small organisation in mid-programme, and who stands how to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

    from viceversa.accounts.models import User
    from viceversa.journey.models import Meeting
    from viceversa.pairing.models import MatchRun, Pair, Proposal
    from viceversa.people.models import Person
    from viceversa.programmes.models import Cohort, Enrolment, Programme

PASSWORD = "a long walk by the river"


@dataclass
class Northmoor:
    """The fixture world. ``users`` by persona; ``None`` in ``anonymous`` stands for nobody signed in."""

    programme: Programme
    cohort: Cohort
    run: MatchRun
    proposal: Proposal
    pair: Pair
    meeting: Meeting
    other_programme: Programme
    other_pair: Pair
    users: dict[str, User | None] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)

    def sign_in(self, client: Client, persona: str) -> Client:
        user = self.users[persona]
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client


def make_person(person_id: str, given: str, family: str, *, user: User | None = None, **columns: Any) -> Person:
    from viceversa.people.models import Person

    defaults: dict[str, Any] = {
        "email": f"{given}.{family}@northmoor.example".lower().replace(" ", ""),
        "job_title": "Analyst",
        "function": "Stores",
        "location": "Leeds",
        "grade": 2,
        "languages": ["en"],
        "time_zone": "Europe/London",
    }
    return Person.objects.create(
        person_id=person_id, given_name=given, family_name=family, user=user, **(defaults | columns)
    )


def make_user(email: str, *, name: str = "", active: bool = True) -> User:
    from viceversa.accounts.models import User

    return User.objects.create_user(email, PASSWORD, name=name, is_active=active)


def build_northmoor(*, now: datetime) -> Northmoor:
    from viceversa.accounts.access import Role
    from viceversa.accounts.models import RoleGrant
    from viceversa.journey.models import Delegation, Meeting
    from viceversa.pairing.models import MatchRun, Pair, Proposal, SeatTaken
    from viceversa.programmes.models import Cohort, Enrolment, Objective, Programme

    def programme_called(name: str) -> tuple[Programme, Cohort]:
        from viceversa.programmes.playbooks import playbook

        plan = playbook("empower")
        made = Programme.objects.create(
            name=name,
            playbook="empower",
            purpose="Leaders hear how work feels, and change one thing.",
            state=Programme.State.LAUNCHED,
            meetings=[asdict(meeting) for meeting in plan.meetings],
            topics=[{"name": "How our meetings feel", "family": "Culture", "side": "mentor"}],
            made_at=now - timedelta(days=120),
            launched_at=now - timedelta(days=100),
        )
        Objective.objects.create(
            programme=made,
            title="Leaders know how work feels",
            metric="Share who say so",
            unit="%",
            baseline=40,
            target=60,
            owner="Ruth Adeyemi",
        )
        cohort = Cohort.objects.create(
            programme=made, name="Spring 2026", starts_on=date(2026, 3, 2), ends_on=date(2026, 11, 30)
        )
        return made, cohort

    def enrol(person: Person, cohort: Cohort, role: str) -> Enrolment:
        return Enrolment.objects.create(
            cohort=cohort,
            person=person,
            role=role,
            state=Enrolment.State.MATCHED,
            invited_at=now - timedelta(days=95),
            submitted_at=now - timedelta(days=90),
        )

    def pair_up(cohort: Cohort, run: MatchRun, mentor: Enrolment, mentee: Enrolment) -> tuple[Proposal, Pair, Meeting]:
        proposal = Proposal.objects.create(
            run=run,
            mentor=mentor,
            mentee=mentee,
            score=0.81,
            criteria={"complementarity": 0.9, "interests": 0.5},
            state=Proposal.State.ACCEPTED,
            published_at=now - timedelta(days=80),
            decided_at=now - timedelta(days=75),
        )
        pair = Pair.objects.create(
            cohort=cohort,
            proposal=proposal,
            mentor=mentor,
            mentee=mentee,
            state=Pair.State.ACTIVE,
            formed_at=now - timedelta(days=75),
        )
        for enrolment in (mentor, mentee):
            SeatTaken.objects.create(enrolment=enrolment, number=1, pair=pair)
        meeting = Meeting.objects.create(
            pair=pair,
            number=1,
            title="Compass",
            due_on=(now + timedelta(days=2)).date(),
            state=Meeting.State.PLANNED,
            starts_at=datetime(2026, 6, 25, 8, 30, tzinfo=UTC),
            time_zone="Europe/London",
            place="4th-floor library",
        )
        return proposal, pair, meeting

    def run_of(cohort: Cohort) -> MatchRun:
        return MatchRun.objects.create(
            cohort=cohort,
            number=1,
            requested_at=now - timedelta(days=82),
            policy={},
            state=MatchRun.State.DONE,
            finished_at=now - timedelta(days=82),
            published_at=now - timedelta(days=80),
            report={
                "pairs": 1,
                "max_pairs": 1,
                "total_score": 0.81,
                "upper_bound": 0.81,
                "gap": 0.0,
                "certified": True,
            },
        )

    programme, cohort = programme_called("Fresh Eyes")
    other_programme, other_cohort = programme_called("Other Voices")
    run, other_run = run_of(cohort), run_of(other_cohort)

    users: dict[str, User | None] = {"anonymous": None}
    people: dict[str, Person] = {}

    def somebody(persona: str, given: str, family: str, **columns: Any) -> Person:
        user = make_user(f"{persona}@northmoor.example", name=f"{given} {family}")
        users[persona] = user
        people[persona] = make_person(f"n-{persona}", given, family, user=user, **columns)
        return people[persona]

    boss = somebody("line_manager", "Peter", "Lang", grade=4)
    mentor = somebody("mentor", "Priya", "Raman", grade=2, manager=boss, job_title="Data analyst")
    mentee = somebody("mentee", "Henrik", "Solberg", grade=8, job_title="Operating officer", function="Operations")
    same_mentor = somebody("same_programme_mentor", "Aisha", "Siddiqui", grade=2)
    same_mentee = somebody("same_programme_mentee", "Daniel", "Kerr", grade=7)
    other_mentor = somebody("other_mentor", "Jonas", "Oyelaran", grade=2)
    other_mentee = somebody("other_mentee", "Marie", "Blanc", grade=7)
    somebody("outsider", "Lin", "Wei", grade=3)

    def staff(persona: str, name: str, role: Role, scope: str) -> None:
        user = make_user(f"{persona}@northmoor.example", name=name)
        users[persona] = user
        RoleGrant.objects.create(user=user, role=role.value, scope=scope, granted_at=now)

    staff("coordinator", "Ada Okafor", Role.COORDINATOR, programme.public_id)
    staff("sponsor", "Ruth Adeyemi", Role.SPONSOR, programme.public_id)
    staff("coordinator_elsewhere", "Omar Said", Role.COORDINATOR, other_programme.public_id)
    staff("analyst", "Ines Duarte", Role.ANALYST, "")
    staff("administrator", "Sam Price", Role.ADMINISTRATOR, "")
    staff("privacy_officer", "Yuki Tanaka", Role.PRIVACY_OFFICER, "")
    staff("handler", "Tomás Vidal", Role.HANDLER, "")
    delegate = make_user("delegate@northmoor.example", name="Marta Lind")
    users["delegate"] = delegate
    Delegation.objects.create(mentee=mentee, delegate=delegate, granted_at=now, expires_at=now + timedelta(days=200))

    enrolments = {
        "mentor": enrol(mentor, cohort, "mentor"),
        "mentee": enrol(mentee, cohort, "mentee"),
        "same_programme_mentor": enrol(same_mentor, cohort, "mentor"),
        "same_programme_mentee": enrol(same_mentee, cohort, "mentee"),
        "other_mentor": enrol(other_mentor, other_cohort, "mentor"),
        "other_mentee": enrol(other_mentee, other_cohort, "mentee"),
    }
    proposal, pair, meeting = pair_up(cohort, run, enrolments["mentor"], enrolments["mentee"])
    pair_up(cohort, run, enrolments["same_programme_mentor"], enrolments["same_programme_mentee"])
    _, other_pair, _ = pair_up(other_cohort, other_run, enrolments["other_mentor"], enrolments["other_mentee"])
    return Northmoor(
        programme=programme,
        cohort=cohort,
        run=run,
        proposal=proposal,
        pair=pair,
        meeting=meeting,
        other_programme=other_programme,
        other_pair=other_pair,
        users=users,
        people=people,
        enrolments=enrolments,
    )
