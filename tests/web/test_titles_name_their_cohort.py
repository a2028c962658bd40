"""Whoever coordinates two programmes reads in the title, on each page of the matching, which one it is."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.personas import Northmoor


@pytest.fixture
def pages(northmoor: Northmoor, client: Client) -> dict[str, str]:
    northmoor.sign_in(client, "coordinator")
    here, run = [northmoor.programme.public_id], [northmoor.run.public_id]
    aim = northmoor.programme.objectives.get().public_id
    addresses = {
        "runs": reverse("run_list", args=here),
        "supply": reverse("programme_supply", args=here),
        "run": reverse("run", args=run),
        "rules": reverse("run", args=run) + "?show=rules",
        "alone": reverse("run_unmatched", args=run),
        "compare": reverse("run_compare", args=run),
        "objective": reverse("objective", args=[*here, aim]),
    }
    return {name: client.get(address, follow=True).content.decode() for name, address in addresses.items()}


def test_each_title_names_programme_and_cohort(northmoor: Northmoor, pages: dict[str, str]) -> None:
    titles = {name: re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1] for name, page in pages.items()}
    assert [name for name, title in titles.items() if northmoor.programme.name not in title] == []
    of_a_cohort = {name: title for name, title in titles.items() if name != "objective"}
    assert [name for name, title in of_a_cohort.items() if northmoor.cohort.name not in title] == []


def test_so_does_each_page_above_its_heading(northmoor: Northmoor, pages: dict[str, str]) -> None:
    heads = {name: page.split('class="page-head"')[1].split("<h1")[0] for name, page in pages.items()}
    assert [name for name, head in heads.items() if northmoor.programme.name not in head] == []
