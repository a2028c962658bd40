"""Running pairs whose two come into one reporting line pause, go on when in none, and coordinators alone know."""

from __future__ import annotations

from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.people.files import bring_in
from tests.personas import Northmoor
from viceversa.accounts.models import Event
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.ending import end_pair
from viceversa.pairing.line_holds import check_cohort, check_running_pairs
from viceversa.pairing.models import Ending, Pair, PairHold
from viceversa.people.actions import request_undo
from viceversa.people.models import RosterImport
from viceversa.programmes.policy import complete_policy


def brought_in(world: Northmoor, clock: MovableClock, *, manager: str) -> RosterImport:
    """A people file that says who leads the mentor."""
    mentor = world.people["mentor"]
    mail.outbox.clear()
    return bring_in(
        f"person_id,given_name,family_name,manager_id,grade,role\n"
        f"{mentor.person_id},{mentor.given_name},{mentor.family_name},{manager},{mentor.grade},\n",
        clock=clock,
        by=world.users["coordinator"],
    )


def led_by_the_leader(world: Northmoor, clock: MovableClock) -> RosterImport:
    return brought_in(world, clock, manager=world.people["mentee"].person_id)


def state_of(world: Northmoor) -> str:
    return Pair.objects.get(pk=world.pair.pk).state


def test_a_people_file_pauses_who_is_in_one_line_now_and_tells_the_coordinators_alone(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    was = state_of(northmoor)
    roster = led_by_the_leader(northmoor, clock)
    assert roster.state == RosterImport.State.APPLIED, roster.problem
    assert state_of(northmoor) == Pair.State.PAUSED
    assert PairHold.objects.standing().get().was == was
    coordinator = northmoor.users["coordinator"].email
    told = [message for message in mail.outbox if "reporting line" in message.subject]
    assert [message.to for message in told] == [[coordinator]]
    names = [northmoor.people[one].family_name for one in ("mentor", "mentee")]
    assert not any(name in told[0].body for name in names)
    for one in ("mentor", "mentee"):
        assert northmoor.people[one].email not in {address for message in mail.outbox for address in message.to}


def test_undoing_the_file_lets_them_go_on_as_they_were(northmoor: Northmoor, clock: MovableClock) -> None:
    was = state_of(northmoor)
    roster = led_by_the_leader(northmoor, clock)
    request_undo(roster, by=northmoor.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert roster.state == RosterImport.State.UNDONE
    assert state_of(northmoor) == was
    assert not PairHold.objects.standing().exists()
    assert PairHold.objects.count() == 1


def test_a_later_file_lets_them_go_on_and_another_pauses_them_again(northmoor: Northmoor, clock: MovableClock) -> None:
    was = state_of(northmoor)
    led_by_the_leader(northmoor, clock)
    brought_in(northmoor, clock, manager="")
    assert state_of(northmoor) == was
    led_by_the_leader(northmoor, clock)
    assert state_of(northmoor) == Pair.State.PAUSED
    verbs = Event.objects.filter(verb__in=("pair.held", "pair.goes_on")).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["pair.held", "pair.goes_on", "pair.held"]


def test_checking_again_changes_and_tells_nothing(northmoor: Northmoor, clock: MovableClock) -> None:
    led_by_the_leader(northmoor, clock)
    mail.outbox.clear()
    clock.forward(hours=1)
    assert check_running_pairs(now=clock()) == 0
    run_until_idle(clock=clock)
    assert PairHold.objects.count() == 1
    assert not [message for message in mail.outbox if "reporting line" in message.subject]


def test_the_same_manager_is_no_reporting_line_and_pauses_nobody(northmoor: Northmoor, clock: MovableClock) -> None:
    was = state_of(northmoor)
    boss = northmoor.people["line_manager"]
    for one in ("mentor", "mentee"):
        northmoor.people[one].manager = boss
        northmoor.people[one].save()
    assert check_cohort(northmoor.cohort, now=clock()) == 0
    assert state_of(northmoor) == was


def test_a_programme_that_allows_it_pauses_nobody_and_lets_go_on_who_was_paused(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    was = state_of(northmoor)
    led_by_the_leader(northmoor, clock)
    policy = complete_policy(northmoor.programme.policy)
    policy["rules"]["reporting_line"] = 0
    northmoor.programme.policy = policy
    northmoor.programme.save()
    assert check_running_pairs(now=clock()) == 0
    assert state_of(northmoor) == was


def test_a_pair_that_ended_meanwhile_stays_ended(northmoor: Northmoor, clock: MovableClock) -> None:
    led_by_the_leader(northmoor, clock)
    end_pair(northmoor.pair, why=Ending.Category.WITHDREW, side="mentor", by=None, now=clock())
    brought_in(northmoor, clock, manager="")
    assert state_of(northmoor) == Pair.State.EXITED
    assert not PairHold.objects.standing().exists()


def test_the_coordinators_desk_says_so_and_the_two_read_nothing_of_it(
    northmoor: Northmoor, clock: MovableClock, client: Client
) -> None:
    address = reverse("pair", args=[northmoor.pair.public_id])
    northmoor.sign_in(client, "mentor")
    before = [line for line in client.get(address).content.decode().splitlines() if "csrf" not in line]
    led_by_the_leader(northmoor, clock)
    after = [line for line in client.get(address).content.decode().splitlines() if "csrf" not in line]
    assert "line" not in " ".join(set(after) - set(before))
    assert "aused" not in " ".join(after)
    northmoor.sign_in(client, "coordinator")
    desk = client.get(reverse("programme", args=[northmoor.programme.public_id])).content.decode()
    assert "are now in one reporting line" in desk
    assert "The pair is paused, and you alone know" in desk
