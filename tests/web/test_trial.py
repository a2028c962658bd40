"""The trial as the two of a pair see it: on the home, on the pair's page, and one page with two buttons."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.pairing.models import Pair, TrialWord
from viceversa.pairing.trial import ask_after_trial


@pytest.fixture
def url(northmoor: Northmoor, clock: MovableClock) -> str:
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.TRIAL, trial_asked_at=None, formed_at=clock())
    ask_after_trial(Pair.objects.get(pk=northmoor.pair.pk), now=clock())
    return reverse("pair_trial", args=[northmoor.pair.public_id])


def test_the_pair_and_its_trial_page_say_what_is_asked(northmoor: Northmoor, client: Client, url: str) -> None:
    mentor = northmoor.sign_in(client, "mentor")
    assert url in mentor.get(reverse("pair", args=[northmoor.pair.public_id])).content.decode()
    shown = mentor.get(url).content.decode()
    assert "Go on together" in shown
    assert "Only you. Not the partner, not the coordinator, not IT." in shown


def test_nothing_chosen_is_said_at_the_top(northmoor: Northmoor, client: Client, url: str) -> None:
    shown = northmoor.sign_in(client, "mentor").post(url, {"word": "maybe"}).content.decode()
    assert "Choose with one of the two buttons" in shown
    assert not TrialWord.objects.exists()


def test_the_partner_reads_only_that_the_programme_concluded_it(northmoor: Northmoor, client: Client, url: str) -> None:
    northmoor.sign_in(client, "mentee").post(url, {"word": "another"})
    shown = northmoor.sign_in(client, "mentor").get(reverse("pair", args=[northmoor.pair.public_id])).content.decode()
    assert "The programme concluded this pairing" in shown
    assert "stopped taking part" not in shown
    coordinator = northmoor.sign_in(client, "coordinator")
    listed = coordinator.get(reverse("pair_list", args=[northmoor.programme.public_id])).content.decode()
    assert "One pair ended on trial. Who wanted another partner is kept from everybody." in listed


def test_after_the_trial_the_page_leads_to_the_pair(northmoor: Northmoor, client: Client, url: str) -> None:
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.ACTIVE)
    mentor = northmoor.sign_in(client, "mentor")
    assert mentor.get(url)["Location"] == reverse("pair", args=[northmoor.pair.public_id])
    assert "over already" in mentor.post(url, {"word": "another"}, follow=True).content.decode()


def test_a_coordinator_turns_trials_off_in_the_design(northmoor: Northmoor, client: Client) -> None:
    coordinator = northmoor.sign_in(client, "coordinator")
    page = coordinator.get(reverse("programme_part", args=[northmoor.programme.public_id, "rhythm"])).content.decode()
    assert "Every pair begins on trial" in page
