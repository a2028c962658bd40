"""“Tell me more” on the pages: asked at the proposal, dealt with at the coordinator's desk, read by nobody else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from tests.web.test_proposals import proposal as proposal
from tests.web.test_proposals import shown, signed_in
from viceversa.pairing.models import PartnerQuestion, Proposal
from viceversa.pairing.partner_questions import ask_partner

QUESTION, ANSWER = "canary-question", "canary-answer"


def ask_url(proposal: Proposal) -> str:
    return reverse("proposal_question", args=[proposal.public_id])


def desk(world: Northmoor) -> str:
    return reverse("question_desk", args=[world.programme.public_id])


def test_a_question_goes_there_and_back_through_the_coordinator(northmoor: Northmoor, proposal: Proposal) -> None:
    mentee, mentor = signed_in(proposal, "mentee"), signed_in(proposal, "mentor")
    coordinator = northmoor.sign_in(Client(), "coordinator")
    assert "The coordinators read it and may pass it on" in shown(mentee, proposal)
    mentee.post(ask_url(proposal), {"question": QUESTION})
    about = PartnerQuestion.objects.get().public_id
    assert QUESTION in shown(mentee, proposal)
    assert QUESTION not in shown(mentor, proposal)
    runs = coordinator.get(reverse("run_list", args=[northmoor.programme.public_id])).content.decode()
    assert "One question to a proposed partner waits for you" in runs
    assert QUESTION in coordinator.get(desk(northmoor)).content.decode()
    coordinator.post(desk(northmoor), {"about": about, "do": "pass_on"})
    assert QUESTION in shown(mentor, proposal)
    mentor.post(ask_url(proposal), {"about": about, "answer": ANSWER})
    assert ANSWER not in shown(mentee, proposal)
    coordinator.post(desk(northmoor), {"about": about, "do": "hand_on"})
    assert ANSWER in shown(mentee, proposal)


def test_nothing_entered_keeps_the_page_and_says_what_to_do(northmoor: Northmoor, proposal: Proposal) -> None:
    mentee = signed_in(proposal, "mentee")
    page = mentee.post(ask_url(proposal), {"question": " "}).content.decode()
    assert "Error: Your question" in page
    assert "Enter what you would like to know" in page
    mentee.post(ask_url(proposal), {"question": QUESTION})
    coordinator = northmoor.sign_in(Client(), "coordinator")
    about = PartnerQuestion.objects.get().public_id
    page = coordinator.post(desk(northmoor), {"about": about, "do": "decline", "reply": ""}).content.decode()
    assert "Enter a word to whoever asked" in page
    assert PartnerQuestion.objects.get().state == PartnerQuestion.State.ASKED


def test_two_coordinators_at_once_change_it_once(northmoor: Northmoor, proposal: Proposal) -> None:
    signed_in(proposal, "mentee").post(ask_url(proposal), {"question": QUESTION})
    coordinator = northmoor.sign_in(Client(), "coordinator")
    about = PartnerQuestion.objects.get().public_id
    coordinator.post(desk(northmoor), {"about": about, "do": "pass_on"})
    late = coordinator.post(desk(northmoor), {"about": about, "do": "decline", "reply": "No."}, follow=True)
    assert "somebody dealt with it meanwhile" in late.content.decode()
    assert PartnerQuestion.objects.get().state == PartnerQuestion.State.PASSED_ON


def test_the_other_side_cannot_answer_what_was_not_passed_on(northmoor: Northmoor, proposal: Proposal) -> None:
    signed_in(proposal, "mentee").post(ask_url(proposal), {"question": QUESTION})
    about = PartnerQuestion.objects.get().public_id
    mentor = signed_in(proposal, "mentor")
    assert mentor.post(ask_url(proposal), {"about": about, "answer": ANSWER}).status_code == 404


@pytest.mark.parametrize("persona", ["sponsor", "administrator", "outsider", "other_mentor", "coordinator_elsewhere"])
def test_nobody_else_reads_it(northmoor: Northmoor, proposal: Proposal, persona: str) -> None:
    signed_in(proposal, "mentee").post(ask_url(proposal), {"question": QUESTION})
    other = northmoor.sign_in(Client(), persona)
    for url in (desk(northmoor), reverse("proposal", args=[proposal.public_id])):
        response = other.get(url)
        assert response.status_code in (403, 404)
        assert QUESTION not in response.content.decode()


def test_the_desk_asks_no_more_of_many_than_of_few(
    northmoor: Northmoor, proposal: Proposal, clock: MovableClock
) -> None:
    coordinator = northmoor.sign_in(Client(), "coordinator")

    def queries(more: int) -> int:
        for _number in range(more):
            user = proposal.mentee.person.user
            assert user is not None
            PartnerQuestion.objects.update(state=PartnerQuestion.State.LAPSED)
            ask_partner(proposal=proposal, enrolment=proposal.mentee, words=QUESTION, by=user, now=clock())
        with CaptureQueriesContext(connection) as asked:
            assert coordinator.get(desk(northmoor)).status_code == 200
        return len(asked)

    assert queries(1) == queries(4) <= 15
