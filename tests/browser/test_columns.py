"""What the columns of an HR export mean, answered on a phone without scripts and at a desk, and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Window
from tests.conftest import MovableClock
from tests.exports.systems import SYSTEMS
from tests.personas import PASSWORD, Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import MappingProfile, Person


@pytest.mark.parametrize(("width", "scripts"), [(320, False), (1280, True)], ids=["phone", "desk"])
def test_an_export_is_mapped_and_the_answers_are_kept(
    northmoor: Northmoor,
    clock: MovableClock,
    window: Callable[..., Window],
    tmp_path: Path,
    width: int,
    scripts: bool,
) -> None:
    file = tmp_path / "bamboohr.csv"
    # A grade that no ladder knows, so that somebody has to say where it stands.
    file.write_bytes(SYSTEMS["bamboohr"][1]().replace(b"C-Level", b"Wizard"))
    seat = window(width=width, scripts=scripts)
    page = seat.open("/sign-in/")
    page.get_by_label("E-mail").fill("coordinator@northmoor.example")
    page.get_by_label("Password").fill(PASSWORD)
    seat.press("Sign in")
    seat.open("/people/import/")
    seat.judge()
    page.get_by_label("People file").set_input_files(str(file))
    seat.press("Read the file")
    seat.judge()
    seat.press("Check the rows")
    page.get_by_text("Enter where “Wizard” stands").first.wait_for()
    seat.judge()
    page.get_by_label("Wizard", exact=True).fill("12")
    page.get_by_label("Keep these answers as").fill("Bamboo, monthly")
    seat.press("Check the rows")
    seat.judge()
    assert MappingProfile.objects.get().name == "Bamboo, monthly"
    page.get_by_label("Only some of us").check()
    seat.press("Import 11 people")
    run_until_idle(clock=clock)
    assert Person.objects.get(person_id="1001").grade == 12
    seat.open("/people/mappings/")
    seat.judge()
    seat.follow("Bamboo, monthly")
    seat.judge()
    seat.open("/people/import/")
    page.get_by_label("People file").set_input_files(str(file))
    seat.press("Read the file")
    page.get_by_role("heading", name="Your columns mean what they did last time").wait_for()
    seat.judge()
