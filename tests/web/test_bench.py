"""The what-if bench as a coordinator uses it: tried, compared, chosen, thrown away, and nowhere else to be seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_bench import tried
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.bench import variants_of
from viceversa.pairing.models import MatchRun, Proposal
from viceversa.programmes.policy import complete_policy
from viceversa.web.forms.bench import BenchForm


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def run(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    pools.pool_of(northmoor, now=clock())
    return run_now(northmoor, clock)


def bench(world: Northmoor) -> str:
    return reverse("bench", args=[world.programme.public_id])


def sent(world: Northmoor, **changes: Any) -> dict[str, Any]:
    """The form as a browser sends it, with some answers changed."""
    values = BenchForm.values_from(world.programme.policy) | {"name": ""} | changes
    return {name: value for name, value in values.items() if value is not False}


def at(name: str, world: Northmoor, variant: MatchRun) -> str:
    return reverse(name, args=[world.programme.public_id, variant.public_id])


def test_the_bench_begins_from_the_programmes_rules(northmoor: Northmoor, run: MatchRun, coordinator: Client) -> None:
    page = coordinator.get(bench(northmoor))
    values = {name: page.context["form"][name].value() for name in ("grade_gap_min", "style", "fairness", "seed")}
    assert values == {"grade_gap_min": 2, "style": "0.1", "fairness": "0", "seed": 0}
    for name in ("run_list", "run"):
        of = northmoor.programme.public_id if name == "run_list" else run.public_id
        assert bench(northmoor) in coordinator.get(reverse(name, args=[of])).content.decode()


def test_a_variant_is_tried_waited_for_and_stands_beside_the_run(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    asked = sent(northmoor, name="Closer", grade_gap_min="1", style="0", fairness="0.5", seed="3")
    answer = coordinator.post(bench(northmoor), asked)
    waiting = coordinator.get(answer["Location"])
    assert waiting["Refresh"].startswith("2")
    assert "Trying it" in waiting.content.decode()
    run_until_idle(clock=clock)
    shown = coordinator.get(answer["Location"])
    assert "Refresh" not in shown
    first, closer = shown.context["columns"]
    assert first.run == run
    assert closer.title == "Closer"
    assert closer.otherwise == (
        "Grade gap 1 instead of 2",
        "Style 0 instead of 0.1",
        "Given up for the lowest pair 0.5 % instead of 0 %",
        "Seed 3 instead of 0",
    )
    assert closer.run.seed == 3
    assert closer.run.policy["options"]["fairness"] == 0.005
    told = {row.label: [cell.words for cell in row.cells] for row in shown.context["rows"]}
    assert told["Leaders with a mentor"] == ["6 of 6", "6 of 6"]
    assert told["Pairs in common"] == ["6", "6"]
    assert shown.context["form"]["grade_gap_min"].value() == 1, "the next one begins from what was tried"
    assert coordinator.get(bench(northmoor)).context["form"]["grade_gap_min"].value() == 2


def test_only_the_best_of_a_row_that_differs_is_marked_by_a_word(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    kept = tried(northmoor, clock, name="All", must_teach=False)
    Proposal.objects.filter(run=kept).order_by("pk").first().delete()  # type: ignore[union-attr]
    rows = {row.label: row.cells for row in coordinator.get(bench(northmoor)).context["rows"]}
    assert [cell.is_best for cell in rows["Leaders with a mentor"]] == [True, False]
    assert [cell.is_best for cell in rows["First wishes met"]] == [False, False], "they are alike"
    assert ">best</span>" in coordinator.get(bench(northmoor)).content.decode()


def test_what_was_typed_stays_where_something_is_wrong(
    northmoor: Northmoor, run: MatchRun, coordinator: Client
) -> None:
    answer = coordinator.post(bench(northmoor), sent(northmoor, name="Mine", style="-1", fairness="200", seed="x"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error:" in page
    assert set(answer.context["form"].errors) == {"style", "fairness", "seed"}
    assert 'value="Mine"' in page
    assert 'value="-1"' in page
    assert not variants_of(northmoor.cohort).exists()


def test_a_sixth_variant_is_refused_and_what_was_set_stays(
    northmoor: Northmoor, run: MatchRun, coordinator: Client
) -> None:
    for gap in range(5):
        assert coordinator.post(bench(northmoor), sent(northmoor, grade_gap_min=str(gap))).status_code == 302
    answer = coordinator.post(bench(northmoor), sent(northmoor, style="0.77"))
    assert "Throw one away to make room" in answer.content.decode()
    assert 'value="0.77"' in answer.content.decode()
    assert variants_of(northmoor.cohort).count() == 5


def test_a_rule_that_stops_a_variant_is_told_in_its_column(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    variant = tried(northmoor, clock)
    MatchRun.every.filter(pk=variant.pk).update(
        state=MatchRun.State.FAILED, problems=[{"code": "keys_missing", "params": {}}]
    )
    page = coordinator.get(bench(northmoor))
    assert page.context["columns"][1].stopped_by
    assert "Stopped" in page.content.decode()
    assert at("bench_choose", northmoor, variant) not in page.content.decode()


def test_changed_people_are_told_and_changed_rules_are_not(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    words = "what is in their profiles, has changed"
    tried(northmoor, clock, grade_gap_min=1)
    assert words not in coordinator.get(bench(northmoor)).content.decode()
    person = run.proposals.all()[0].mentor.person
    person.grade = 3
    person.save()
    tried(northmoor, clock, grade_gap_min=0)
    assert words in coordinator.get(bench(northmoor)).content.decode()


def test_differences_are_listed_pair_by_pair_either_way_round(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    variant = tried(northmoor, clock, name="Other")
    one, two = Proposal.objects.filter(run=variant).order_by("pk")[:2]
    Proposal.objects.filter(pk=two.pk).delete()
    Proposal.objects.filter(pk=one.pk).update(mentee=two.mentee)
    address = reverse("bench_differences", args=[northmoor.programme.public_id])
    there = coordinator.get(address, {"from": run.public_id, "to": variant.public_id})
    back = coordinator.get(address, {"from": variant.public_id, "to": run.public_id})
    was = {mentee: (before, after) for mentee, before, after in there.context["changes"]}
    assert was[one.mentee] == ([one.mentor], [])
    assert was[two.mentee] == ([two.mentor], [one.mentor])
    assert {mentee: (after, before) for mentee, before, after in back.context["changes"]} == was
    assert coordinator.get(address, {"from": "nothing", "to": "none"}).context["one"] == run


def test_choosing_leads_to_the_run_and_says_what_happens_first(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    variant = tried(northmoor, clock, name="Closer", grade_gap_min=1)
    address = at("bench_choose", northmoor, variant)
    page = coordinator.get(address)
    words = page.content.decode()
    assert f"6 drafts of run {run.number} stay with that run" in words
    assert "Nothing is published by choosing it" in words
    before = complete_policy(northmoor.programme.policy)
    answer = coordinator.post(address, {"seen": page.context["choice"].seen})
    assert answer["Location"] == reverse("run", args=[variant.public_id])
    assert coordinator.get(answer["Location"]).status_code == 200
    northmoor.programme.refresh_from_db()
    assert complete_policy(northmoor.programme.policy) == before
    assert coordinator.post(address, {"seen": page.context["choice"].seen}).status_code == 404, "it is none any more"


def test_the_programmes_rules_change_where_the_box_is_ticked(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    address = at("bench_choose", northmoor, tried(northmoor, clock, grade_gap_min=1))
    seen = coordinator.get(address).context["choice"].seen
    coordinator.post(address, {"seen": seen, "for_programme": "1"})
    northmoor.programme.refresh_from_db()
    assert northmoor.programme.policy["rules"]["grade_gap_min"] == 1


def test_a_choice_over_somebody_elses_change_is_refused_and_leads_on(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    variant = tried(northmoor, clock)
    address = at("bench_choose", northmoor, variant)
    seen = coordinator.get(address).context["choice"].seen
    run_now(northmoor, clock)
    answer = coordinator.post(address, {"seen": seen, "for_programme": "1"})
    assert answer.status_code == 409
    assert f"{address}?for_programme=1" in answer.content.decode()
    again = coordinator.get(f"{address}?for_programme=1")
    assert coordinator.post(address, {"seen": again.context["choice"].seen}).status_code == 302


def test_throwing_away_leaves_the_run(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    variant = tried(northmoor, clock)
    coordinator.post(at("bench_throw_away", northmoor, variant))
    assert not variants_of(northmoor.cohort).exists()
    assert northmoor.cohort.runs.filter(pk=run.pk).exists()


# Nowhere else ------------------------------------------------------------------------------------------------


def test_no_page_of_a_run_opens_a_variant(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    variant = tried(northmoor, clock)
    pages = ("run", "run_unmatched", "run_compare", "run_publish", "run_pairs_csv", "run_workbook", "run_differences")
    pages += ("run_swap", "run_corrections")
    for name in pages:
        assert coordinator.get(reverse(name, args=[variant.public_id])).status_code == 404, name
    for name in ("run_publish", "run_withdraw", "run_decide", "run_swap", "run_corrections"):
        assert coordinator.post(reverse(name, args=[variant.public_id])).status_code == 404, name
    assert not Proposal.objects.filter(run=variant).exclude(state=Proposal.State.DRAFT).exists()


def test_a_variant_of_another_cohort_is_not_found(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    variant = tried(northmoor, clock)
    MatchRun.every.filter(pk=variant.pk).update(cohort=northmoor.other_programme.current_cohort)
    for name in ("bench_choose", "bench_throw_away"):
        assert coordinator.post(at(name, northmoor, variant)).status_code == 404
    assert MatchRun.every.filter(pk=variant.pk).exists()


@pytest.mark.parametrize("page", ["programme", "run_list", "pair_list", "enrolment_list", "programme_log"])
def test_a_variant_changes_no_other_page_of_the_desk(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock, page: str
) -> None:
    Proposal.objects.filter(run=run).delete()  # else there is a draft to review, with or without a variant
    address = reverse(page, args=[northmoor.programme.public_id])
    before = _words(coordinator.get(address).content.decode())
    tried(northmoor, clock, name="Canary of the bench")
    after = _words(coordinator.get(address).content.decode())
    assert "Canary" not in after or page == "programme_log"
    if page != "programme_log":
        assert after == before


def _words(page: str) -> str:
    """Without what differs from one drawing of a page to the next."""
    return "\n".join(line for line in page.splitlines() if "csrf" not in line)


def test_participants_see_nothing_of_a_variant(
    northmoor: Northmoor, run: MatchRun, client: Client, clock: MovableClock
) -> None:
    tried(northmoor, clock, name="Canary of the bench")
    mentor = run.proposals.all()[0].mentor.person
    client.force_login(mentor.user)
    page = client.get("/").content.decode()
    assert "Canary" not in page
    assert Proposal.objects.filter(run__is_variant=True)[0].public_id not in page
    variants = variants_of(northmoor.cohort)
    for one in Proposal.objects.filter(run__in=variants):
        assert client.get(reverse("proposal", args=[one.public_id])).status_code == 404


# Budgets -----------------------------------------------------------------------------------------------------


def test_hundreds_of_pairs_and_five_variants_ask_as_often_as_a_few(
    northmoor: Northmoor, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    first = tried(northmoor, clock)
    Proposal.objects.filter(run=first).order_by("pk").first().delete()  # type: ignore[union-attr]
    differences = reverse("bench_differences", args=[northmoor.programme.public_id])

    def asked() -> list[int]:
        counts = []
        for path in (bench(northmoor), differences, at("bench_choose", northmoor, first)):
            with CaptureQueriesContext(connection) as queries:
                assert coordinator.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    few = asked()
    mentors = [pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5}, now=clock()) for n in range(100, 220)]
    mentees = [pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock()) for n in range(100, 220)]
    for number in range(2, 6):
        variant = MatchRun.every.create(
            cohort=run.cohort,
            number=number,
            is_variant=True,
            requested_at=clock(),
            policy=run.policy,
            state=run.state,
            report=run.report,
        )
        turned = mentees[number:] + mentees[:number]
        Proposal.objects.bulk_create(
            Proposal(run=variant, mentor=a, mentee=b, score=0.5, criteria={"style": 0.5})
            for a, b in zip(mentors, turned, strict=True)
        )
    many = asked()
    assert max(few) <= 15, few
    assert all(more <= fewer for more, fewer in zip(many, few, strict=True)), (few, many)
