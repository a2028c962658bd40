"""Quotas as a coordinator keeps them: typed as rows, told in sentences, kept by runs, and no page stumbles on them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.bench import variants_of
from viceversa.pairing.models import MatchRun
from viceversa.programmes.policy_form import PolicyForm
from viceversa.web.forms.bench import BenchForm

LIMIT = {"limit_1_pairs": "1", "limit_1_mentors": "function"}
FUNCTIONS = ("Stores", "Stores", "Stores", "Bank", "Bank", "")
"""One pair from the stores, one from the bank; who has none is not counted."""


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    made = pools.pool_of(northmoor, now=clock())
    for one, function in zip(made.mentors, FUNCTIONS, strict=True):
        one.person.function = function
        one.person.save()
    return made


def rules(world: Northmoor) -> str:
    return reverse("programme_rules", args=[world.programme.public_id])


def saved(coordinator: Client, world: Northmoor, **changes: Any) -> Any:
    """The form as a browser sends it, with some answers changed."""
    page = coordinator.get(rules(world))
    values = PolicyForm.values_from(world.programme.policy) | {"seen": page.context["seen"]} | changes
    answer = coordinator.post(rules(world), {name: value for name, value in values.items() if value is not False})
    world.programme.refresh_from_db()
    return answer


def test_quotas_are_saved_in_the_shape_of_the_policy_file_and_shown_again(
    northmoor: Northmoor, coordinator: Client
) -> None:
    saved(coordinator, northmoor)
    before = dict(northmoor.programme.policy["rules"])
    share = {"share_1_at_least": "33.33", "share_1_of": "same:location"}
    answer = saved(coordinator, northmoor, **LIMIT, limit_1_mentees="job_title", **share)
    assert answer.status_code == 302
    kept = northmoor.programme.policy["rules"]
    assert kept["at_most"] == [{"pairs": 1, "mentors": "function", "mentees": "job_title"}]
    assert kept["share"] == [{"at_least": 0.3333, "same": "location"}]
    form = coordinator.get(rules(northmoor)).context["form"]
    assert [[each.value() for each in row] for _kind, row in form.quota_rows()] == [
        [1, "function", "job_title"], [None, None, None], ["33.33", "same:location"], [None, None],
    ]  # fmt: skip
    saved(
        coordinator,
        northmoor,
        limit_1_pairs="",
        limit_1_mentors="",
        limit_1_mentees="",
        share_1_at_least="",
        share_1_of="",
    )
    assert northmoor.programme.policy["rules"] == before


def test_rows_filled_in_by_half_are_all_told_and_nothing_is_saved(northmoor: Northmoor, coordinator: Client) -> None:
    before = dict(northmoor.programme.policy)
    answer = saved(
        coordinator,
        northmoor,
        limit_1_mentors="function",
        limit_2_pairs="-1",
        share_1_at_least="40",
        share_2_of="same:location",
        share_3_at_least="0",
    )
    assert set(answer.context["form"].errors) == {
        "limit_1_pairs", "limit_2_pairs", "share_1_of", "share_2_at_least", "share_3_at_least",
    }  # fmt: skip
    assert northmoor.programme.policy == before


@pytest.fixture
def run(northmoor: Northmoor, coordinator: Client, pool: pools.Pool, clock: MovableClock) -> MatchRun:
    saved(coordinator, northmoor, **LIMIT)
    return run_now(northmoor, clock)


def test_a_run_keeps_the_quotas_and_says_so(northmoor: Northmoor, run: MatchRun, coordinator: Client) -> None:
    functions = Counter(run.proposals.values_list("mentor__person__function", flat=True))
    assert functions == {"Stores": 1, "Bank": 1, "": 1}
    assert run.report["certified"]
    told = coordinator.get(reverse("run", args=[run.public_id]) + "?tab=rules").content.decode()
    assert "At most 1 pair of mentors of one function." in told


def test_whoever_a_quota_keeps_alone_is_told_so(run: MatchRun, coordinator: Client) -> None:
    told = coordinator.get(reverse("run_unmatched", args=[run.public_id])).content.decode()
    assert "but the limit of a quota leaves no place for such a pair" in told


def pages_of_a_run() -> list[str]:
    names = [name for name, ways in get_resolver().reverse_dict.lists() if str(name).startswith("run")]
    found = [name for name in names if _takes(name, ["x"])]
    assert {"run", "run_compare", "run_candidates", "run_blocking", "run_wishes", "run_unmatched"} <= set(found)
    return found


def _takes(name: str, arguments: list[str]) -> bool:
    try:
        return bool(reverse(name, args=arguments))
    except NoReverseMatch:
        return False


def test_no_page_of_a_run_stumbles_on_a_quota(
    northmoor: Northmoor, run: MatchRun, pool: pools.Pool, coordinator: Client, clock: MovableClock
) -> None:
    paired = run.proposals.select_related("mentor", "mentee")[0]
    alone = next(one for one in pool.mentees if not run.proposals.filter(mentee=one).exists())
    two = f"?mentor={paired.mentor.public_id}&mentee={alone.public_id}"
    for name in pages_of_a_run():
        page = reverse(name, args=[run.public_id])
        for query in ("", two, f"?named={alone.person.person_id}"):
            for answer in (coordinator.get(page + query), coordinator.post(page + query, {})):
                assert answer.status_code < 500, (name, query)
            run_until_idle(clock=clock)
            assert coordinator.get(page + query).status_code < 500, (name, query)


def test_a_variant_takes_the_quotas_over_and_can_do_without_them(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    page = reverse("bench", args=[northmoor.programme.public_id])
    asked = BenchForm.values_from(northmoor.programme.policy) | {"name": "", "fairness": "0.5"}
    asked = {name: value for name, value in asked.items() if value is not False}
    refused = coordinator.post(page, asked | {"stable": "on"})
    assert set(refused.context["form"].errors) == {"stable"}
    coordinator.post(page, asked)
    coordinator.post(page, asked | {"limit_1_pairs": "", "limit_1_mentors": ""})
    run_until_idle(clock=clock)
    kept, without = variants_of(northmoor.cohort)
    assert kept.policy["options"]["fairness"] == 0
    assert (kept.proposals.count(), without.proposals.count()) == (3, 6)
    column = coordinator.get(page).context["columns"][-1]
    assert "No longer: At most 1 pair of mentors of one function." in column.otherwise
