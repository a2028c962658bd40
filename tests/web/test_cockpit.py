"""The coordinator's day and the list of pairs, as pages."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.personas import make_person
from viceversa.accounts.models import Event
from viceversa.journey.models import CheckIn, Meeting
from viceversa.pairing.models import Pair
from viceversa.pairing.models.pair import SeatTaken
from viceversa.programmes.models import Cohort, Enrolment, Programme
from viceversa.web.addresses import ProgrammeAddress

MOST_QUERIES = 15


@pytest.fixture
def coordinator(northmoor):
    return northmoor.sign_in(Client(), "coordinator")


def day_of(northmoor) -> str:
    return reverse("programme", args=[northmoor.programme.public_id])


def list_of(northmoor) -> str:
    return reverse("pair_list", args=[northmoor.programme.public_id])


def words_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def more_pairs(northmoor, clock, count: int, *, begin: int = 0) -> None:
    """Pairs that have not met and have no date."""
    for number in range(begin, begin + count):
        sides = []
        for role, grade in (("mentor", 2), ("mentee", 8)):
            person = make_person(f"p-{role}-{number}", f"Given{number}", f"{role.title()}{number:03}", grade=grade)
            columns = {"state": "matched", "invited_at": clock(), "submitted_at": clock()}
            sides.append(Enrolment.objects.create(cohort=northmoor.cohort, person=person, role=role, **columns))
        formed = clock() - timedelta(days=60)
        pair = Pair.objects.create(cohort=northmoor.cohort, mentor=sides[0], mentee=sides[1], formed_at=formed)
        SeatTaken.objects.bulk_create(SeatTaken(enrolment=side, number=1, pair=pair) for side in sides)
        Meeting.objects.bulk_create(
            Meeting(pair=pair, number=nth, title="Talk", due_on=date(2026, 4, nth), time_zone="UTC") for nth in (1, 2)
        )


def queries_for(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_the_day_opens_with_its_answer(northmoor, coordinator):
    answer = coordinator.get(day_of(northmoor))
    assert "The pairs are finding their first dates. Nobody needs you today." in words_of(answer)
    assert "Tuesday 23 June 2026" in words_of(answer)


def test_who_needs_the_coordinator_stands_with_a_reason_and_one_step(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    answer = words_of(coordinator.get(day_of(northmoor)))
    assert "One thing needs you." in answer
    assert "Given0 Mentee000 and Given0 Mentor000 have not met" in answer
    assert "60 days since they were paired; no date is set." in answer
    assert "mailto:given0.mentee000@northmoor.example,given0.mentor000@northmoor.example?subject=" in answer


def test_people_without_an_address_are_led_to_instead(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    northmoor.cohort.enrolments.get(person__person_id="p-mentee-0").person.__class__.objects.update(email="")
    answer = words_of(coordinator.get(day_of(northmoor)))
    assert "mailto:" not in answer
    assert "See Given0" in answer


def test_the_youngest_needs_wait_behind_a_link(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 10)
    assert "2 more, younger than these" in words_of(coordinator.get(day_of(northmoor)))
    assert words_of(coordinator.get(day_of(northmoor) + "?all")).count("have not met</b>") == 10


def test_a_wish_for_contact_is_noted_once_and_leaves_the_queue(northmoor, coordinator, clock):
    answers = {"could_say": 2, "useful": 4, "taught": "both", "wants_contact": True}
    CheckIn.objects.create(meeting=northmoor.meeting, person=northmoor.people["mentor"], at=clock(), **answers)
    assert "Priya Raman asked to be contacted" in words_of(coordinator.get(day_of(northmoor)))
    path = reverse("pair_contacted", args=[northmoor.programme.public_id])
    form = {"meeting": northmoor.meeting.public_id, "person": northmoor.people["mentor"].public_id}
    for _ in range(2):
        answer = coordinator.post(path, form, follow=True)
        assert "Noted: you have contacted Priya Raman." in words_of(answer)
    assert "asked to be contacted" not in words_of(answer)
    assert Event.objects.filter(verb="checkin.contacted").count() == 1


def test_a_wish_of_another_programme_cannot_be_answered_from_here(northmoor, coordinator, clock):
    meeting, person = northmoor.other_pair.meetings.get(), northmoor.people["other_mentor"]
    answers = {"could_say": 2, "useful": 4, "taught": "both", "wants_contact": True}
    wish = CheckIn.objects.create(meeting=meeting, person=person, at=clock(), **answers)
    path = reverse("pair_contacted", args=[northmoor.programme.public_id])
    coordinator.post(path, {"meeting": meeting.public_id, "person": person.public_id})
    wish.refresh_from_db()
    assert wish.contacted_at is None


def test_getting_the_contact_address_is_not_allowed(northmoor, coordinator):
    assert coordinator.get(reverse("pair_contacted", args=[northmoor.programme.public_id])).status_code == 405


@pytest.mark.parametrize("page", [day_of, list_of])
def test_the_coordinator_never_reads_where_or_what(northmoor, coordinator, page):
    northmoor.pair.meetings.update(place="canary-place", video_link="https://canary.example/room")
    assert "canary" not in coordinator.get(page(northmoor)).content.decode()


@pytest.mark.parametrize("page", [day_of, list_of])
def test_a_page_asks_as_often_for_two_pairs_as_for_two_hundred(northmoor, coordinator, clock, page):
    more_pairs(northmoor, clock, 2)
    few = queries_for(coordinator, page(northmoor))
    more_pairs(northmoor, clock, 198, begin=2)
    assert queries_for(coordinator, page(northmoor)) == few
    assert few <= MOST_QUERIES


def test_before_the_launch_the_page_says_what_is_left(northmoor, coordinator):
    northmoor.programme.objectives.all().delete()
    Programme.objects.filter(pk=northmoor.programme.pk).update(state=Programme.State.DRAFT)
    answer = words_of(coordinator.get(day_of(northmoor)))
    assert "One thing is left before Fresh Eyes can be launched" in answer
    assert reverse("programme_launch", args=[northmoor.programme.public_id]) in answer


def test_before_the_launch_the_page_names_every_part_that_the_design_calls_open(northmoor, coordinator):
    here = [northmoor.programme.public_id]
    Programme.objects.filter(pk=northmoor.programme.pk).update(state=Programme.State.DRAFT, purpose="")
    northmoor.programme.objectives.all().delete()
    design = words_of(coordinator.get(reverse("programme_design", args=here)))
    count = int(re.search(r"(\d+) parts are still open", design)[1])
    answer = words_of(coordinator.get(day_of(northmoor)))
    assert f"The design has {count - 1} more open parts." in answer  # the objective is told in the heading
    assert answer.count("To do") == count
    for route in ("programme_handlers", "programme_readiness"):
        assert reverse(route, args=here) in answer, route


STEPS = [
    ("invite", "Now invite people.", "invite"),
    ("enrolling", "Invitations are out. Now people answer.", "enrolment_list"),
    ("match", "Enough people take part to find the best pairs.", "run_list"),
]


@pytest.mark.parametrize(("stage", "headline", "route"), STEPS)
def test_before_there_are_pairs_the_page_says_what_is_next(northmoor, coordinator, clock, stage, headline, route):
    cohort = Cohort.objects.create(
        programme=northmoor.programme, name="Autumn", starts_on=date(2026, 9, 1), ends_on=date(2027, 5, 31)
    )
    roles = {"invite": [], "enrolling": ["mentor"], "match": ["mentor", "mentee"]}[stage]
    for role in roles:
        person = northmoor.people[f"same_programme_{role}"]
        Enrolment.objects.create(cohort=cohort, person=person, role=role, state="submitted", invited_at=clock())
    address = ProgrammeAddress(northmoor.programme.public_id, cohort=cohort.public_id)
    answer = words_of(coordinator.get(reverse("programme", args=[address])))
    assert headline in answer
    assert f'data-kind="primary" href="{reverse(route, args=[address])}"' in answer


def test_whom_the_file_enrolled_is_not_said_to_have_said_yes(northmoor, coordinator):
    cohort = Cohort.objects.create(
        programme=northmoor.programme, name="Autumn", starts_on=date(2026, 9, 1), ends_on=date(2027, 5, 31)
    )
    for role in ("mentor", "mentee"):
        person = northmoor.people[f"same_programme_{role}"]
        Enrolment.objects.create(cohort=cohort, person=person, role=role, state="submitted")
    address = ProgrammeAddress(northmoor.programme.public_id, cohort=cohort.public_id)
    answer = words_of(coordinator.get(reverse("programme", args=[address])))
    assert "2 people are on the list; of them take part: 1 leader and 1 mentor." in answer
    assert "said yes" not in answer.partition("To keep it in order")[0]


def test_pairs_are_listed_with_state_and_dates(northmoor, coordinator):
    answer = words_of(coordinator.get(list_of(northmoor)))
    assert "Every pair keeps to its dates" in answer
    assert "Henrik Solberg" in answer
    assert "0 of 1" in answer
    assert "25 Jun, 08:30" in answer
    assert "Marie Blanc" not in answer


def test_a_filter_shows_its_own_pairs(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.PAUSED)
    late = words_of(coordinator.get(list_of(northmoor) + "?show=late"))
    paused = words_of(coordinator.get(list_of(northmoor) + "?show=paused"))
    ended = words_of(coordinator.get(list_of(northmoor) + "?show=ended"))
    assert ("Mentee000" in late, "Solberg" in late) == (True, False)
    assert ("Mentee000" in paused, "Solberg" in paused) == (False, True)
    assert "No pair is in this state" in ended


def test_a_name_finds_its_pair(northmoor, coordinator):
    answer = words_of(coordinator.get(list_of(northmoor) + "?words=priya"))
    assert ("Henrik Solberg" in answer, "Daniel Kerr" in answer) == (True, False)


def test_a_name_that_no_database_holds_finds_nobody(northmoor, coordinator):
    assert "No pair with" in words_of(coordinator.get(list_of(northmoor) + "?words=%00x%00y'%25"))


@pytest.mark.parametrize("sort", ["leader", "mentor", "held", "next", "newest", "nonsense"])
def test_every_order_shows_every_pair(northmoor, coordinator, sort):
    answer = words_of(coordinator.get(f"{list_of(northmoor)}?sort={sort}&page=7&show=nothing"))
    assert ("Henrik Solberg" in answer, "Daniel Kerr" in answer) == (True, True)


def test_more_than_fifty_pairs_take_a_second_page(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 50)
    first, second = (words_of(coordinator.get(f"{list_of(northmoor)}?page={page}")) for page in (1, 2))
    assert first.count('scope="row"') == 50
    assert second.count('scope="row"') == 2
