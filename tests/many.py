"""The fixture world with as many rows as asked: what a page's queries and its time are counted on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

AT_ONCE = 2_000
MEETINGS = 9
GIVEN = ("Ada", "Ben", "Cleo", "Dara", "Emil", "Fen", "Gülşen", "Hana", "Ivo", "Jón", "Kaja", "Łucja", "Mo")
FAMILY = ("Åberg", "Byron", "Castro", "Dietl", "Eze", "Ferrer", "Grün", "Haas", "Iwu", "Jansen", "Kos")
FUNCTIONS = ("Brands", "Data", "Finance", "IT", "Legal", "Logistics", "Online", "People", "Property", "Stores")
PLACES = ("Hull", "Leeds", "Lyon", "Malmö", "Osaka", "Porto", "Warszawa")


def grow(northmoor: Any, rows: int, *, now: datetime) -> None:
    """``rows`` more pairs in the programme Fresh Eyes, each of two new people, with what comes before and after.

    A twentieth of the pairs is behind with its dates; each person reports to somebody, eight to a manager.
    """
    people = _people(rows)
    mentors, mentees = _enrolments(northmoor, people, now=now)
    _proposals(northmoor, mentors, mentees, now=now)
    _meetings(_pairs(northmoor, mentors, mentees, now=now), now=now)
    _surroundings(northmoor, rows, now=now)


def _bulk(model: Any, rows: list[Any]) -> list[Any]:
    made: list[Any] = model.objects.bulk_create(rows, batch_size=AT_ONCE)
    return made


def _people(rows: int) -> list[Any]:
    from viceversa.people.models import Person

    begin = Person.objects.count()
    made = [
        Person(
            person_id=f"m-{number:06}",
            given_name=GIVEN[number % len(GIVEN)],
            family_name=f"{FAMILY[number % len(FAMILY)]}-{number}",
            email=f"m{number}@northmoor.example" if number % 9 else "",
            job_title=f"Engineer {number % 50}",
            function=FUNCTIONS[number % len(FUNCTIONS)],
            location=PLACES[number % len(PLACES)],
            grade=number % 9 + 1,
            role="mentor" if number % 2 else "mentee",
            languages=["en"],
            time_zone="Europe/London",
        )
        for number in range(begin, begin + 2 * rows)
    ]
    made = _bulk(Person, made)
    for place, person in enumerate(made):
        person.manager_id = made[(place - 1) // 8].pk if place else None
    for start in range(0, len(made), AT_ONCE):
        Person.objects.bulk_create(
            made[start : start + AT_ONCE], update_conflicts=True, unique_fields=["pk"], update_fields=["manager"]
        )
    return made


def _enrolments(northmoor: Any, people: list[Any], *, now: datetime) -> tuple[list[Any], list[Any]]:
    from viceversa.programmes.models import Enrolment

    def enrolled(person: Any, role: str) -> Any:
        return Enrolment(
            cohort=northmoor.cohort,
            person=person,
            role=role,
            state=Enrolment.State.MATCHED,
            invited_at=now - timedelta(days=95),
            submitted_at=now - timedelta(days=90),
        )

    sides = {"mentor": people[1::2], "mentee": people[0::2]}
    made = {role: _bulk(Enrolment, [enrolled(person, role) for person in side]) for role, side in sides.items()}
    return made["mentor"], made["mentee"]


def _proposals(northmoor: Any, mentors: list[Any], mentees: list[Any], *, now: datetime) -> None:
    """Drafts of the run that the review is about: nothing of it is published."""
    from viceversa.pairing.models import MatchRun, Proposal, UnmatchedPerson

    run = northmoor.run
    MatchRun.objects.filter(pk=run.pk).update(published_at=None)
    criteria = {"complementarity": 0.9, "interests": 0.5, "preference": 0.5, "difference": 1.0, "style": 0.7}
    _bulk(
        Proposal,
        [
            Proposal(run=run, mentor=mentor, mentee=mentee, score=0.3 + (place % 60) / 100, criteria=criteria)
            for place, (mentor, mentee) in enumerate(zip(mentors, mentees, strict=True))
        ],
    )
    _bulk(
        UnmatchedPerson,
        [UnmatchedPerson(run=run, enrolment=mentor, feasible_partners=3, reason="taken") for mentor in mentors],
    )


def _pairs(northmoor: Any, mentors: list[Any], mentees: list[Any], *, now: datetime) -> list[Any]:
    from viceversa.pairing.models import Pair, SeatTaken

    made = _bulk(
        Pair,
        [
            Pair(
                cohort=northmoor.cohort,
                mentor=mentor,
                mentee=mentee,
                state=Pair.State.ACTIVE,
                formed_at=now - timedelta(days=75),
            )
            for mentor, mentee in zip(mentors, mentees, strict=True)
        ],
    )
    seats = [(side, pair) for pair in made for side in (pair.mentor, pair.mentee)]
    _bulk(SeatTaken, [SeatTaken(enrolment=side, number=1, pair=pair) for side, pair in seats])
    return made


def _meetings(pairs: list[Any], *, now: datetime) -> None:
    from viceversa.journey.models import Meeting

    first = date(2026, 4, 1)
    made = []
    for place, pair in enumerate(pairs):
        is_late = place % 20 == 0
        for number in range(1, MEETINGS + 1):
            due = first + timedelta(days=30 * (number - 1))
            is_held = due < now.date() - timedelta(days=10) and not (is_late and number > 1)
            moment = datetime.combine(due, time(9), UTC)
            is_planned = not is_held and not is_late and due < now.date() + timedelta(days=40)
            made.append(
                Meeting(
                    pair=pair,
                    number=number,
                    title=f"Meeting {number}",
                    due_on=due,
                    state="held" if is_held else "planned" if is_planned else "unplanned",
                    starts_at=moment if is_held else now + timedelta(days=3) if is_planned else None,
                    held_at=moment if is_held else None,
                    time_zone="Europe/London" if is_held or is_planned else "",
                )
            )
    _bulk(Meeting, made)


def _surroundings(northmoor: Any, rows: int, *, now: datetime) -> None:
    """What fills the administrator's lists."""
    from viceversa.accounts.models import Event, RoleGrant, User
    from viceversa.people.models import Topic

    actor = northmoor.users["coordinator"].public_id
    event = {"verb": "person.changed_own_profile", "noun": "person", "actor": actor, "at": now}
    _bulk(Event, [Event(object_id=f"m{number}", **event) for number in range(rows)])
    begin = User.objects.count()
    users = _bulk(User, [User(email=f"u{begin + n}@northmoor.example", name=f"User {n}") for n in range(rows)])
    scope = northmoor.programme.public_id
    _bulk(RoleGrant, [RoleGrant(user=user, role="sponsor", scope=scope, granted_at=now) for user in users])
    begin = Topic.objects.count()
    _bulk(Topic, [Topic(key=f"topic {n}", name=f"Topic {n}", family="Tools") for n in range(begin, begin + rows)])
