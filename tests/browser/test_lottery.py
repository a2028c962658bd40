"""A draw through the pages: frozen, its hash shown, drawn once, and drawn again from the record by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.desks import sign_in, taken_down
from tests.conftest import MovableClock
from tests.personas import Northmoor
from tests.programmes.test_admission import admit, forward, leader
from viceversa.cli import main
from viceversa.outbox.worker import run_until_idle
from viceversa.programmes.models import Enrolment


def test_a_draw_is_replayed_from_its_record(
    northmoor: Northmoor,
    clock: MovableClock,
    window: Callable[..., Window],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    admit(northmoor, clock, way="lottery", mentee_places=6)  # four of them free
    functions = ["Stores"] * 8 + ["Finance"] * 4
    applied = forward(northmoor, clock, *(leader(n, function=each) for n, each in enumerate(functions)))
    desk = sign_in(window(), "coordinator@northmoor.example")
    page = desk.page
    at = northmoor.programme.public_id
    desk.open(f"/programmes/{at}/enrolments/")
    desk.follow("How people come in")
    desk.judge()
    desk.follow("lottery")
    expect(page.locator("h1")).to_have_text("12 people for 4 places")
    desk.judge()
    page.get_by_label("Function", exact=True).check()
    page.get_by_label("A number published later").check()
    page.get_by_label("Which one exactly").fill("Closing figure of the index on 2 July")
    desk.press("Freeze the list")
    desk.judge()
    shown = page.locator("dd code").first.inner_text()
    frozen = taken_down(desk, "Download the list without names", folder=tmp_path)
    assert hashlib.sha256(frozen.read_bytes()).hexdigest() == shown
    assert "Lea" not in frozen.read_text(encoding="utf-8")
    page.get_by_label("Seed").fill("18 204.55")
    desk.press("Draw now")
    expect(page.get_by_text("Drawn again just now from the record: the same people.")).to_be_visible()
    desk.judge()
    run_until_idle(clock=clock)

    record = taken_down(desk, "Download the record", folder=tmp_path)
    capsys.readouterr()
    assert main(["--json", "lottery", str(record)]) == 0
    replayed = json.loads(capsys.readouterr().out)
    assert replayed["list_hash"] == shown
    marked = {
        row.locator("code").inner_text()
        for row in page.get_by_role("row").filter(has=page.get_by_text("Drawn", exact=True)).all()
    }
    assert marked == set(replayed["drawn"])
    inside = Enrolment.objects.filter(pk__in=[one.pk for one in applied], state=Enrolment.State.INVITED)
    assert {one.public_id for one in inside} == set(replayed["drawn"])

    forged = tmp_path / "forged.json"
    held = json.loads(record.read_text(encoding="utf-8"))
    held["drawn"][0], held["waiting"][0] = held["waiting"][0], held["drawn"][0]
    forged.write_text(json.dumps(held), encoding="utf-8")
    assert main(["lottery", str(forged)]) != 0
