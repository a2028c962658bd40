"""``viceversa import people``: the same comparison as in the web, and the same all or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.people.files import FULL
from viceversa.accounts.models import Event
from viceversa.cli import main
from viceversa.people.models import Exclusion, Person, RosterImport

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def people(tmp_path, clock):
    path = tmp_path / "people.csv"
    path.write_text(FULL, encoding="utf-8")
    return path


def test_a_dry_run_says_what_would_change_and_changes_nothing(people, capsys):
    assert main(["import", "people", str(people), "--dry-run"]) == 0
    assert "3 people would be new" in capsys.readouterr().out
    assert not Person.objects.exists()
    assert not RosterImport.objects.exists()


def test_an_import_writes_and_a_second_finds_nothing_to_do(people, capsys):
    assert main(["import", "people", str(people)]) == 0
    assert Person.objects.count() == 3
    assert Exclusion.objects.count() == 2
    verbs = Event.objects.filter(noun="roster").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["uploaded", "requested", "applied"]
    capsys.readouterr()
    assert main(["import", "people", str(people), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["new"], answer["changed"], answer["the_same"]) == (0, 0, 3)


def test_all_problems_are_listed_with_line_and_column_and_nothing_is_written(people, capsys):
    people.write_text("person_id,role,grade,manager_id\na,boss,1,\nb,mentor,senior,ghost\n", encoding="utf-8")
    assert main(["import", "people", str(people)]) == 1
    told = capsys.readouterr().err
    assert [place in told for place in (":2: role:", ":3: grade:", ":3: manager_id:")] == [True, True, True]
    assert not Person.objects.exists()


def test_whom_people_exclude_is_not_printed(people, capsys):
    people.write_text("person_id,role,excludes\na,,canary-x\n", encoding="utf-8")
    assert main(["import", "people", str(people)]) == 0
    out, err = capsys.readouterr()
    assert "canary-x" not in out + err


def test_a_file_that_is_not_there_and_another_kind_of_thing_are_refused(tmp_path, capsys):
    assert main(["import", "people", str(tmp_path / "none.csv")]) == 1
    assert main(["import", "pets", str(tmp_path)]) == 2
    assert "no such file" in capsys.readouterr().err


def test_a_new_installation_can_begin_with_a_people_file(people, tmp_path):
    other = {name: value for name, value in os.environ.items() if not name.startswith("VICEVERSA_")}
    new = other | {"VICEVERSA_DATA_DIR": str(tmp_path / "new")}
    command = [sys.executable, "-m", "viceversa.cli", "import", "people", str(people)]
    done = subprocess.run(command, env=new, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "3 people new" in done.stdout


def test_a_file_in_two_encodings_is_refused_with_its_line(people, capsys):
    people.write_bytes(b"person_id,given_name,role\n1,Zo\xc3\xab,\n2,Ren\xe9,\n")
    assert main(["import", "people", str(people)]) == 1
    told = capsys.readouterr().err
    assert "people.csv:" in told
    assert "encoding cannot be told safely" in told
    assert not RosterImport.objects.exists()
    assert not Person.objects.exists()


def test_many_leavers_stop_the_command_until_they_are_confirmed_or_the_file_holds_only_some(people, capsys):
    assert main(["import", "people", str(people)]) == 0
    people.write_text("person_id,role\ne1,\n", encoding="utf-8")
    assert main(["import", "people", str(people)]) == 1
    told = capsys.readouterr().err
    assert "2 of 3 people would leave" in told
    assert "--confirm-leavers" in told
    assert main(["import", "people", str(people), "--dry-run"]) == 0
    assert "would have left" in capsys.readouterr().out
    assert main(["import", "people", str(people), "--scope", "some"]) == 0
    assert "stay" in capsys.readouterr().out
    leaving = Person.objects.filter(person_id__in=("e2", "e3"), leave_date__lte="2026-06-23")
    assert leaving.count() == 0
    assert main(["import", "people", str(people), "--confirm-leavers"]) == 0
    assert leaving.count() == 2
