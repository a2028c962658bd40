"""The first administrator is made on the command line, and chooses a password with a link that works once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.conftest import MovableClock
from viceversa.accounts.models import RoleGrant, User
from viceversa.cli import main
from viceversa.commands.outcome import DONE, WRONG_USAGE

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def link_in(text: str) -> str:
    return urlsplit(next(line for line in text.splitlines() if line.startswith("http"))).path


def test_the_first_administrator_chooses_a_password_and_comes_in(
    client: Client, clock: MovableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["administrator", "Ada@Example.org", "--name", "Ada Okafor"]) == DONE
    page = link_in(capsys.readouterr().out)
    chosen = {"password": "a long walk by the river", "again": "a long walk by the river"}
    fields = client.get(page).context["form"].fields
    answer = client.post(page, dict.fromkeys(fields, chosen["password"]))
    assert answer.status_code == 302
    assert client.login(username="ada@example.org", password=chosen["password"])
    assert client.get("/admin/").status_code == 200
    assert client.get(page).status_code == 410


def test_asked_twice_there_is_one_administrator(capsys: pytest.CaptureFixture[str], clock: MovableClock) -> None:
    for _ in range(2):
        assert main(["administrator", "ada@example.org"]) == DONE
    assert "already" in capsys.readouterr().out
    assert RoleGrant.objects.standing().count() == 1


def test_the_link_says_where_its_address_comes_from(
    capsys: pytest.CaptureFixture[str], clock: MovableClock, settings: Any
) -> None:
    settings.BASE_URL = "https://mentoring.example.org"
    assert main(["administrator", "ada@example.org"]) == DONE
    said = capsys.readouterr().out
    assert "\nhttps://mentoring.example.org/" in said
    assert "VICEVERSA_BASE_URL, https://mentoring.example.org. If you serve somewhere else" in said


def test_what_is_no_address_is_refused_and_nobody_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["administrator", "ada"]) == WRONG_USAGE
    assert "'ada'" in capsys.readouterr().err
    assert not User.objects.exists()
