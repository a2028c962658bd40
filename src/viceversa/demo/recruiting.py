"""Who was asked into a cohort, and what each said: invited by the real action, answered in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from viceversa.accounts.models import User
from viceversa.people.models import Person
from viceversa.programmes.consent import consent_digest
from viceversa.programmes.enrolment_steps import STEPS
from viceversa.programmes.invitations import invite
from viceversa.programmes.models import Cohort, ConsentGiven, Enrolment

from .seats import SEATS

State = Enrolment.State
LATE = ("noor.haddad@northmoor.example", "theo.marsh@northmoor.example")  # leader and mentor, in the last weeks
OWN = frozenset({*LATE, *(seat.email for seat in SEATS)})
COLUMNS = ("state", "opened_at", "submitted_at", "ended_at", "steps_done", "waits_at")
# Of a hundred who are asked: in, silent, begun and not sent, no thank you.
ANSWERS = {State.SUBMITTED: 80, State.INVITED: 9, State.DRAFT: 5, State.DECLINED: 6}


def recruit(
    cohort: Cohort, *, shares: Mapping[Enrolment.Role, float], most: int, by: User, now: datetime, chance: Random
) -> None:
    """Invite by the roles of the people file, at most so many a side; most say yes, some no, some are silent."""
    for role in Enrolment.Role:
        willing = [person for person in free_people(role, now=now) if person.email not in LATE]
        chosen = [person for person in willing if chance.random() < shares[role]]
        certain = [person for person in willing if person.email in OWN]
        if len(chosen) > most:
            chosen = sorted(chance.sample(chosen, most), key=lambda person: person.person_id)
        invite(cohort, people={person.pk: person for person in (*chosen, *certain)}.values(), role=role, by=by, now=now)
    invited = Enrolment.objects.filter(cohort=cohort, state=State.INVITED).select_related("person")
    settle(list(invited.order_by("person__person_id", "role")), now=now, chance=chance)


def free_people(role: Enrolment.Role, *, now: datetime) -> list[Person]:
    """Whoever the people file names for this role and who takes part nowhere yet."""
    here = Person.objects.here(on=now.date()).exclude(email="").exclude(grade=None)
    named = here.filter(role__in=(role.value, "both"), enrolments=None, is_external=False)
    return list(named.order_by("person_id"))


def settle(
    enrolments: Sequence[Enrolment], *, now: datetime, chance: Random, within_days: int = 11, sure: bool = False
) -> None:
    """What everybody who was asked at ``now`` has answered since; ``sure``: all of them are in."""
    for enrolment in enrolments:
        certain = sure or enrolment.person.email in OWN
        _answer(enrolment, asked=now, within_days=within_days, chance=chance, certain=certain)
    Enrolment.objects.bulk_update(enrolments, COLUMNS, batch_size=200)
    agree(enrolments)
    join([one.person for one in enrolments if one.opened_at and one.person.user_id is None and one.person.email])


def _answer(enrolment: Enrolment, *, asked: datetime, within_days: int, chance: Random, certain: bool) -> None:
    draw = chance.choices(tuple(ANSWERS), tuple(ANSWERS.values()))[0]
    enrolment.state = State.SUBMITTED if certain else draw
    answered = asked + timedelta(days=chance.randint(0, within_days - 1), hours=chance.randint(1, 20))
    if enrolment.state in (State.SUBMITTED, State.DRAFT):
        enrolment.opened_at = answered
        done = STEPS[enrolment.role][:-1]
        enrolment.steps_done = list(done if enrolment.state == State.SUBMITTED else done[:2])
    if enrolment.state == State.SUBMITTED:
        enrolment.submitted_at = answered + timedelta(minutes=chance.randint(4, 9))
    if enrolment.state == State.DECLINED:
        enrolment.ended_at = answered


def agree(enrolments: Sequence[Enrolment]) -> None:
    """Whoever sent their answers agreed to the programme's words, where it has any."""
    digest = consent_digest(enrolments[0].cohort.programme) if enrolments else ""
    rows = [
        ConsentGiven(enrolment=one, words_digest=digest, given_at=one.submitted_at)
        for one in enrolments
        if one.submitted_at is not None
    ]
    ConsentGiven.objects.bulk_create(rows if digest else [], batch_size=500)


def join(people: Sequence[Person]) -> None:
    """Whoever opened their invitation has an account since, as if they had come in by its link."""
    people = list({person.pk: person for person in people}.values())
    for person in people:
        person.user = User(email=person.email.lower(), name=person.name)
        person.user.set_unusable_password()
    User.objects.bulk_create([person.user for person in people if person.user], batch_size=500)
    Person.objects.bulk_update(people, ["user"], batch_size=200)
