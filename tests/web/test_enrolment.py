"""One's own enrolment, page by page."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.keys.store import destroy_key
from viceversa.people.models import Person, Topic, TopicWant
from viceversa.programmes.enrolment_answers import people_to_avoid
from viceversa.programmes.enrolment_steps import STEPS
from viceversa.programmes.models import Enrolment

TOPICS = [
    {"name": "How our meetings feel", "family": "culture", "side": "mentor"},
    {"name": "Shop floors", "family": "market", "side": "mentor"},
    {"name": "How budgets are decided", "family": "strategy", "side": "mentee"},
]


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def field_of(page: str, topic: str) -> str:
    """The name of the radio row of a topic."""
    return re.findall(r'name="(t_\w+)"', page.split(f">{topic}</b>")[1])[0]


class Walk:
    """Somebody who goes through the pages of their own enrolment."""

    def __init__(self, client: Client, enrolment: Enrolment) -> None:
        self.client, self.enrolment = client, enrolment

    def address(self, step: str) -> str:
        return reverse("enrolment_step", args=[self.enrolment.public_id, step])

    def read(self, step: str) -> str:
        return text_of(self.client.get(self.address(step)))

    def send(self, step: str, answers: dict[str, object], **more: str) -> object:
        seen = hidden(self.read(step), "seen")
        return self.client.post(self.address(step), {"seen": seen, **answers, **more})

    def learn(self, **levels: str) -> dict[str, object]:
        """Answers for the page of topics, by the topics' names."""
        page = self.read("learn")
        return {field_of(page, name.replace("_", " ")): level for name, level in levels.items()}


@pytest.fixture
def walk(northmoor: Northmoor, client: Client, clock: MovableClock) -> Walk:
    northmoor.programme.topics = TOPICS
    northmoor.programme.save()
    enrolment = Enrolment.objects.create(
        cohort=northmoor.cohort, person=northmoor.people["outsider"], role="mentee", invited_at=clock()
    )
    return Walk(northmoor.sign_in(client, "outsider"), enrolment)


@pytest.fixture
def mentor_walk(walk: Walk) -> Walk:
    walk.enrolment.role = "mentor"
    walk.enrolment.save()
    return walk


TIMES: dict[str, object] = {
    "languages": "English, polski",
    "time_zone": "europe/warsaw",
    "hours_from": "22:00",
    "hours_to": "06:00",
    "capacity": "2",
}


def test_a_mentee_goes_from_the_first_page_to_taking_part(walk: Walk) -> None:
    home = reverse("enrolment", args=[walk.enrolment.cohort.programme.public_id])
    assert walk.client.get(home).url == walk.address("time")  # type: ignore[attr-defined]
    answers: dict[str, dict[str, object]] = {
        "time": TIMES,
        "learn": walk.learn(How_our_meetings_feel="3", Shop_floors="1")
        | {"own_1": "Reading payslips", "own_1_level": "2", "hope": "Hear earlier."},
    }
    steps = STEPS["mentee"]
    for step, after in pairwise(steps):
        response = walk.send(step, answers.get(step, {}))
        assert response.url == walk.address(after), step  # type: ignore[attr-defined]
    page = walk.read("check")
    assert "Reading payslips (want)" in page
    assert "English, Polish, 22:00–06:00, Europe/Warsaw" in page
    assert walk.client.post(walk.address("check")).url == reverse("home")  # type: ignore[attr-defined]
    walk.enrolment.refresh_from_db()
    person = Person.objects.get(pk=walk.enrolment.person_id)
    assert (walk.enrolment.state, walk.enrolment.capacity) == (Enrolment.State.SUBMITTED, 2)
    assert walk.enrolment.hope == "Hear earlier."
    assert (person.languages, person.time_zone) == (["en", "pl"], "Europe/Warsaw")
    assert (person.hours_start, person.hours_end) == (1320, 360)
    assert set(person.wants.values_list("topic__key", "priority")) == {
        ("how our meetings feel", 3),
        ("shop floors", 1),
        ("reading payslips", 2),
    }


