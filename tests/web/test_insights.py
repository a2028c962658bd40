"""Participation facts as pages: what each role reads."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.test_cockpit import MOST_QUERIES, more_pairs, queries_for, words_of
from viceversa.journey.models import Meeting
from viceversa.programmes.models import Programme


def facts(northmoor, persona: str) -> str:
    client = northmoor.sign_in(Client(), persona)
    return words_of(client.get(reverse("programme_insights", args=[northmoor.programme.public_id])))


def test_the_coordinator_reads_exact_numbers(northmoor):
    answer = facts(northmoor, "coordinator")
    assert "There are 2 pairs." in answer
    assert "hidden for privacy" not in answer


@pytest.mark.parametrize(("persona", "least"), [("sponsor", 10), ("analyst", 5)])
def test_too_small_a_programme_is_hidden_with_its_reason(northmoor, persona, least):
    answer = facts(northmoor, persona)
    assert "So few take part so far that nothing can be told without naming them." in answer
    assert "Some of it is hidden for privacy" in answer
    assert f"A number is shown from {least} on" in answer
    assert f"fewer than {least}" in answer


def test_what_is_over_and_small_is_not_said_to_become_clearer(northmoor, clock):
    clock.now = datetime.combine(northmoor.cohort.ends_on, time(9), tzinfo=UTC) + timedelta(days=30)
    answer = facts(northmoor, "sponsor")
    assert "So few took part that nothing can be told without naming them." in answer
    assert "Too little can be told to decide by" in answer
    assert "It is too early to decide" not in answer


def test_a_sponsor_reads_counts_from_ten_and_shares_in_fives(northmoor, clock):
    more_pairs(northmoor, clock, 11)
    Meeting.objects.filter(title="Talk", number=1).update(state=Meeting.State.HELD, held_at=clock() - timedelta(days=9))
    answer = facts(northmoor, "sponsor")
    assert "There are 13 pairs, and 50 % of their meetings take place." in answer
    assert "Leaders: 13; mentors: 13" in answer
    assert "about 20" in answer  # 11 hours of two
    assert facts(northmoor, "analyst").count("about 15") == 6  # each side twice, the pairs, and the headline


@pytest.mark.parametrize("persona", ["coordinator", "sponsor", "analyst"])
def test_no_page_of_facts_names_anybody_of_a_pair(northmoor, clock, persona):
    more_pairs(northmoor, clock, 11)
    answer = facts(northmoor, persona)
    assert [name for name in ("Solberg", "Raman", "Mentee00", "Given1") if name in answer] == []


def test_objectives_stand_with_their_numbers_and_without_a_claim(northmoor):
    answer = facts(northmoor, "sponsor")
    assert "Leaders know how work feels" in answer
    assert "40 %" in answer
    assert "It does not say whether the programme works" in answer


def test_facts_ask_as_often_for_two_pairs_as_for_two_hundred(northmoor, clock):
    client = northmoor.sign_in(Client(), "sponsor")
    path = reverse("programme_insights", args=[northmoor.programme.public_id])
    few = queries_for(client, path)
    more_pairs(northmoor, clock, 60)
    assert queries_for(client, path) == few
    assert few <= MOST_QUERIES


def test_whoever_reads_one_programme_is_led_to_it(northmoor):
    answer = northmoor.sign_in(Client(), "sponsor").get(reverse("insights_list"))
    assert answer["Location"] == reverse("programme_insights", args=[northmoor.programme.public_id])


def test_an_analyst_reads_every_launched_programme(northmoor):
    client = northmoor.sign_in(Client(), "analyst")
    answer = words_of(client.get(reverse("insights_list")))
    assert ("Fresh Eyes" in answer, "Other Voices" in answer) == (True, True)
    Programme.objects.filter(pk=northmoor.other_programme.pk).update(state=Programme.State.DRAFT)
    assert client.get(reverse("insights_list")).status_code == 302


def test_somebody_without_a_role_reads_that_there_is_nothing(northmoor):
    answer = words_of(northmoor.sign_in(Client(), "outsider").get(reverse("insights_list")))
    assert "There are no facts for you to read yet" in answer
