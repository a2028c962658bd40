"""Hostile and odd people files through the web: all problems at once, nothing half imported, undo restores exactly.

The same files as on the command line, and as many again as workbooks.
"""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cli.hostile import HOSTILE, Hostile, workbook
from tests.people.files import FULL, bring_in, every_row
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import RosterImport

# A workbook has no encodings, separators and quotes, and no cell of several lines that would move the numbers.
NO_TWIN = frozenset({"NUL", "a cell of 10 MB", "a line after line feeds inside quotes", "empty lines between"})


def twins() -> list[Hostile]:
    """Every faulty or odd CSV again as a workbook, its cells as text."""
    made = []
    for hostile in HOSTILE:
        if hostile.suffix != ".csv" or hostile.name in NO_TWIN or hostile.data[:2] in (b"PK", b"\x89P"):
            continue
        try:
            text = hostile.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        if '"ai:4,' in text or "<html" in text:
            continue
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]
        name = f"{hostile.name}, as a workbook"
        made.append(Hostile(name, workbook(*rows), hostile.code, hostile.places, suffix=".xlsx"))
    return made


def plainly_odd() -> list[Hostile]:
    """What only a workbook can hold."""
    head = ("person_id", "grade", "role", "manager_id")
    return [
        Hostile("numbers as ids", workbook(head, (1001, 3, "mentor", None), (1002, 7, "mentee", 1001)), code=0),
        Hostile("truth values", workbook(head, ("t1", True, "mentor"), ("t2", 2, False)), places=((3, "role"),)),
        Hostile("fractions", workbook(head, ("f1", 2.5, "mentor"), ("f2", 2.0, "mentee")), places=((2, "grade"),)),
        Hostile("rows far below", workbook(head, *[()] * 200, ("b1", 3, "mentor")), code=0),
        Hostile("an empty sheet", workbook(), places=((0, ""),)),
        Hostile("a lone heading", workbook(("person_id",)), places=((0, ""),)),
        Hostile("a wide sheet", workbook((*head, *(f"x{n}" for n in range(60))), ("w1", 3, "mentor")), code=0),
    ]


FILES = [*HOSTILE, *twins(), *plainly_odd()]


def test_there_are_thirty_files_and_thirty_more_as_workbooks():
    assert len([one for one in HOSTILE if one.suffix == ".csv"]) >= 30
    assert len([one for one in FILES if one.suffix == ".xlsx" or one in plainly_odd()]) >= 30


@pytest.mark.parametrize("hostile", FILES, ids=[one.name for one in FILES])
def test_a_file_is_told_all_at_once_and_undone_to_the_last_row(hostile: Hostile, northmoor, clock, client):
    bring_in(FULL, clock=clock)
    clock.forward(days=1)
    before = every_row()
    northmoor.sign_in(client, "coordinator")
    name = f"people{hostile.suffix}"
    answer = client.post("/people/import/", {"file": SimpleUploadedFile(name, hostile.data)})
    if answer.status_code == 200:
        refused(answer, hostile)
    else:
        place = answer.headers["Location"]
        assert client.get(place).status_code == 200
        if place.endswith("/check/"):
            checked_and_undone(client, place, hostile, northmoor=northmoor, clock=clock, before=before)
    assert_same(every_row(), before)


def refused(answer, hostile: Hostile) -> None:
    """No table at all: back at the upload with every reason, and nothing is kept."""
    assert hostile.code == 1
    html = answer.content.decode()
    assert "<title>Error:" in html
    assert 'class="error-summary"' in html
    assert "Traceback" not in html
    assert RosterImport.objects.filter(state__in=("uploaded", "checked")).count() == 0


def checked_and_undone(client, place: str, hostile: Hostile, *, northmoor, clock, before) -> None:
    page = client.get(place)
    check = page.context["check"]
    found = {(line, column) for line, column, *_ in check.lines("problems", 1)}
    wanted = {(line, column) for line, column in hostile.places if line and column}
    assert wanted <= found
    html = page.content.decode()
    assert all(f"Row {line}" in html for line, _ in wanted)
    assert ("Error:" in html or "needs you" in html or "need you" in html) or not found
    assert_same(every_row(), before)
    left_out = " ".join(map(str, check.figures["left_out"]))
    client.post(place, {"left_out": left_out, "scope": "some"})
    run_until_idle(clock=clock)
    roster = RosterImport.objects.get(public_id=re.split("/", place)[3])
    if not check.figures["can_apply"]:
        assert roster.state != "applied"
        return
    assert roster.state == "applied"
    assert roster.counts["new"] == check.lengths["new"]
    assert_same(every_row(), before) if not check.lengths["new"] + check.lengths["changed"] else None
    undo = client.post(f"/people/import/{roster.public_id}/undo/")
    assert undo.status_code == 302
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert (roster.state, roster.problem) == ("undone", "")


def assert_same(now, before) -> None:
    for name, rows in before.items():
        assert now[name] == rows, name