def test_a_mentor_offers_levels_and_asks_something_back(mentor_walk: Walk) -> None:
    page = mentor_walk.read("show")
    assert "How budgets are decided" not in page
    mentor_walk.send("show", {field_of(page, "Shop floors"): "4"})
    page = mentor_walk.read("learn")
    assert "What would you like back?" in page
    mentor_walk.send("learn", {field_of(page, "How budgets are decided"): "3"})
    person = Person.objects.get(pk=mentor_walk.enrolment.person_id)
    assert list(person.offers.values_list("topic__key", "level")) == [("shop floors", 4)]
    assert list(person.wants.values_list("topic__key", "priority")) == [("how budgets are decided", 3)]


def test_looking_at_a_page_changes_nothing(walk: Walk) -> None:
    for step in STEPS["mentee"]:
        assert walk.client.get(walk.address(step)).status_code == 200
    walk.enrolment.refresh_from_db()
    assert (walk.enrolment.state, walk.enrolment.steps_done) == (Enrolment.State.INVITED, [])


def test_saved_for_later_is_found_again(walk: Walk) -> None:
    assert walk.send("time", TIMES, then="later").url == reverse("home")  # type: ignore[attr-defined]
    walk.enrolment.refresh_from_db()
    assert walk.enrolment.state == Enrolment.State.DRAFT
    home = reverse("enrolment", args=[walk.enrolment.cohort.programme.public_id])
    assert walk.client.get(home).url == walk.address("learn")  # type: ignore[attr-defined]
    assert 'value="22:00"' in walk.read("time")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"languages": ""}, "Enter at least one language that you could hold a meeting in"),
        ({"languages": "English, Klingonish"}, "We do not know “Klingonish”."),
        ({"time_zone": "Europe/Londn"}, "There is no time zone “Europe/Londn”. Did you mean Europe/London?"),
        ({"time_zone": "Mars"}, "There is no time zone “Mars”. Enter a continent and a city"),
        ({"hours_from": "9 o’clock"}, "Enter when you begin to work, such as 09:00"),
        ({"hours_to": "22:00"}, "Enter an end that differs from the beginning"),
        ({"capacity": "0"}, "Enter a number of partners from 1 to 10"),
        ({"capacity": "many"}, "Enter a number of partners from 1 to 10"),
    ],
)
def test_what_is_wrong_with_a_time_is_said_at_its_place(walk: Walk, changed: dict[str, object], words: str) -> None:
    page = text_of(walk.send("time", TIMES | changed))
    assert "<title>Error: When and how can you meet?" in page
    assert page.count(words) == 2
    walk.enrolment.refresh_from_db()
    assert walk.enrolment.state == Enrolment.State.INVITED


def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_stays(walk: Walk) -> None:
    page = text_of(walk.send("time", {"languages": "Klingonish", "time_zone": "Mars", "capacity": "99"}))
    assert page.count('<a href="#id_') == 5
    assert 'value="Klingonish"' in page
    assert 'value="Mars"' in page


def test_most_is_for_one_topic_only(walk: Walk) -> None:
    answers = walk.learn(How_our_meetings_feel="3", Shop_floors="3") | {"hope": "x" * 342}
    page = text_of(walk.send("learn", answers))
    assert page.count("Choose “Most” for one topic only. “How our meetings feel” has it too.") == 2
    assert page.count("in up to 300 characters. You wrote 342.") == 2
    assert "x" * 342 in page
    assert not TopicWant.objects.filter(person=walk.enrolment.person).exists()


def test_own_words_count_as_most_too(walk: Walk) -> None:
    answers = walk.learn(Shop_floors="3") | {"own_1": "Payslips", "own_1_level": "3"}
    assert "“Shop floors” has it too." in text_of(walk.send("learn", answers))


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"own_1": "SHOP floors ", "own_1_level": "1"}, "“SHOP floors” is on this page already."),
        ({"own_1": "Payslips"}, "Choose an answer for “Payslips”, or take it out"),
        ({"own_1_level": "2"}, "Write the topic that this answer is for"),
        ({"own_1": "x" * 81, "own_1_level": "2"}, "Shorten it to 80 characters. You wrote 81."),
        ({}, "Choose at least one topic that you would like to learn"),
    ],
)
def test_what_is_wrong_with_a_topic_is_said(walk: Walk, own: dict[str, object], words: str) -> None:
    page = text_of(walk.send("learn", own))
    assert page.count(words) == 2


