"""The second programme: lots were drawn for its places, some still enrol, and its matching is in the making."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from viceversa.accounts.access import Role as Granted
from viceversa.accounts.ids import ALPHABET
from viceversa.accounts.models import RoleGrant, User
from viceversa.people.models import Person
from viceversa.programmes.admission import choose_admission, register, seen_of
from viceversa.programmes.code_sheet import make_codes
from viceversa.programmes.invitations import enrol_from_file, invite, invite_by_hand
from viceversa.programmes.lottery import draw_lottery, freeze_list
from viceversa.programmes.models import Admission, Cohort, Enrolment, Lottery
from viceversa.programmes.outside import add_from_outside, register_from_outside
from viceversa.programmes.places import admission_of

from .asking import answer_questions, ask_questions
from .deciding import decide_and_publish
from .design import launched
from .recruiting import OWN, free_people, settle

State = Enrolment.State
MOST_APPLY, MOST_MENTORS = 120, 240
RAFFLE = "The winning number of the summer raffle in Leeds, drawn on the day after the list is frozen"
DRAWN = "48213"
ADMISSION = {
    "way": Admission.Way.LOTTERY,
    "mentor_places": None,
    "mentor_grade_most": 4,
    "mentee_grade_least": 5,
    "until_on": None,
    "outside_welcome": True,
    "tells_managers": True,
}


def open_next_programme(*, users: dict[str, User], now: datetime, seed: int) -> None:
    """Connected Leaders begins in two weeks."""
    ada, chance = users["ada"], Random(f"next {seed}")
    begin = now + timedelta(days=14)
    programme = launched(
        "connected-leaders", name="Connected Leaders", begin=begin, months=6, handler=users["tomas"], by=ada,
        ahead=timedelta(days=44),
    )  # fmt: skip
    RoleGrant.objects.create(
        user=users["ruth"], role=Granted.SPONSOR.value, scope=programme.public_id, granted_at=now - timedelta(days=28)
    )
    cohort: Cohort = programme.cohorts.get()
    ask_questions(programme, by=ada, now=now - timedelta(days=28))
    _draw_lots(cohort, by=ada, now=now - timedelta(days=27), chance=chance)
    _bring_in_mentors(cohort, by=ada, now=now - timedelta(days=25), chance=chance)
    _come_late(cohort, now=now - timedelta(days=3), chance=chance)
    answer_questions(cohort, chance=chance)
    decide_and_publish(cohort, by=ada, now=now, chance=chance)


def _draw_lots(cohort: Cohort, *, by: User, now: datetime, chance: Random) -> None:
    """More leaders put themselves forward than there are places; most of those drawn have enrolled since."""
    leaders = [person for person in free_people(Enrolment.Role.MENTEE, now=now) if (person.grade or 0) >= 5]
    leaders = chance.sample(leaders, min(len(leaders), MOST_APPLY))
    places = max(2, round(len(leaders) * 0.7))
    chosen = ADMISSION | {"mentee_places": places}
    choose_admission(cohort, chosen=chosen, seen=seen_of(admission_of(cohort)), by=by, now=now)
    for person in leaders:
        at = now + timedelta(days=chance.randint(0, 7), hours=chance.randint(1, 20))
        _known_by(cohort, person, public_id=_id(chance))
        register(cohort, person=person, role=Enrolment.Role.MENTEE, by=person.user, now=at)
    frozen = freeze_list(
        cohort,
        role=Enrolment.Role.MENTEE,
        strata=("grade_band",),
        seed_from=Lottery.SeedFrom.PUBLIC,
        seed_plan=RAFFLE,
        by=by,
        now=now + timedelta(days=9),
        public_id=_id(chance),
    )
    drawn_at = now + timedelta(days=10)
    draw_lottery(frozen, seed=DRAWN, by=by, now=drawn_at)
    drawn = list(_asked(cohort, Enrolment.Role.MENTEE))
    settle(drawn[: round(len(drawn) * 0.85)], now=drawn_at, chance=chance, within_days=6, sure=True)


def _known_by(cohort: Cohort, person: Person, *, public_id: str) -> None:
    """Lots are drawn by ids: with the seed's own ids here, the same seed draws the same people."""
    Enrolment.objects.create(
        cohort=cohort,
        person=person,
        role=Enrolment.Role.MENTEE,
        state=State.WITHDRAWN,
        capacity=max(1, person.capacity),
        public_id=public_id,
    )


