"""Figures of a large cohort are at most a minute old; those of a small one, and one's own changes, show at once."""

from __future__ import annotations

import pytest

from tests.many import grow
from viceversa.journey import kept as module
from viceversa.journey.cockpit import cockpit_of, progress_of
from viceversa.journey.kept import KEPT_FOR, LARGE, forget, has_many_pairs, kept
from viceversa.pairing.models import Pair
from viceversa.programmes.models import Programme


@pytest.fixture
def large(northmoor, clock):
    grow(northmoor, LARGE, now=clock())
    return northmoor


def pairs_of(northmoor, clock) -> int:
    return progress_of(northmoor.programme.current_cohort, now=clock())[0].met.pairs


def leave_one(northmoor) -> None:
    pair = Pair.objects.filter(cohort=northmoor.cohort).exclude(state=Pair.State.EXITED).first()
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.EXITED)


def test_a_small_cohort_is_counted_anew_each_time(northmoor, clock):
    before = pairs_of(northmoor, clock)
    leave_one(northmoor)
    assert pairs_of(northmoor, clock) == before - 1


def test_a_large_cohorts_figures_are_kept_for_a_minute_and_no_longer(large, clock):
    before = pairs_of(large, clock)
    leave_one(large)
    clock.forward(seconds=KEPT_FOR.total_seconds() - 1)
    assert pairs_of(large, clock) == before
    clock.forward(seconds=1)
    assert pairs_of(large, clock) == before - 1


def test_a_clock_set_back_is_no_reason_to_keep_figures_for_ever(large, clock):
    before = pairs_of(large, clock)
    leave_one(large)
    clock.forward(hours=-1)
    assert pairs_of(large, clock) == before - 1


def test_the_cockpit_says_when_its_figures_were_counted(large, clock, client):
    first = clock()
    assert cockpit_of(large.programme, now=clock()).counted_at == first
    clock.forward(seconds=30)
    assert cockpit_of(large.programme, now=clock()).counted_at == first
    large.sign_in(client, "coordinator")
    page = client.get(f"/programmes/{large.programme.public_id}/").content.decode()
    assert "Counted at 09:00; so large a cohort is counted once a minute." in page


def test_what_the_coordinator_changes_shows_at_once(large, clock, client):
    page = f"/programmes/{large.programme.public_id}/"
    large.sign_in(client, "coordinator")
    before = client.get(page).context["cockpit"].met.pairs
    leave_one(large)
    assert client.get(page).context["cockpit"].met.pairs == before
    client.post(f"{page}contacted/", {"meeting": "none", "person": "none"})
    assert client.get(page).context["cockpit"].met.pairs == before - 1


def test_another_programmes_figures_are_not_forgotten_nor_given_for_these(large, clock):
    before = pairs_of(large, clock)
    leave_one(large)
    forget(large.other_programme.public_id)
    assert pairs_of(large, clock) == before
    assert pairs_of_other(large, clock) == 1


def pairs_of_other(northmoor, clock) -> int:
    return progress_of(northmoor.other_programme.current_cohort, now=clock())[0].met.pairs


def test_pairs_are_counted_up_to_where_a_cohort_is_large(northmoor, clock):
    cohort = northmoor.programme.current_cohort
    grow(northmoor, LARGE - 3, now=clock())
    assert not has_many_pairs(cohort)
    grow(northmoor, 1, now=clock())
    assert has_many_pairs(cohort)


def test_no_more_is_kept_than_there_is_room_for(northmoor, clock):
    cohort = northmoor.programme.current_cohort
    for number in range(module.MOST_KEPT + 1):
        kept(f"n{number}", cohort, now=clock(), count=lambda: "old", is_large=lambda _: True)
    assert kept("n0", cohort, now=clock(), count=lambda: "new", is_large=lambda _: True).value == "new"
    assert kept(f"n{number}", cohort, now=clock(), count=lambda: "new", is_large=lambda _: True).value == "old"
    forget(northmoor.programme.public_id)


def test_a_change_that_another_process_took_shows_at_once(large, clock, client):
    page = f"/programmes/{large.programme.public_id}/"
    large.sign_in(client, "coordinator")
    before = client.get(page).context["cockpit"].met.pairs
    leave_one(large)
    # All that reaches this process of what the other one did: the programme's row.
    Programme.objects.filter(pk=large.programme.pk).update(figures_mark="the-other-process-s")
    assert client.get(page).context["cockpit"].met.pairs == before - 1


def test_each_change_leaves_a_mark_for_the_other_processes_that_never_was(northmoor, client):
    northmoor.sign_in(client, "coordinator")
    marks = [mark_of(northmoor.programme)]
    for _ in range(2):
        client.post(f"/programmes/{northmoor.programme.public_id}/contacted/", {"meeting": "none", "person": "none"})
        marks.append(mark_of(northmoor.programme))
    client.get(f"/programmes/{northmoor.programme.public_id}/")
    assert len(set(marks)) == 3
    assert mark_of(northmoor.programme) == marks[-1]


def mark_of(programme: Programme) -> str:
    return Programme.objects.values_list("figures_mark", flat=True).get(pk=programme.pk)