def test_a_topic_from_the_people_file_stands_among_the_others_and_is_kept(walk: Walk) -> None:
    person = walk.enrolment.person
    TopicWant.objects.create(person=person, topic=Topic.objects.create(key="chess", name="Chess"), priority=2)
    page = walk.read("learn")
    assert re.search(r'value="2" checked', page.split(">Chess</b>")[1].split("</div></div>")[0])
    walk.send("learn", walk.learn(Shop_floors="1", Chess="2"))
    assert set(person.wants.values_list("topic__key", flat=True)) == {"chess", "shop floors"}


def test_a_made_up_level_is_not_taken(walk: Walk) -> None:
    page = text_of(walk.send("learn", walk.learn(Shop_floors="9")))
    assert "Choose one of the answers" in page


def test_how_well_one_knows_a_topic_is_asked_for_what_was_chosen(walk: Walk) -> None:
    walk.send("learn", walk.learn(Shop_floors="2"))
    page = walk.read("today")
    assert "How our meetings feel" not in page
    walk.send("today", {field_of(page, "Shop floors"): "3"})
    assert walk.enrolment.person.wants.get().current == 3


def test_two_windows_do_not_overwrite_each_other(walk: Walk) -> None:
    seen = hidden(walk.read("interests"), "seen")
    walk.client.post(walk.address("interests"), {"seen": seen, "interests": "choir"})
    late = walk.client.post(walk.address("interests"), {"seen": seen, "interests": "chess & go"})
    assert late.status_code == 409
    assert "chess &amp; go" in text_of(late)
    assert Person.objects.get(pk=walk.enrolment.person_id).interests == ["choir"]


def test_it_is_not_sent_before_the_pages_it_needs(walk: Walk) -> None:
    refused = walk.client.post(walk.address("check"))
    assert refused.status_code == 409
    assert "Answer “When and how can you meet?”" in text_of(refused)
    assert "Answer “What would you like to learn?”" in text_of(refused)


def test_somebody_to_avoid_is_found_named_and_taken_out_again(walk: Walk) -> None:
    canary = make_person("n-777", "Victor", "Canary", job_title="Buyer")
    found = text_of(walk.send("avoid", {"words": "canary", "find": "find"}))
    assert "Victor Canary, Buyer" in found
    assert not people_to_avoid(walk.enrolment.person)
    walk.send("avoid", {"words": "canary", "add": canary.public_id})
    [named] = people_to_avoid(walk.enrolment.person)
    assert named.name == "Victor Canary"
    assert "Victor Canary, Buyer" in walk.read("avoid")
    walk.send("avoid", {"keep": []})
    assert not people_to_avoid(walk.enrolment.person)


def test_a_search_never_stands_in_an_address(walk: Walk) -> None:
    page = walk.read("avoid")
    assert re.findall(r"<form[^>]*>", page.split("<main")[1]) == [
        '<form method="post" novalidate class="stack" data-gap="5">'
    ]
    make_person("n-777", "Victor", "Canary")
    assert "Victor" not in text_of(walk.client.get(walk.address("avoid"), {"words": "canary", "find": "find"}))


@pytest.mark.parametrize(
    ("words", "said", "shown"),
    [
        ("s", "Write at least two letters", 0),
        ("nobodyatall", "Nobody else here is called", 0),
        ("same", "More than ten", 10),
    ],
)
def test_a_search_that_finds_too_little_or_too_much_says_so(walk: Walk, words: str, said: str, shown: int) -> None:
    for number in range(12):
        make_person(f"s-{number}", f"Same{number}", "Name")
    page = text_of(walk.send("avoid", {"words": words, "find": "find"}))
    assert said in page
    assert page.count('name="add"') == shown