def _id(chance: Random) -> str:
    return "".join(chance.choices(ALPHABET, k=20))


def _asked(cohort: Cohort, role: Enrolment.Role) -> Sequence[Enrolment]:
    asked = Enrolment.objects.filter(cohort=cohort, role=role, state=State.INVITED).select_related("person__user")
    return list(asked.order_by("person__person_id"))


def _bring_in_mentors(cohort: Cohort, *, by: User, now: datetime, chance: Random) -> None:
    """By letter, from the shop floor without one, from outside, and one who takes part in Fresh Eyes as well."""
    willing = [person for person in free_people(Enrolment.Role.MENTOR, now=now) if person.email not in OWN]
    chosen = chance.sample(willing, min(len(willing) - 3, MOST_MENTORS))
    invite(cohort, people=chosen, role=Enrolment.Role.MENTOR, by=by, now=now)
    settle(_asked(cohort, Enrolment.Role.MENTOR), now=now, chance=chance)
    _from_the_shop_floor(cohort, by=by, now=now + timedelta(days=4))
    _in_both(cohort, by=by, now=now + timedelta(days=2), chance=chance)
    add_from_outside(
        cohort,
        given_name="Amara",
        family_name="Diallo",
        email="amara.diallo@harbour-academy.example",
        organisation="Harbour Academy",
        grade=2,
        role=Enrolment.Role.MENTOR,
        by=by,
        now=now + timedelta(days=5),
    )


def _from_the_shop_floor(cohort: Cohort, *, by: User, now: datetime) -> None:
    """People without an e-mail: two from a list with a code each, one with a link handed over."""
    here = Person.objects.here(on=now.date()).filter(email="", enrolments=None, role__in=("mentor", "both"))
    people = list(here.exclude(grade=None).order_by("person_id")[:3])
    made = enrol_from_file(cohort, people=people[:2], role=Enrolment.Role.MENTOR, by=by, now=now)
    make_codes(cohort, chosen=[enrolment.public_id for enrolment in made], by=by, now=now + timedelta(days=18))
    for person in people[2:]:
        invite_by_hand(cohort, person=person, role=Enrolment.Role.MENTOR, by=by, now=now)


def _in_both(cohort: Cohort, *, by: User, now: datetime, chance: Random) -> None:
    taking_part = (State.MATCHED, State.SUBMITTED)
    there = Person.objects.filter(enrolments__state__in=taking_part, enrolments__role="mentor", role="mentor")
    there = (
        there.exclude(email__in=OWN).exclude(enrolments__cohort=cohort).order_by("enrolments__state", "-person_id")
    )  # with a partner first
    person = there.first()
    if person is not None:
        both = invite(cohort, people=[person], role=Enrolment.Role.MENTOR, by=by, now=now)
        settle(both, now=now, chance=chance, sure=True)


def _come_late(cohort: Cohort, *, now: datetime, chance: Random) -> None:
    """Who registers now waits behind those who were not drawn; who comes to mentor waits for a word."""
    for role, count in ((Enrolment.Role.MENTEE, 1), (Enrolment.Role.MENTOR, 2)):
        willing = [person for person in free_people(role, now=now) if person.email not in OWN]
        fitting = [person for person in willing if ((person.grade or 0) >= 5) == (role == Enrolment.Role.MENTEE)]
        fitting = [person for person in fitting if role == Enrolment.Role.MENTEE or (person.grade or 0) <= 4]
        for person in chance.sample(fitting, min(len(fitting), count)):
            register(cohort, person=person, role=role, by=person.user, now=now + timedelta(hours=chance.randint(1, 40)))
    register_from_outside(
        cohort,
        given_name="Marek",
        family_name="Novotny",
        email="marek.novotny@harbour-academy.example",
        organisation="Harbour Academy",
        role=Enrolment.Role.MENTOR,
        now=now + timedelta(hours=30),
    )
