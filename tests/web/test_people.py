"""The directory and a person's page: what the organisation tells, for coordinators alone."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.people.files import FULL, bring_in
from tests.personas import make_person
from viceversa.people.directory import directory, wish_from
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
    assert "In none of the programmes that you coordinate" in text_of(page)
    assert "Fresh Eyes" not in text_of(page)


def test_languages_are_told_by_name(northmoor, coordinator):
    somebody = northmoor.enrolments["mentor"].person
    somebody.languages = ["en", "de"]
    somebody.save()
    assert "English, German" in text_of(coordinator.get(f"/people/{somebody.public_id}/"))


def test_what_people_say_in_confidence_is_not_on_their_page(northmoor, coordinator):
    mentor = northmoor.people["mentor"]
    mentor.boundaries = "canary-boundary"
    mentor.save()
    mentor.preferences.create(preferred_id_text="canary-wish", rank=1)
    assert "canary" not in coordinator.get(f"/people/{mentor.public_id}/").content.decode()


def test_every_filter_narrows_and_shows_how_to_take_it_out(northmoor, coordinator):
    boss = make_person("x0", "Bo", "Ss", grade=6, location="Hull", function="Data")
    make_person("x1", "Di", "Rect", manager=boss, location="Hull", grade=5, email="", function="Data")
    for asked, expected in (
        ({"location": "Hull"}, ["x1", "x0"]),
        ({"function": "Data", "grade_least": "6"}, ["x0"]),
        ({"location": "Hull", "grade_most": "5"}, ["x1"]),
        ({"no_email": "yes"}, ["x1"]),
        ({"manager": boss.public_id}, ["x1"]),
    ):
        assert names_on(coordinator.get("/people/", asked)) == expected, asked
    page = coordinator.get("/people/", {"manager": boss.public_id, "location": "Hull"})
    assert [filter.words for filter in page.context["shown"]] == ["Hull", "reports to Bo Ss"]
    assert f'href="?manager={boss.public_id}" aria-label="Take out: Hull"' in page.content.decode()


def test_people_are_found_by_where_they_stand_in_a_cohort_of_ones_own_and_of_no_other(northmoor, coordinator):
    mine, other = northmoor.cohort.public_id, northmoor.other_programme.cohorts.get().public_id
    assert len(names_on(coordinator.get("/people/", {"cohort": mine}))) == 4
    assert len(names_on(coordinator.get("/people/", {"cohort": mine, "standing": "out"}))) == 4
    assert names_on(coordinator.get("/people/", {"cohort": mine, "standing": "declined"})) == []
    page = coordinator.get("/people/", {"cohort": other})
    assert page.context["page"].paginator.count == 8
    assert "Other Voices" not in page.content.decode()


def test_unreadable_grades_are_not_asked(coordinator):
    for typed in ("seven", "9" * 400, "٣", "--3", "1e3"):
        assert coordinator.get("/people/", {"grade_least": typed}).context["page"].paginator.count == 8


def file_of(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_the_list_as_a_file_holds_the_people_shown_and_runs_in_no_spreadsheet(northmoor, coordinator):
    make_person("x1", "=1+1", "@Sum", function="Data", job_title="＝cmd", location="-1", email="+49@example.org")
    make_person("x2", "Else", "Where", function="Stores")
    answer = coordinator.get("/people/list.csv", {"function": "Data"})
    lines = file_of(answer).splitlines()
    assert lines[0].startswith("\ufeffperson_id,given_name,")
    assert lines[1:] == ["x1,'=1+1,'@Sum,'+49@example.org,'＝cmd,Data,'-1,,2,,,"]
    assert answer["Content-Disposition"] == 'attachment; filename="people-2026-06-23.csv"'


def test_taking_the_list_out_is_an_event_without_names(northmoor, coordinator):
    from viceversa.accounts.models import Event

    coordinator.get("/people/list.csv", {"q": "priya"})
    event = Event.objects.get(verb="people.taken_out")
    assert (event.facts, event.actor) == ({"people": 1}, northmoor.users["coordinator"].public_id)


def test_what_the_file_tells_comes_back_in_through_the_import(coordinator):
    from viceversa.formats.people import read_people

    text = file_of(coordinator.get("/people/list.csv", {"function": "Operations"}))
    people = read_people(text.encode(), file_name="people.csv")
    assert [row.person_id for row in people.rows] == ["n-mentee"]


def test_from_a_person_one_comes_to_the_invitation_the_tree_and_their_list(northmoor, coordinator):
    boss = northmoor.people["line_manager"]
    page = coordinator.get(f"/people/{boss.public_id}/").content.decode()
    for href in (
        f"/programmes/{northmoor.programme.public_id}/invite/?words=line_manager%40northmoor.example"
        if boss.email.startswith("line")
        else f"/invite/?words={boss.email.replace('@', '%40')}",
        f"/people/tree/?at={boss.public_id}",
    ):
        assert href in page


def test_whoever_has_left_is_invited_to_nothing(northmoor, coordinator):
    gone = make_person("x1", "Gone", "Away", leave_date="2026-06-01")
    page = coordinator.get(f"/people/{gone.public_id}/")
    assert "left on 1 June 2026" in text_of(page)
    assert "Invite them" not in text_of(page)


def test_nobody_has_an_address_that_is_not_theirs(coordinator):
    assert coordinator.get("/people/nobodyhasthisid12345/").status_code == 404


def test_both_pages_ask_equally_often_for_two_people_and_two_hundred(coordinator):
    counts = []
    boss = make_person("boss", "Bo", "Ss", manager=make_person("top", "T", "Op"))
    make_person("beside", "Be", "Side", manager=boss.manager)
    for number in (2, 200):
        for one in range(number):
            make_person(f"q{number}-{one}", "Q", f"{one}", manager=boss, function=f"F{one}")
        for address in (
            "/people/",
            f"/people/{boss.public_id}/",
            "/people/tree/",
            f"/people/tree/?at={boss.public_id}",
        ):
            with CaptureQueriesContext(connection) as queries:
                assert coordinator.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 15


def test_an_order_alone_leaves_nobody_out_and_says_so(coordinator):
    page = text_of(coordinator.get("/people/", {"sort": "grade"}))
    assert "people are here" in page
    assert "people fit" not in page
    assert "Show everyone" not in page
    assert "people fit" in text_of(coordinator.get("/people/", {"sort": "grade", "q": "northmoor"}))


def test_where_nobody_is_yet_the_topics_can_be_looked_at(coordinator):
    Person.objects.all().delete()
    page = coordinator.get("/people/").content.decode()
    assert "Nobody is here yet" in page
    assert 'href="/topics/' in page.split("<main")[1] or 'href="/people/topics/' in page.split("<main")[1]


@pytest.mark.parametrize(
    "asked", ["", "sort=grade", "role=mentor", "role=none", "left=yes", "left=yes&role=mentor", "q=a"]
)
def test_the_list_is_as_long_as_the_people_that_are_asked_for(northmoor, client, clock, asked):
    today = clock().date()
    for number, (role, leaves) in enumerate([("mentor", today), ("mentor", None), ("", today), ("", None)]):
        make_person(f"x{number}", "Ada", f"Vale {number}", role=role, leave_date=leaves)
    northmoor.sign_in(client, "coordinator")
    page = client.get(f"/people/?{asked}").context["page"]
    people = list(directory(wish_from({**QueryDict(asked).dict(), "words": QueryDict(asked).get("q", "")}), on=today))
    assert page.paginator.count == len(people) > 0
    assert [person.pk for person in page] == [person.pk for person in people]