def test_whom_one_avoids_is_on_no_page_of_the_coordinator(
    walk: Walk, northmoor: Northmoor, clock: MovableClock
) -> None:
    canary = make_person("canary-777", "Victor", "Canaryname", email="", role="")
    walk.send("avoid", {"add": canary.public_id})
    Person.objects.filter(pk=canary.pk).update(leave_date=clock().date())  # so that no list names him by himself
    here = northmoor.programme.public_id
    coordinator = northmoor.sign_in(Client(), "coordinator")
    for route in ("enrolment_list", "invite", "programme_design"):
        page = text_of(coordinator.get(reverse(route, args=[here])))
        assert "Canaryname" not in page
        assert "canary-777" not in page
    assert coordinator.get(walk.address("avoid")).status_code == 403


def test_without_the_key_the_page_stays_closed_and_the_others_go_on(walk: Walk) -> None:
    canary = make_person("n-777", "Victor", "Canary")
    walk.send("avoid", {"add": canary.public_id})
    destroy_key(walk.enrolment.person.public_id)
    closed = walk.client.get(walk.address("avoid"))
    assert closed.status_code == 503
    assert "cannot be opened just now" in text_of(closed)
    assert "Victor" not in text_of(closed)
    assert walk.client.get(walk.address("style")).status_code == 200
    assert walk.client.get(walk.address("check")).status_code == 200


def test_a_step_of_the_other_role_is_not_there(walk: Walk) -> None:
    assert walk.client.get(walk.address("show")).status_code == 404
    assert walk.client.get(walk.address("nonsense")).status_code == 404


def test_somebody_elses_enrolment_is_not_there(walk: Walk, northmoor: Northmoor) -> None:
    other = northmoor.sign_in(Client(), "mentor")
    assert other.get(walk.address("time")).status_code == 404
    assert other.post(walk.address("time"), TIMES).status_code == 404


def test_after_sending_a_page_is_changed_by_itself(walk: Walk) -> None:
    Enrolment.objects.filter(pk=walk.enrolment.pk).update(state="submitted", steps_done=["time", "learn", "check"])
    assert "You take part" in walk.read("check")
    response = walk.send("style", {"formality": "2", "structure": "5"}, then="check")
    assert response.url == walk.address("check")  # type: ignore[attr-defined]
    assert "Casual, To the minute" in walk.read("check")


def test_leaving_is_confirmed_first_and_then_over(walk: Walk) -> None:
    address = reverse("enrolment_withdraw", args=[walk.enrolment.public_id])
    assert "You need no reason" in text_of(walk.client.get(address))
    walk.enrolment.refresh_from_db()
    assert walk.enrolment.state == Enrolment.State.INVITED
    assert walk.client.post(address).url == reverse("home")  # type: ignore[attr-defined]
    walk.enrolment.refresh_from_db()
    assert walk.enrolment.state == Enrolment.State.WITHDRAWN
    assert walk.client.get(walk.address("time")).status_code == 404
    assert walk.client.post(address).status_code == 404


def test_somebody_on_both_sides_chooses_which(walk: Walk, northmoor: Northmoor) -> None:
    Enrolment.objects.create(cohort=northmoor.cohort, person=walk.enrolment.person, role="mentor")
    page = text_of(walk.client.get(reverse("enrolment", args=[northmoor.programme.public_id])))
    assert "You take part on both sides" in page


def test_the_pages_ask_few_questions_however_much_was_told(walk: Walk) -> None:
    person = walk.enrolment.person

    def queries(step: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert walk.client.get(walk.address(step)).status_code == 200
        return len(captured)

    def tell(first: int, last: int) -> None:
        for number in range(first, last):
            topic = Topic.objects.create(key=f"topic {number}", name=f"Topic {number}")
            TopicWant.objects.create(person=person, topic=topic, priority=1)

    tell(0, 2)
    few = [queries(step) for step in STEPS["mentee"]]
    tell(2, 60)
    assert [queries(step) for step in STEPS["mentee"]] == few
    assert max(few) <= 15
