"""The directory and a person's page: what the organisation tells, for coordinators alone."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people.files import FULL, bring_in
from tests.personas import make_person
from viceversa.people.models import Person


@pytest.fixture
def coordinator(northmoor, client):
    return northmoor.sign_in(client, "coordinator")


def names_on(response) -> list[str]:
    return [person.person_id for person in response.context["page"]]


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_directory_is_the_coordinators_alone(northmoor, client):
    for persona in ("mentor", "sponsor", "administrator", "delegate"):
        northmoor.sign_in(client, persona)
        assert client.get("/people/").status_code in (403, 404)


def test_people_are_found_by_name_number_and_address_in_any_order(coordinator):
    assert names_on(coordinator.get("/people/", {"q": "raman priya"})) == ["n-mentor"]
    assert names_on(coordinator.get("/people/", {"q": "n-mentee"})) == ["n-mentee"]
    assert names_on(coordinator.get("/people/", {"q": "SOLBERG@north"})) == ["n-mentee"]


def test_letters_beyond_ascii_are_found_in_either_case(coordinator):
    make_person("x1", "Özlem", "Åberg", email="")
    assert names_on(coordinator.get("/people/", {"q": "özlem åBERG".lower()})) == ["x1"]


def test_filters_narrow_and_unknown_ones_are_not_asked(coordinator):
    make_person("x1", "Left", "Long ago", leave_date="2026-06-23", role="mentor")
    make_person("x2", "Still", "Here", leave_date="2026-06-24", role="mentor", function="Data")
    assert names_on(coordinator.get("/people/", {"role": "mentor"})) == ["x2"]
    assert names_on(coordinator.get("/people/", {"left": "yes"})) == ["x1"]
    assert names_on(coordinator.get("/people/", {"function": "Data"})) == ["x2"]
    page = coordinator.get("/people/", {"role": "boss", "sort": "salary", "page": "nine", "q": "\0"})
    assert page.context["page"].paginator.count == 9


def test_sorting_by_grade_puts_the_most_senior_first_and_the_unknown_last(coordinator):
    make_person("x1", "No", "Grade", grade=None)
    listed = names_on(coordinator.get("/people/", {"sort": "grade"}))
    assert (listed[0], listed[-1]) == ("n-mentee", "x1")


def test_nothing_found_and_nobody_here_say_what_to_do(coordinator):
    assert "Nobody here matches “zebra”" in text_of(coordinator.get("/people/", {"q": "zebra"}))
    Person.objects.all().delete()
    assert "Nobody is here yet" in text_of(coordinator.get("/people/"))


def test_a_person_page_shows_line_topics_and_only_ones_own_programmes(northmoor, coordinator, clock):
    bring_in(FULL, clock=clock)
    cleo = Person.objects.get(person_id="e3")
    page = text_of(coordinator.get(f"/people/{cleo.public_id}/"))
    for words in ("Cleo Marsh", "Ben Ode", "Ada Byron", "Python", "level 5 of 5", "How boards decide", "22:00–06:00"):
        assert words in page
    mentor = northmoor.people["mentor"]
    assert "Fresh Eyes" in text_of(coordinator.get(f"/people/{mentor.public_id}/"))
    northmoor.sign_in(coordinator, "coordinator_elsewhere")
    page = coordinator.get(f"/people/{mentor.public_id}/")
    assert "In your programmes" not in text_of(page)


def test_what_people_say_in_confidence_is_not_on_their_page(northmoor, coordinator):
    mentor = northmoor.people["mentor"]
    mentor.boundaries = "canary-boundary"
    mentor.save()
    mentor.preferences.create(preferred_id_text="canary-wish", rank=1)
    assert "canary" not in coordinator.get(f"/people/{mentor.public_id}/").content.decode()


def test_nobody_has_an_address_that_is_not_theirs(coordinator):
    assert coordinator.get("/people/nobodyhasthisid12345/").status_code == 404


def test_both_pages_ask_equally_often_for_two_people_and_two_hundred(coordinator):
    counts = []
    boss = make_person("boss", "Bo", "Ss")
    for number in (2, 200):
        for one in range(number):
            make_person(f"q{number}-{one}", "Q", f"{one}", manager=boss, function=f"F{one}")
        for address in ("/people/", f"/people/{boss.public_id}/"):
            with CaptureQueriesContext(connection) as queries:
                assert coordinator.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 15
