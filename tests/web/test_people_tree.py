"""The reporting tree as a page: who takes part, and whom the line keeps apart."""

from __future__ import annotations

import re

import pytest

from tests.personas import make_person
from viceversa.programmes.models import Enrolment


@pytest.fixture
def coordinator(northmoor, client):
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def line(northmoor):
    """Henrik, a leader, above Priya, a mentor, with somebody between them who takes no part."""
    leader, mentor = northmoor.people["mentee"], northmoor.people["mentor"]
    between = make_person("between", "Be", "Tween", manager=leader)
    mentor.manager = between
    mentor.save()
    return leader, between, mentor


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def drawn(response) -> dict[str, str]:
    """Person number → why they are kept apart from the person at hand, of everybody drawn."""
    nodes = [*response.context["above"], *response.context["branches"]]
    nodes += [twig for node in nodes for twig in node.below]
    return {node.person.person_id: node.apart for node in nodes}


def test_a_leader_and_a_mentor_below_them_are_kept_apart_at_any_distance(coordinator, line):
    leader, _between, mentor = line
    page = coordinator.get("/people/tree/", {"at": leader.public_id})
    assert drawn(page) == {"between": "", "n-mentor": "line"}
    assert "nobody is paired with anybody above or below them, at any distance" in text_of(page)
    assert "no pair: one line" in text_of(page)
    assert drawn(coordinator.get("/people/tree/", {"at": mentor.public_id})) == {"n-mentee": "line", "between": ""}


def test_the_rules_of_the_programme_decide_how_far_the_line_reaches(northmoor, coordinator, line):
    leader, _between, _mentor = line
    northmoor.programme.policy = {"rules": {"reporting_line": 1}}
    northmoor.programme.save()
    page = coordinator.get("/people/tree/", {"at": leader.public_id})
    assert drawn(page)["n-mentor"] == ""
    assert "whoever stands directly above or below them" in text_of(page)
    northmoor.programme.policy = {"rules": {"reporting_line": 0}}
    northmoor.programme.save()
    assert "allows pairs in one line" in text_of(coordinator.get("/people/tree/", {"at": leader.public_id}))


def test_only_people_who_take_part_on_the_other_side_are_marked(northmoor, coordinator, line):
    leader, _between, mentor = line
    Enrolment.objects.filter(person=mentor).update(state=Enrolment.State.WITHDRAWN)
    page = coordinator.get("/people/tree/", {"at": leader.public_id})
    assert set(drawn(page).values()) == {""}


def test_colleagues_under_one_manager_are_said_to_be_kept_apart_where_the_rule_stands(northmoor, coordinator, line):
    _leader, between, mentor = line
    other = northmoor.people["same_programme_mentee"]
    other.manager = between
    other.save()
    page = text_of(coordinator.get("/people/tree/", {"at": mentor.public_id}))
    assert "Daniel Kerr" in page
    assert "the same person judges both" in page
    northmoor.programme.policy = {"rules": {"same_manager": True}}
    northmoor.programme.save()
    page = text_of(coordinator.get("/people/tree/", {"at": mentor.public_id}))
    assert "allows pairs under one manager" in page


def test_who_takes_part_in_another_coordinators_programme_is_not_shown(northmoor, coordinator):
    elsewhere = northmoor.people["other_mentor"]
    cohort = northmoor.other_programme.cohorts.get().public_id
    page = coordinator.get("/people/tree/", {"at": elsewhere.public_id, "cohort": cohort})
    assert "Other Voices" not in page.content.decode()
    assert page.context["centre"].sides == frozenset()


def test_the_only_one_at_the_top_is_drawn_at_once_with_two_levels_below(coordinator, line):
    page = coordinator.get("/people/tree/")
    assert page.context["person"] == line[0]
    assert list(drawn(page)) == ["between", "n-mentor"]
    assert "1 person reports to them, and 2 stand below at any distance" in text_of(page)


def test_several_at_the_top_stand_beside_each_other_each_with_the_first_below(coordinator, line):
    other = make_person("boss", "Other", "Boss")
    make_person("helps", "Somebody", "Below", manager=other)
    page = coordinator.get("/people/tree/")
    seen = {node.person.person_id: [twig.person.person_id for twig in node.below] for node in page.context["roots"]}
    assert seen == {"boss": ["helps"], "n-mentee": ["between"]}
    assert [node.under for node in page.context["roots"]] == [1, 2]
    assert f"?at={line[0].public_id}" in page.content.decode()


def test_whoever_is_searched_for_stands_open_in_their_branch(northmoor, coordinator, line):
    leader, between, mentor = line
    cohort = northmoor.programme.cohorts.get().public_id
    found = coordinator.get("/people/tree/", {"q": "Be Tween", "cohort": cohort}, follow=True)
    assert found.redirect_chain == [(f"/people/tree/?at={between.public_id}&cohort={cohort}", 302)]
    assert [node.person for node in found.context["above"]] == [leader]
    assert list(drawn(found)) == ["n-mentee", "n-mentor"]
    several = coordinator.get("/people/tree/", {"q": "e"})
    assert {leader.public_id, between.public_id} <= {node.person.public_id for node in several.context["roots"]}
    assert "Nobody fits" in text_of(coordinator.get("/people/tree/", {"q": "qqqq"}))
    assert mentor.person_id in drawn(coordinator.get("/people/tree/", {"at": between.public_id}))


def test_a_manager_of_many_is_drawn_page_by_page(coordinator, line):
    for number in range(60):
        make_person(f"m{number:02}", "Many", f"{number:02}", manager=line[1])
    first = coordinator.get("/people/tree/", {"at": line[1].public_id})
    third = coordinator.get("/people/tree/", {"at": line[1].public_id, "page": 3})
    assert [len(page.context["branches"]) for page in (first, third)] == [24, 13]
    assert "61 people report to Be Tween" in text_of(third)
    assert "49 to 61 of 61" in text_of(third)


def test_nobody_there_is_not_found_and_nobody_else_draws_the_tree(northmoor, coordinator, client):
    assert coordinator.get("/people/tree/", {"at": "nobody-at-all"}).status_code == 404
    for persona in ("mentor", "sponsor", "administrator", "delegate"):
        northmoor.sign_in(client, persona)
        assert client.get("/people/tree/").status_code in (403, 404)
