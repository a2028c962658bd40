"""``viceversa demo`` and the folder it works in: its own, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from viceversa.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VICEVERSA_DATA_DIR", str(tmp_path))
    for name in ("VICEVERSA_DATABASE_URL", "VICEVERSA_KEY_STORE_URL", "VICEVERSA_SECRET_KEY", "VICEVERSA_BASE_URL"):
        monkeypatch.setenv(name, "put back after the test")
    monkeypatch.setenv("VICEVERSA_ORGANISATION", "Northmoor")
    return tmp_path


@pytest.mark.parametrize("file", ["viceversa.sqlite3", "keys.sqlite3", "field-key", "secret-key"])
def test_an_installation_that_is_no_demo_is_refused_and_left_alone(folder, capsys, file):
    (folder / file).write_text("somebody's own")
    assert main(["demo", "--no-browser"]) == 2
    said = capsys.readouterr().err
    assert file in said
    assert "VICEVERSA_DATA_DIR" in said
    assert {left.name: left.read_text() for left in folder.iterdir()} == {file: "somebody's own"}


@pytest.mark.parametrize("people", ["1", "99"])
def test_a_company_too_small_for_a_programme_is_refused_in_one_sentence(folder, capsys, people):
    assert main(["demo", "--people", people]) == 2
    assert f"{people} people are too few to show a programme" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("people", ["0", "-3", "many", "4.5"])
def test_a_size_that_is_no_number_of_people_is_refused(folder, people):
    assert main(["demo", f"--people={people}"]) == 2
