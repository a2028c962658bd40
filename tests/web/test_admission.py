"""Admission in the browser: the shareable page, the letter's way on, the word on each, the list, the lots."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person, make_user
from tests.programmes.test_admission import LEARN, admit, forward, leader, states
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person
from viceversa.programmes.admission import register
from viceversa.programmes.models import Admission, Enrolment, Lottery, Pause, RegistrationRequest, WaitingMove
from viceversa.stats.lottery import replay


def text_of(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


@pytest.fixture
def ada(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "coordinator")


@pytest.fixture
def grace(northmoor: Northmoor) -> Person:
    return make_person("g-1", "Grace", "Amoah", grade=7)


def at(northmoor: Northmoor, route: str) -> str:
    return reverse(route, args=[northmoor.programme.public_id])


def register_url(northmoor: Northmoor) -> str:
    return reverse("register", args=[northmoor.cohort.public_id])


def ask(northmoor: Northmoor, email: str, clock: MovableClock, role: str = "mentee") -> object:
    response = Client().post(register_url(northmoor), {"email": email, "role": role})
    run_until_idle(clock=clock)
    return response


def link_in_last_letter() -> str:
    [path] = re.findall(r"http://testserver(/\S+)", str(mail.outbox[-1].body))[:1]
    return str(path)


# Registering -----------------------------------------------------------------------------------------------------
def test_the_answer_is_the_same_for_an_address_that_is_known_and_one_that_is_not(
    northmoor: Northmoor, grace: Person, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open")
    known, unknown = ask(northmoor, grace.email.upper(), clock), ask(northmoor, "nobody@northmoor.example", clock)
    assert known.url == unknown.url == reverse("register_sent", args=[northmoor.cohort.public_id])  # type: ignore[attr-defined]
    assert [letter.to for letter in mail.outbox] == [[grace.email]]
    assert RegistrationRequest.objects.count() == 2


def test_the_letters_link_registers_and_leads_to_an_account(
    northmoor: Northmoor, grace: Person, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open")
    ask(northmoor, grace.email, clock)
    link, visitor = link_in_last_letter(), Client()
    assert "Grace, put yourself forward" in text_of(visitor.get(link))
    assert not grace.enrolments.exists()  # looking changes nothing
    response = visitor.post(link, {"role": "mentee"}, follow=True)
    assert "A place is kept for you" in text_of(response)
    assert grace.enrolments.get().state == "invited"
    joined = visitor.post(response.request["PATH_INFO"], {"answer": "yes", "password": "seven quiet lighthouses"})
    assert joined.url == at(northmoor, "enrolment")
    assert visitor.get(link).status_code == 410


def test_a_link_runs_out_after_two_days_and_is_nobody_elses(
    northmoor: Northmoor, grace: Person, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open")
    ask(northmoor, grace.email, clock)
    link = link_in_last_letter()
    assert Client().get(link[:-3] + "xy/").status_code == 410
    clock.forward(days=2)
    assert Client().post(link, {"role": "mentee"}).status_code == 410
    assert not grace.enrolments.exists()


def test_one_address_gets_three_letters_a_day_and_no_more(
    northmoor: Northmoor, grace: Person, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open")
    for _time in range(5):
        ask(northmoor, grace.email, clock)
    assert len(mail.outbox) == 3


def test_a_stranger_gets_a_letter_only_where_people_from_outside_are_welcome(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open")
    ask(northmoor, "nia@school.example", clock, role="mentor")
    assert mail.outbox == []
    admit(northmoor, clock, outside_welcome=True)
    ask(northmoor, "nia@school.example", clock, role="mentor")
    told = {"given_name": "Nia", "family_name": "Rees", "organisation": "Park School"}
    page = text_of(Client().post(link_in_last_letter(), told))
    assert "You are on the list" in page
    made = Enrolment.objects.get(person__email="nia@school.example")
    assert (made.state, made.role, made.person.is_external) == ("applied", "mentor", True)


def test_somebody_who_is_signed_in_registers_with_one_button_and_sees_where_they_stand(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open", mentee_places=2)
    lin = northmoor.sign_in(Client(), "outsider")
    response = lin.post(register_url(northmoor), {"role": "mentee"}, follow=True)
    assert "You are number 1 of 1 on the wait-list" in text_of(response)
    assert "See where you stand" in text_of(lin.get(reverse("home")))
    made = Enrolment.objects.get(person=northmoor.people["outsider"])
    step = reverse("enrolment_step", args=[made.public_id, "time"])
    assert lin.get(step).url == reverse("your_place", args=[made.public_id])  # type: ignore[attr-defined]
    lin.post(reverse("your_place", args=[made.public_id]))
    assert states(made) == ["withdrawn"]


def test_a_page_that_is_closed_says_so(northmoor: Northmoor, clock: MovableClock) -> None:
    response = Client().get(register_url(northmoor))
    assert (response.status_code, "by invitation" in text_of(response)) == (410, True)
    sent = Client().get(reverse("register_sent", args=[northmoor.cohort.public_id]))
    assert sent.status_code == 200
    assert Client().get(reverse("register", args=["nothing"])).status_code == 404


def test_a_side_of_another_grade_is_not_offered(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_grade_least=6, mentor_grade_most=3)
    page = text_of(northmoor.sign_in(Client(), "outsider").get(register_url(northmoor)))
    assert "as a mentor" in page
    assert 'value="mentee"' not in page
    admit(northmoor, clock, mentor_grade_most=1)
    page = text_of(northmoor.sign_in(Client(), "outsider").get(register_url(northmoor)))
    assert "You cannot put yourself forward here" in page


# The coordinator -------------------------------------------------------------------------------------------------
def test_the_way_in_is_chosen_and_two_who_save_at_once_are_both_heard(northmoor: Northmoor, ada: Client) -> None:
    page = text_of(ada.get(at(northmoor, "admission")))
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)  # type: ignore[union-attr]
    form = {"seen": seen, "way": "approval", "mentee_places": "30", "tells_managers": "on"}
    assert ada.post(at(northmoor, "admission"), form).status_code == 302
    second = ada.post(at(northmoor, "admission"), form | {"way": "open", "mentee_places": "7"})
    assert second.status_code == 409
    assert 'value="7"' in text_of(second)
    assert Admission.objects.get().way == "approval"
    assert "register/" in text_of(ada.get(at(northmoor, "admission")))


def test_places_that_are_no_number_are_refused_with_what_was_typed(northmoor: Northmoor, ada: Client) -> None:
    page = text_of(
        ada.post(at(northmoor, "admission"), {"way": "open", "mentee_places": "-3", "mentor_places": "many"})
    )
    assert page.count("Enter a whole number of places") >= 2
    assert 'value="many"' in page
    assert not Admission.objects.exists()


def test_several_applications_are_answered_at_once(northmoor: Northmoor, ada: Client, clock: MovableClock) -> None:
    admit(northmoor, clock, way="approval", mentee_places=3)
    made = forward(northmoor, clock, leader(1), leader(2), leader(3))
    page = text_of(ada.get(at(northmoor, "application_list")))
    assert "3 applications wait for your word" in page
    ticked = {"enrolment": [one.public_id for one in made[:2]], "in": "1"}
    done = text_of(ada.post(at(northmoor, "application_list"), ticked, follow=True))
    assert "1 person has a place." in done
    assert "on the wait-list" in done
    ada.post(at(northmoor, "application_list"), {"one_not_now": made[2].public_id})
    assert states(*made) == ["invited", "waiting", "not_now"]
    refused = text_of(ada.get(at(northmoor, "application_list"), {"refused": "1"}))
    assert "Lea3 Wood" in refused
    assert "Tick at least one person" in text_of(ada.post(at(northmoor, "application_list"), {"in": "1"}))


@pytest.mark.parametrize(("asked", "told"), [("mentee", 2), ("mentor", 1), ("", 3), ("staff", 3)])
def test_the_applications_of_a_side_are_as_many_as_are_listed(
    northmoor: Northmoor, ada: Client, clock: MovableClock, asked: str, told: int
) -> None:
    admit(northmoor, clock, way="approval", mentee_places=3)
    made = forward(northmoor, clock, leader(1), leader(2), leader(3))
    Enrolment.objects.filter(pk=made[2].pk).update(role="mentor")
    context = ada.get(at(northmoor, "application_list"), {"side": asked}).context
    assert context["total"] == len(context["page"]) == told


def test_nobody_of_another_cohort_is_answered(northmoor: Northmoor, ada: Client, clock: MovableClock) -> None:
    other = northmoor.enrolments["other_mentee"]
    Enrolment.objects.filter(pk=other.pk).update(state="applied")
    ada.post(at(northmoor, "application_list"), {"one_in": other.public_id})
    assert states(other) == ["applied"]


def test_the_wait_list_says_who_pauses_and_until_when(northmoor: Northmoor, ada: Client, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_places=2)
    first, _ = forward(northmoor, clock, leader(1), leader(2))
    Pause.objects.create(enrolment=first, from_on=date(2026, 6, 20), until_on=date(2026, 7, 3), made_at=clock())
    page = text_of(ada.get(at(northmoor, "waiting_list")))
    assert page.count("Paused until 3 July 2026") == 1
    assert page.index("Lea1 Wood") < page.index("Paused until") < page.index("Lea2 Wood")


def test_somebody_is_moved_with_a_reason_and_not_without(
    northmoor: Northmoor, ada: Client, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open", mentee_places=2)
    _, second = forward(northmoor, clock, leader(1), leader(2))
    url = at(northmoor, "waiting_list")
    page = text_of(ada.post(url, {"move": second.public_id, "to": "1", "reason": " "}))
    assert "Enter why" in page
    assert not WaitingMove.objects.exists()
    done = text_of(ada.post(url, {"move": second.public_id, "to": "1", "reason": "Promised in May"}, follow=True))
    assert done.index("Lea2 Wood") < done.index("Lea1 Wood")
    assert "Promised in May" in done
    Person.objects.filter(pk=second.person_id).update(user=make_user("lea2@northmoor.example"))
    second.refresh_from_db()
    own = Client()
    own.force_login(second.person.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    mine = text_of(own.get(reverse("your_place", args=[second.public_id])))
    assert "You are number 1 of 2" in mine
    assert "Promised in May" not in mine


def test_lots_are_drawn_in_the_browser_and_the_record_replays(
    northmoor: Northmoor, ada: Client, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="lottery", mentee_places=4)
    forward(northmoor, clock, *(leader(number) for number in range(5)))
    form = {"strata": ["function"], "seed_from": "public", "seed_plan": "Index on 2 July"}
    frozen = ada.post(at(northmoor, "lottery_list"), form, follow=True)
    lottery = Lottery.objects.get()
    assert lottery.list_hash in text_of(frozen)
    record = reverse("lottery_record", args=[northmoor.programme.public_id, lottery.public_id])
    assert ada.get(record).content.decode() == lottery.list_text
    page = reverse("lottery", args=[northmoor.programme.public_id, lottery.public_id])
    assert "Enter the seed" in text_of(ada.post(page, {"draw": "1", "seed": ""}))
    drawn = text_of(ada.post(page, {"draw": "1", "seed": "18 204.55"}, follow=True))
    assert "2 of 5 people were drawn" in drawn
    assert "Nobody is left to draw from" in text_of(ada.get(at(northmoor, "lottery_list")))
    assert "the same people" in drawn
    text = ada.get(record).content.decode()
    assert len(replay(text).drawn) == 2
    assert "Wood" not in text
    twice = text_of(ada.post(page, {"draw": "1", "seed": "luckier"}, follow=True))
    assert "drawn already" in twice
    assert ada.get(record).content.decode() == text


def test_somebody_from_outside_is_added_and_an_address_that_is_known_refused(
    northmoor: Northmoor, ada: Client, grace: Person
) -> None:
    form = {"role": "mentor", "given_name": "Nia", "family_name": "Rees", "email": grace.email, "organisation": "Park"}
    page = text_of(ada.post(at(northmoor, "outside_new"), form | {"grade": "1"}))
    assert "Grace Amoah has this address already" in page
    assert 'value="Nia"' in page
    ada.post(at(northmoor, "outside_new"), form | {"grade": "1", "email": "nia@school.example"})
    page = text_of(ada.get(at(northmoor, "enrolment_list")))
    assert "From outside: Park" in page


@pytest.mark.parametrize("route", ["application_list", "waiting_list", "enrolment_list", "admission", "codes"])
def test_a_list_asks_as_much_for_many_as_for_few(
    northmoor: Northmoor, ada: Client, clock: MovableClock, route: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ada.get(at(northmoor, route)).status_code == 200
        return len(queries)

    def people(begin: int, count: int, way: str) -> None:
        for number in range(begin, begin + count):
            who = leader(number, email="" if route == "codes" else f"l{number}@northmoor.example")
            register(northmoor.cohort, person=who, role=LEARN, by=None, now=clock())

    way = "open" if route == "waiting_list" else "approval"
    admit(northmoor, clock, way=way, mentee_places=2)
    people(0, 2, way)
    few = asked()
    people(2, 55, way)
    assert asked() == few
    assert few <= 15
