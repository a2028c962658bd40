"""Hostile and odd files brought in as corrected pairs: all problems at once, nothing changed, never a traceback."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.cli.hostile import HOSTILE, Hostile, workbook
from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from tests.web.test_hostile_uploads import plainly_odd, twins
from viceversa.pairing.models import CorrectionFile, MatchRun, PairDecision

LIKE_PAIRS = {"person_id": "mentor_id", "role": "mentee_id"}
"""Headings of a people file, and what they become so that the rest of the file is read as pairs."""


def as_pairs(hostile: Hostile) -> Hostile | None:
    """The same file with the headings of corrected pairs; None where it has none to change."""
    name = f"{hostile.name}, headed as pairs"
    if hostile.suffix == ".xlsx":
        try:
            sheet = load_workbook(io.BytesIO(hostile.data), read_only=True).worksheets[0]
            head, *rows = sheet.iter_rows(values_only=True)
        except Exception:  # a broken workbook; it is tried as it is
            return None
        return replace(hostile, name=name, data=workbook([LIKE_PAIRS.get(str(one), one) for one in head], *rows))
    data = hostile.data
    for heading, instead in LIKE_PAIRS.items():
        data = data.replace(heading.encode(), instead.encode(), 1)
    return replace(hostile, name=name, data=data) if data != hostile.data else None


PEOPLE = [*HOSTILE, *twins(), *plainly_odd()]
FILES = [*PEOPLE, *(one for hostile in PEOPLE if (one := as_pairs(hostile)) is not None)]


@pytest.fixture
def run(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    return run_now(northmoor, clock)


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def everything(run: MatchRun) -> list[object]:
    proposals = run.proposals.order_by("pk").values_list("pk", "state", "score", "by_hand", "decided_at")
    return [*proposals, *PairDecision.objects.values_list("pk", "kind", "lifted_at")]


def test_there_are_hundreds_of_them() -> None:
    assert len(FILES) >= 120
    assert len([one for one in FILES if one.suffix == ".xlsx"]) >= 60


def test_hostile_files_are_answered_in_words_and_change_nothing(run: MatchRun, coordinator: Client) -> None:
    before, address = everything(run), reverse("run_corrections", args=[run.public_id])
    wrong = []
    for hostile in FILES:  # one run for all of them: nothing changes
        file = SimpleUploadedFile(f"pairs{hostile.suffix}", hostile.data)
        answer = coordinator.post(address, {"file": file}, follow=True)
        wrong += [f"{hostile.name}: {what}" for what in faults(answer)]
        if everything(run) != before:
            wrong.append(f"{hostile.name}: it changed the draft")
            break
    assert wrong == []


def faults(answer: Any) -> Iterator[str]:
    """What is wrong with the page; none of the files names pairs of the run."""
    if answer.status_code != 200:
        yield f"answered {answer.status_code}"
        return
    html, troubles = answer.content.decode(), answer.context.get("troubles") or []
    if "Traceback" in html:
        yield "shows a traceback"
    if "<title>Error:" not in html or not (troubles or answer.context["form"].errors):
        yield "tells no problem"
    if not all(one.message for one in troubles):
        yield "tells a problem without words"
    if "Change the draft" in html:
        yield "offers to change the draft"


def test_every_fault_of_a_file_is_told_at_once(run: MatchRun, coordinator: Client) -> None:
    rows = [
        ("mentor_id", "mentee_id", "decision"),
        ("j000", "s000", "marry"),  # no decision
        ("j000", "s000", ""),  # twice
        ("=1+1", "s001", "lock"),  # nobody
        ("j001", "", "forbid"),  # nobody
        ("j001", "s000", ""),  # a rule forbids it
    ]
    text = "".join(",".join(row) + "\n" for row in rows)
    before, told = everything(run), []
    for name, data in (("pairs.csv", text.encode()), ("pairs.xlsx", workbook(*rows))):
        file = SimpleUploadedFile(name, data)
        address = reverse("run_corrections", args=[run.public_id])
        answer = coordinator.post(address, {"file": file}, follow=True)
        told.append({one.line for one in answer.context["troubles"]})
        html = answer.content.decode()
        assert all(value in html for value in ("marry", "j000, s000", "j001, s000"))
    assert told == [{2, 3, 4, 5, 6}, {2, 3, 4, 5, 6}]
    assert everything(run) == before
    assert not CorrectionFile.objects.exists(), "nothing of it is kept"
