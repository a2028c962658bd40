"""People who said yes elsewhere: enrolled from the people file, or brought in by a link that is handed over."""

from __future__ import annotations

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor, make_person, make_user
from viceversa.accounts.models import Event, User
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import publish_run
from viceversa.pairing.funnel import funnel_of
from viceversa.pairing.models import Proposal
from viceversa.people.models import Person
from viceversa.programmes.invitation_token import SpentToken, UnreadableToken, read_token
from viceversa.programmes.invitations import (
    CannotBeInvited,
    NotLaunched,
    enrol_from_file,
    invite,
    invite_by_hand,
)
from viceversa.programmes.joining import (
    AddressTaken,
    CannotAnswer,
    Standing,
    accept_as_new,
    decline_invitation,
    standing_of,
)
from viceversa.programmes.models import Enrolment, Programme
from viceversa.programmes.personal_link import NoLinkNeeded, make_link

MENTEE, MENTOR = Enrolment.Role.MENTEE, Enrolment.Role.MENTOR
SECRET = "seven quiet lighthouses"
CHOSEN = "kim@home.example"


@pytest.fixture
def ada(northmoor: Northmoor) -> User:
    user = northmoor.users["coordinator"]
    assert user is not None
    return user


def nameless(person_id: str = "p0007", **columns: object) -> Person:
    defaults: dict[str, object] = {"email": "", "grade": 7, "role": "mentee", "capacity": 2}
    return make_person(person_id, "", "", **(defaults | columns))


@pytest.fixture
def enrolment(northmoor: Northmoor, clock: MovableClock, ada: User) -> Enrolment:
    [made] = enrol_from_file(northmoor.cohort, people=[nameless()], role=MENTEE, by=ada, now=clock())
    return made


def test_who_said_yes_elsewhere_takes_part_without_a_letter(
    northmoor: Northmoor, clock: MovableClock, ada: User, enrolment: Enrolment
) -> None:
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.capacity, enrolment.submitted_at) == ("submitted", 2, clock())
    assert enrolment in Enrolment.objects.taking_part()
    run_until_idle(clock=clock)
    assert mail.outbox == []
    event = Event.objects.get(verb="enrolled_from_file")
    assert (event.actor, event.facts) == (ada.public_id, {"role": "mentee", "people": 1})


def test_enrolling_twice_enrols_once_in_each_role(
    northmoor: Northmoor, clock: MovableClock, ada: User, enrolment: Enrolment
) -> None:
    people = [enrolment.person]
    assert enrol_from_file(northmoor.cohort, people=people, role=MENTEE, by=ada, now=clock()) == []
    assert len(enrol_from_file(northmoor.cohort, people=people, role=MENTOR, by=ada, now=clock())) == 1
    assert Event.objects.filter(verb="enrolled_from_file").count() == 2


def test_who_was_invited_and_said_no_is_not_enrolled_over_their_head(
    northmoor: Northmoor, clock: MovableClock, ada: User
) -> None:
    grace = make_person("g-1", "Grace", "Amoah", grade=7)
    [asked] = invite(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock())
    Enrolment.objects.filter(pk=asked.pk).update(state=Enrolment.State.DECLINED)
    assert enrol_from_file(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock()) == []


@pytest.mark.parametrize("columns", [{"grade": None}, {"leave_date": "2026-06-23"}])
def test_whom_nothing_can_place_is_not_enrolled(
    northmoor: Northmoor, clock: MovableClock, ada: User, columns: dict[str, object]
) -> None:
    person = nameless("x-1", **columns)
    assert enrol_from_file(northmoor.cohort, people=[person], role=MENTEE, by=ada, now=clock()) == []
    with pytest.raises(CannotBeInvited):
        invite_by_hand(northmoor.cohort, person=person, role=MENTEE, by=ada, now=clock())


def test_nobody_is_enrolled_before_the_launch(northmoor: Northmoor, clock: MovableClock, ada: User) -> None:
    Programme.objects.filter(pk=northmoor.programme.pk).update(state=Programme.State.DRAFT)
    northmoor.cohort.programme.refresh_from_db()
    person = nameless()
    with pytest.raises(NotLaunched):
        enrol_from_file(northmoor.cohort, people=[person], role=MENTEE, by=ada, now=clock())
    with pytest.raises(NotLaunched):
        invite_by_hand(northmoor.cohort, person=person, role=MENTEE, by=ada, now=clock())


def test_somebody_without_an_address_comes_in_by_hand(northmoor: Northmoor, clock: MovableClock, ada: User) -> None:
    link = invite_by_hand(northmoor.cohort, person=nameless(), role=MENTOR, by=ada, now=clock())
    assert (link.enrolment.state, link.enrolment.role, link.enrolment.invited_at) == ("invited", "mentor", clock())
    user = accept_as_new(read_token(link.token), password=SECRET, email=CHOSEN, now=clock())
    person = Person.objects.get(person_id="p0007")
    assert (user.email, person.email, person.user) == (CHOSEN, CHOSEN, user)
    assert user.name == "Person p0007"
    with pytest.raises(CannotBeInvited):
        invite_by_hand(northmoor.cohort, person=person, role=MENTOR, by=ada, now=clock())


def test_a_link_opens_once(northmoor: Northmoor, clock: MovableClock, ada: User, enrolment: Enrolment) -> None:
    link = make_link(enrolment, by=ada, now=clock())
    seen_before = read_token(link.token)
    accept_as_new(seen_before, password=SECRET, email=CHOSEN, now=clock())
    with pytest.raises(SpentToken):
        read_token(link.token)
    with pytest.raises(CannotAnswer) as refused:
        accept_as_new(seen_before, password="another one altogether", email="thief@home.example", now=clock())
    assert refused.value.standing is Standing.SPENT
    with pytest.raises(NoLinkNeeded):
        make_link(enrolment, by=ada, now=clock())


