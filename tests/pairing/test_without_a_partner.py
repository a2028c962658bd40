"""One count of who has no partner: the day's page, the matching and the closing say the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.pairing.funnel import funnel_of
from viceversa.pairing.snapshot import looking_counts
from viceversa.programmes.closing import open_in
from viceversa.programmes.models import Enrolment, Pause


@pytest.fixture
def leaders(northmoor: Northmoor, clock: MovableClock) -> list[Enrolment]:
    """Four more leaders without a mentor."""
    return [
        Enrolment.objects.create(
            cohort=northmoor.cohort,
            person=make_person(f"w{number}", "Wil", f"Waits {number}"),
            role="mentee",
            state="submitted",
            invited_at=clock(),
        )
        for number in range(4)
    ]


def counts(northmoor: Northmoor, *, on: date) -> tuple[int, int, int]:
    """As the day's page, the matching and the closing count."""
    funnel = funnel_of(northmoor.cohort, on=on)
    looking = looking_counts(northmoor.cohort, on=on)
    assert funnel.mentors.waiting == 0
    return funnel.leaders.waiting, looking["mentee"], open_in([northmoor.cohort], on=on).waiting


def test_every_page_counts_the_same_people_without_a_partner(northmoor, clock, leaders):
    assert counts(northmoor, on=clock().date()) == (4, 4, 4)


def test_who_paused_or_has_left_is_counted_apart(northmoor, clock, leaders):
    today = clock().date()
    Pause.objects.create(enrolment=leaders[0], from_on=today, until_on=today + timedelta(days=20), made_at=clock())
    person = leaders[1].person
    person.leave_date = today - timedelta(days=1)
    person.save()
    assert counts(northmoor, on=today) == (2, 2, 2)
    assert open_in([northmoor.cohort], on=today).aside == 2


def test_who_waits_for_a_place_is_no_person_without_a_partner(northmoor, clock, leaders):
    Enrolment.objects.filter(pk=leaders[0].pk).update(state="waiting")
    Enrolment.objects.filter(pk=leaders[1].pk).update(state="applied", applied_at=clock())
    assert counts(northmoor, on=clock().date()) == (2, 2, 2)
    assert open_in([northmoor.cohort], on=clock().date()).standing_by == 2


def test_a_closing_counts_invitations_without_an_answer_and_who_waits_for_a_place_apart(northmoor, clock, leaders):
    before = open_in([northmoor.cohort], on=clock().date())
    for enrolment, state in zip(leaders, ("invited", "draft", "waiting"), strict=False):
        Enrolment.objects.filter(pk=enrolment.pk).update(state=state)
    after = open_in([northmoor.cohort], on=clock().date())
    assert (after.unanswered - before.unanswered, after.standing_by - before.standing_by) == (2, 1)
