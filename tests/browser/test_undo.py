"""A people file is brought in and undone through the pages: the directory is exactly as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.desks import sign_in, taken_down
from tests.conftest import MovableClock
from tests.people.files import every_row
from tests.personas import Northmoor, make_person
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person

FILE = """person_id,given_name,family_name,email,job_title,function,location,manager_id,grade
s-001,Stella,Moved,stella.moved@northmoor.example,Chief of staff,Finance,Lisbon,s-002,5
s-002,Sven,Hall,s-002@northmoor.example,Analyst,Stores,Leeds,,2
new-1,Noa,New,noa.new@northmoor.example,Trainee,IT,Leeds,s-001,1
"""


def test_an_import_is_undone_and_the_directory_is_as_before(
    northmoor: Northmoor, clock: MovableClock, window: Callable[..., Window], tmp_path: Path
) -> None:
    for number in range(1, 7):
        make_person(f"s-{number:03}", "Sven", "Hall", email=f"s-{number:03}@northmoor.example")
    desk = sign_in(window(), "coordinator@northmoor.example")
    file = tmp_path / "people.csv"
    file.write_text(FILE, encoding="utf-8")
    rows, listed, text = every_row(), *_directory(desk, tmp_path)

    desk.open("/people/import/")
    desk.page.get_by_label("People file").set_input_files(str(file))
    desk.press("Read the file")
    desk.judge()
    desk.press("Check the rows")
    desk.judge()
    desk.page.get_by_label("Only some of us").check()
    desk.press("Import 3 people")
    run_until_idle(clock=clock)
    desk.page.reload()
    desk.judge()
    assert Person.objects.get(person_id="s-001").location == "Lisbon"
    assert _directory(desk, tmp_path) != (listed, text)

    desk.open("/people/import/")
    desk.follow("What it did, and how to undo it")
    desk.follow("Undo this import")
    expect(desk.page.get_by_text("1 person whom the file brought goes again.")).to_be_visible()
    desk.judge()
    desk.press("Undo the import")
    run_until_idle(clock=clock)
    desk.page.reload()
    expect(desk.page.locator("h1")).to_have_text("Undone: everything is as it was before")
    desk.judge()
    assert _directory(desk, tmp_path) == (listed, text)
    assert every_row() == rows


def _directory(desk: Window, folder: Path) -> tuple[bytes, str]:
    """The directory as a file, and as the page tells it."""
    desk.open("/people/")
    text = desk.page.locator("main table").inner_text()
    return taken_down(desk, "people as a file", folder=folder).read_bytes(), text
