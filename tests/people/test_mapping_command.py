"""``viceversa import people`` with files in their own headings: proposed, asked for, or as kept under a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MovableClock
from tests.exports.organisation import EVERYBODY
from tests.exports.systems import SYSTEMS
from tests.exports.twins import attrition
from viceversa.cli import main
from viceversa.formats.mapping import ColumnUse, FileMapping
from viceversa.people.mapping_profiles import save_profile
from viceversa.people.models import MappingProfile, Person

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.mark.parametrize("system", ["workday", "personio", "hibob"])
def test_an_export_is_imported_and_what_was_understood_is_said(
    system: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, write = SYSTEMS[system]
    file = tmp_path / name
    file.write_bytes(write())
    assert main(["import", "people", str(file), "--dry-run"]) == 0
    assert not Person.objects.exists()
    assert main(["import", "people", str(file)]) == 0
    assert Person.objects.count() == len(EVERYBODY)
    told = capsys.readouterr().err
    assert "is read as person_id" in told
    assert "is about identity and is left out" in told


def test_hr_data_without_names_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "hr_attrition.csv"
    file.write_bytes(attrition())
    assert main(["import", "people", str(file)]) == 0
    assert Person.objects.filter(leave_date=None).count() < 80 == Person.objects.count()


def test_what_only_a_person_can_answer_is_asked_at_once_and_nothing_is_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hr.csv"
    file.write_text("Emp ID,Level,Hire Date,Status\n1,Wizard,03/04/2021,Active\n2,Junior,04/05/2021,Away\n")
    assert main(["import", "people", str(file)]) == 1
    told = capsys.readouterr().err
    for words in ("“Wizard” is a grade whose place is not known", "“03/04/2021”", "“Away”"):
        assert words in told
    assert not Person.objects.exists()


def test_a_kept_mapping_answers_by_its_name(tmp_path: Path, clock: MovableClock, capsys) -> None:  # type: ignore[no-untyped-def]
    columns = {"Emp ID": ColumnUse("person_id"), "Level": ColumnUse("grade", values={"Wizard": "12"})}
    save_profile(FileMapping(columns, role="mentor"), name="Guild", by=None, now=clock())
    file = tmp_path / "hr.csv"
    file.write_text("Emp ID,Level\n1,Wizard\n")
    assert main(["import", "people", str(file), "--profile", "guild"]) == 0
    assert list(Person.objects.values_list("person_id", "grade", "role")) == [("1", 12, "mentor")]
    assert main(["import", "people", str(file), "--profile", "nobody"]) == 1
    assert "Nothing is kept under the name “nobody”" in capsys.readouterr().err
    assert MappingProfile.objects.count() == 1
