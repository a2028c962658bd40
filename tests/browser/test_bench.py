"""A coordinator plays with the matching: tries, compares, chooses; locks and runs again; reads who is alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.desks import sign_in
from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.bench import run_in_force, variants_of
from viceversa.pairing.models import Proposal

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def desk(northmoor: Northmoor, clock: MovableClock, window: Callable[..., Window]) -> Callable[..., Window]:
    """The coordinator's browser at a finished run; one leader wants what only somebody a grade below them knows."""
    pools.pool_of(northmoor, now=clock(), pairs=4)
    pools.mentee(northmoor.cohort, 9, wants=["Beekeeping"], now=clock())
    pools.mentor(northmoor.cohort, 9, offers={"Beekeeping": 5}, now=clock(), grade=7)

    def open_desk(**looks: bool) -> Window:
        mine = sign_in(window(**looks), "coordinator@northmoor.example")
        mine.open(f"/programmes/{northmoor.programme.public_id}/runs/")
        mine.press("Find the best matching")
        finish(mine, clock)
        return mine

    return open_desk


def finish(mine: Window, clock: MovableClock) -> None:
    """The worker's turn, while the page waits."""
    address = mine.page.url
    run_until_idle(clock=clock)
    mine.open(address)


def figures(mine: Window, row: str) -> list[str]:
    found = mine.page.get_by_role("region", name="Figures beside each other").get_by_role("row").filter(has_text=row)
    return [cell.strip() for cell in found.first.get_by_role("cell").all_inner_texts()]


@SCRIPTS
def test_a_coordinator_tries_compares_and_chooses(
    northmoor: Northmoor, clock: MovableClock, desk: Callable[..., Window], scripts: bool
) -> None:
    mine = desk(scripts=scripts)
    before = run_in_force(northmoor.cohort)
    assert before is not None
    mine.follow("Try something else")
    mine.judge()
    slider = mine.page.locator('input[data-steps="id_style"]')
    if scripts:
        slider.fill("0.4")
        expect(mine.page.locator("#id_style")).to_have_value("0.4")
        mine.page.locator("#id_style").fill("0,25")
        expect(slider).to_have_value("0.25")
    else:
        expect(slider).to_be_hidden()
    mine.page.locator("#id_style").fill("0")
    mine.page.locator("#id_name").fill("Anybody who teaches")
    mine.page.locator("summary", has_text="Rules").click()
    mine.page.get_by_label("The mentor knows one of the topics").uncheck()
    mine.press("Try it")
    mine.judge()
    finish(mine, clock)
    mine.judge()
    expect(mine.page.get_by_role("columnheader", name="Anybody who teaches").first).to_be_visible()
    expect(mine.page.get_by_role("main")).to_contain_text("A wanted topic not needed instead of needed")
    expect(mine.page.get_by_role("main")).to_contain_text("Style 0 instead of 0.1")
    assert figures(mine, "Leaders with a mentor") == ["4 of 5", "4 of 5"]
    variant = variants_of(northmoor.cohort).get()
    Proposal.objects.filter(run=variant).order_by("pk").last().delete()  # type: ignore[union-attr]
    mine.follow("Pair by pair")
    expect(mine.page.get_by_role("heading", level=1)).to_contain_text("are the same in")
    expect(mine.page.get_by_role("cell", name="nobody")).to_be_visible()
    mine.judge()
    mine.follow("Back to the bench")
    mine.follow("Choose this one")
    mine.judge()
    expect(mine.page.get_by_role("main")).to_contain_text(f"4 drafts of run {before.number} stay with that run")
    mine.press("Choose this one")
    expect(mine.page.get_by_role("main")).to_contain_text(f"run {before.number + 1}")
    mine.judge()
    chosen = run_in_force(northmoor.cohort)
    assert chosen == variant
    assert chosen is not None
    assert chosen.published_at is None
    assert not variants_of(northmoor.cohort).exists()


def test_the_bench_reads_on_a_phone_in_the_dark(
    northmoor: Northmoor, clock: MovableClock, desk: Callable[..., Window]
) -> None:
    mine = desk(dark=True, phone=True)
    mine.page.set_viewport_size({"width": 375, "height": 800})
    mine.follow("Try something else")
    mine.press("Try it")
    finish(mine, clock)
    mine.judge()
    region = mine.page.get_by_role("region", name="Figures beside each other")
    form = mine.page.get_by_role("button", name="Try it")
    over, under = region.bounding_box(), form.bounding_box()
    assert over is not None
    assert under is not None
    assert over["y"] < under["y"], "what was found stands above what could be tried"


@SCRIPTS
def test_a_pair_is_locked_the_pool_is_matched_again_and_the_difference_is_read(
    northmoor: Northmoor, clock: MovableClock, desk: Callable[..., Window], scripts: bool
) -> None:
    mine = desk(scripts=scripts)
    first = run_in_force(northmoor.cohort)
    assert first is not None
    clock.forward(minutes=1)
    # Junior 1 also knows, less well, what Senior 2 wants; the best matching gives Senior 2 to Junior 2.
    two = first.proposals.get(mentee__person__person_id="s002")
    other = first.proposals.get(mentor__person__person_id="j001")
    mine.open(
        f"/programmes/runs/{first.public_id}/compare/?mentor={other.mentor.public_id}&mentee={two.mentee.public_id}"
    )
    mine.press(re.compile("^Lock"))  # type: ignore[arg-type]
    clock.forward(minutes=1)
    mine.open(f"/programmes/runs/{first.public_id}/")
    mine.press("Run again")
    finish(mine, clock)
    mine.judge()
    mine.page.get_by_role("link", name=f"What changed since run {first.number}").first.click()
    expect(mine.page.get_by_role("main")).to_contain_text("1 locked")
    row = mine.page.get_by_role("row").filter(has=mine.page.get_by_role("rowheader", name=two.mentee.person.name))
    expect(row.get_by_role("cell").nth(0)).to_have_text(two.mentor.person.name)
    expect(row.get_by_role("cell").nth(1)).to_have_text(other.mentor.person.name)
    mine.judge()


def test_why_somebody_has_no_partner_is_explained_with_what_would_help(
    northmoor: Northmoor, clock: MovableClock, desk: Callable[..., Window]
) -> None:
    mine = desk()
    mine.follow("Unmatched, 1")
    main = mine.page.get_by_role("main")
    expect(main).to_contain_text("Senior S9")
    expect(main).to_contain_text("grade")
    mine.judge()
    mine.page.get_by_role("button", name=re.compile("^Try")).first.click()
    mine.page.wait_for_load_state()
    finish(mine, clock)
    mine.judge()
    expect(mine.page.get_by_role("heading", level=1)).to_contain_text("5 of 5")
