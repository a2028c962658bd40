"""A proposal's page for its two sides: what each reads before saying yes, and what neither ever reads."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_publishing import coordinator, say
from tests.personas import Northmoor
from viceversa.pairing.actions import publish_run
from viceversa.pairing.models import Pair, Proposal, ProposalAnswer
from viceversa.people.models import RankedPreference, TopicOffer


@pytest.fixture
def proposal(northmoor: Northmoor, clock: MovableClock) -> Proposal:
    pool = pools.pool_of(northmoor, now=clock(), pairs=1)
    mentor, mentee = pool.mentors[0].person, pool.mentees[0].person
    TopicOffer.objects.create(person=mentor, topic=pools.topic("Unasked-for topic"), level=5)
    RankedPreference.objects.create(author=mentor, preferred_id_text=mentee.person_id, rank=1)
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    return run.proposals.get()


def signed_in(proposal: Proposal, side: str) -> Client:
    client = Client()
    user = getattr(proposal, side).person.user
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, proposal: Proposal) -> str:
    response = client.get(reverse("proposal", args=[proposal.public_id]))
    assert response.status_code == 200
    return str(response.content.decode())


def answered(client: Client, proposal: Proposal, **data: str):  # type: ignore[no-untyped-def]
    return client.post(reverse("proposal", args=[proposal.public_id]), data)


def test_the_leader_reads_who_it_is_and_what_they_share_and_no_more(proposal: Proposal) -> None:
    page = shown(signed_in(proposal, "mentee"), proposal)
    assert "Would you like to meet Junior J0?" in page
    assert "Junior can show you “How our meetings feel”" in page
    assert "until" not in page or "answer by" in page
    assert "Unasked-for topic" not in page, "topics that are not shared stay the mentor's own"
    assert proposal.mentor.person.email not in page, "addresses come with the second yes"
    assert "chose you" not in page, "whom the mentor would like stays the mentor's own"
    assert "ranked" not in page


def test_the_mentor_reads_their_own_choice(proposal: Proposal) -> None:
    page = shown(signed_in(proposal, "mentor"), proposal)
    assert "You chose Senior yourself." in page
    assert "You can show Senior what they want to learn: “How our meetings feel”" in page


def test_looking_changes_nothing(proposal: Proposal) -> None:
    for side in ("mentor", "mentee"):
        shown(signed_in(proposal, side), proposal)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.PROPOSED
    assert not ProposalAnswer.objects.filter(proposal=proposal).exists()


def test_two_who_say_yes_come_to_their_pair(proposal: Proposal) -> None:
    mentor, mentee = signed_in(proposal, "mentor"), signed_in(proposal, "mentee")
    answered(mentor, proposal, word="yes")
    assert "You said yes to Senior S0" in shown(mentor, proposal)
    assert "Would you like to meet" in shown(mentee, proposal), "the other's yes is not told"
    last = answered(mentee, proposal, word="yes")
    pair = Pair.objects.get(proposal=proposal)
    assert last["Location"] == reverse("pair", args=[pair.public_id])
    assert "are a pair" in shown(mentor, proposal)


def test_a_no_is_private_whoever_asks(proposal: Proposal) -> None:
    mentor, mentee = signed_in(proposal, "mentor"), signed_in(proposal, "mentee")
    answered(mentor, proposal, word="yes")
    answered(mentee, proposal, word="no", reason="canary-reason")
    own = shown(mentee, proposal)
    assert "You said no, and that is all" in own
    partner = shown(mentor, proposal)
    assert "The programme has not gone ahead with this pairing" in partner
    assert "said no" not in partner
    assert "canary-reason" not in own + partner
    assert proposal.mentee.person.family_name not in partner


def test_a_no_is_not_to_be_seen_by_a_partner_who_has_not_answered(proposal: Proposal) -> None:
    mentor, mentee = signed_in(proposal, "mentor"), signed_in(proposal, "mentee")
    address = reverse("proposal", args=[proposal.public_id])

    def seen() -> list[str]:
        pages = [shown(mentee, proposal), str(mentee.get(reverse("home")).content.decode())]
        return [re.sub(r'name="csrfmiddlewaretoken"[^>]*|nonce="[^"]*"', "", page) for page in pages]

    before = seen()
    answered(mentor, proposal, word="no")
    assert seen() == before
    assert address in before[1], "the home asks for the answer"
    assert address not in mentor.get(reverse("home")).content.decode(), "nothing is asked of who said no"
    answered(mentee, proposal, word="yes")
    assert "The programme has not gone ahead with this pairing" in shown(mentee, proposal)
    assert "You said no, and that is all" in shown(mentor, proposal)


def test_every_end_reads_the_same_to_the_other_side(proposal: Proposal, clock: MovableClock) -> None:
    """Declined by the partner, or ended by the date: the page must not differ by a word."""
    mentor = signed_in(proposal, "mentor")

    def told() -> str:
        page = re.sub(r'name="csrfmiddlewaretoken"[^>]*', "", shown(mentor, proposal))
        return re.sub(r'nonce="[^"]*"', "", page)

    say(proposal, "mentor", "yes", clock)
    say(proposal, "mentee", "no", clock)
    declined = told()
    proposal.answers.filter(word="no").delete()
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.EXPIRED)
    assert told() == declined


def test_a_reason_that_is_too_long_is_kept_in_the_form_and_nothing_is_decided(proposal: Proposal) -> None:
    page = answered(signed_in(proposal, "mentee"), proposal, word="no", reason="x" * 501)
    assert page.status_code == 200
    words = page.content.decode()
    assert "<title>Error:" in words
    assert words.count("Shorten the reason to 500 characters or fewer") == 2
    assert "x" * 501 in words
    assert not ProposalAnswer.objects.exists()


def test_an_answer_without_a_word_is_asked_again(proposal: Proposal) -> None:
    page = answered(signed_in(proposal, "mentee"), proposal, word="perhaps")
    assert "Choose yes or no with one of the buttons" in page.content.decode()
    assert not ProposalAnswer.objects.exists()


def test_a_draft_is_nobodys_yet(proposal: Proposal) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.DRAFT, published_at=None)
    address = reverse("proposal", args=[proposal.public_id])
    assert signed_in(proposal, "mentor").get(address).status_code == 404


def test_the_coordinator_and_strangers_do_not_read_it(proposal: Proposal, northmoor: Northmoor, client: Client) -> None:
    address = reverse("proposal", args=[proposal.public_id])
    assert northmoor.sign_in(client, "coordinator").get(address).status_code == 403
    assert northmoor.sign_in(Client(), "mentor").get(address).status_code == 404