def test_a_new_link_ends_the_one_before(clock: MovableClock, ada: User, enrolment: Enrolment) -> None:
    first = make_link(enrolment, by=ada, now=clock())
    opened = read_token(first.token)
    second = make_link(enrolment, by=ada, now=clock())
    with pytest.raises(SpentToken):
        read_token(first.token)
    with pytest.raises(CannotAnswer):
        accept_as_new(opened, password=SECRET, email=CHOSEN, now=clock())
    assert standing_of(read_token(second.token), user=None, now=clock()) is Standing.NEW_ACCOUNT
    made = Event.objects.filter(verb="link_made", object_id=enrolment.public_id, actor=ada.public_id)
    assert made.count() == 2


def test_coming_in_ends_the_links_to_ones_other_enrolments(
    northmoor: Northmoor, clock: MovableClock, ada: User, enrolment: Enrolment
) -> None:
    [other] = enrol_from_file(northmoor.cohort, people=[enrolment.person], role=MENTOR, by=ada, now=clock())
    links = [make_link(each, by=ada, now=clock()) for each in (enrolment, other)]
    accept_as_new(read_token(links[0].token), password=SECRET, email=CHOSEN, now=clock())
    with pytest.raises(SpentToken):
        read_token(links[1].token)


def test_a_link_ends_after_thirty_days(clock: MovableClock, ada: User, enrolment: Enrolment) -> None:
    link = make_link(enrolment, by=ada, now=clock())
    clock.forward(days=7)
    assert clock() == link.good_until
    assert standing_of(read_token(link.token), user=None, now=clock()) is Standing.EXPIRED


def test_a_link_dies_when_the_organisation_gives_an_address(
    clock: MovableClock, ada: User, enrolment: Enrolment
) -> None:
    link = make_link(enrolment, by=ada, now=clock())
    Person.objects.filter(pk=enrolment.person_id).update(email="kim@northmoor.example")
    with pytest.raises(UnreadableToken):
        read_token(link.token)


@pytest.mark.parametrize("state", ["declined", "withdrawn", "completed"])
def test_no_link_opens_an_enrolment_that_is_over(
    clock: MovableClock, ada: User, enrolment: Enrolment, state: str
) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(state=state)
    with pytest.raises(NoLinkNeeded):
        make_link(enrolment, by=ada, now=clock())


def test_no_link_is_made_for_whoever_left(clock: MovableClock, ada: User, enrolment: Enrolment) -> None:
    Person.objects.filter(pk=enrolment.person_id).update(leave_date=clock().date())
    with pytest.raises(NoLinkNeeded):
        make_link(enrolment, by=ada, now=clock())


@pytest.mark.parametrize("taken", ["account", "person"])
def test_an_address_belongs_to_one_person(clock: MovableClock, ada: User, enrolment: Enrolment, taken: str) -> None:
    if taken == "account":
        make_user("Kim@Home.example")
    else:
        make_person("k-1", "Kim", "Other", email="KIM@home.example")
    link = make_link(enrolment, by=ada, now=clock())
    with pytest.raises(AddressTaken):
        accept_as_new(read_token(link.token), password=SECRET, email=CHOSEN, now=clock())
    person = Person.objects.get(pk=enrolment.person_id)
    assert (person.email, person.user) == ("", None)
    assert read_token(link.token).enrolment == enrolment


def test_whoever_was_enrolled_by_others_can_still_say_no(northmoor: Northmoor, clock: MovableClock, ada: User) -> None:
    """They never said yes here, so a no ends the proposal that waits for them, too."""
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    mentee = pool.mentees[0]
    Person.objects.filter(pk=mentee.person_id).update(user=None)
    publish_run(run=run_now(northmoor, clock), by=ada, now=clock())
    waiting = Proposal.objects.get(mentee=mentee, state__in=Proposal.OPEN)
    link = make_link(mentee, by=ada, now=clock())
    decline_invitation(read_token(link.token), by=None, now=clock())
    mentee.refresh_from_db()
    waiting.refresh_from_db()
    assert (mentee.state, waiting.state) == (Enrolment.State.DECLINED, Proposal.State.EXPIRED)
    assert standing_of(read_token(link.token), user=None, now=clock()) is Standing.DECLINED


def test_a_proposal_leads_whoever_has_no_account_yet_through_joining(
    northmoor: Northmoor, clock: MovableClock, ada: User
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=1)
    mentee, mentor = pool.mentees[0].person, pool.mentors[0].person
    Person.objects.filter(pk=mentee.pk).update(user=None, email="new@northmoor.example")
    mentor.user = make_user("old@northmoor.example")
    mentor.email = "old@northmoor.example"
    mentor.save()
    publish_run(run=run_now(northmoor, clock), by=ada, now=clock())
    run_until_idle(clock=clock)
    letters = {letter.to[0]: str(letter.body) for letter in mail.outbox}
    assert "http://testserver/join/" in letters["new@northmoor.example"]
    assert "/join/" not in letters["old@northmoor.example"]


def test_the_funnel_counts_who_was_enrolled_from_the_file_apart(
    northmoor: Northmoor, clock: MovableClock, ada: User
) -> None:
    before = funnel_of(northmoor.cohort, on=clock().date()).leaders
    enrol_from_file(northmoor.cohort, people=[nameless()], role=MENTEE, by=ada, now=clock())
    after = funnel_of(northmoor.cohort, on=clock().date()).leaders
    assert (after.invited, after.said_yes) == (before.invited, before.said_yes)
    assert (after.enrolled, after.brought_in, after.listed) == (before.enrolled + 1, 1, before.listed + 1)
