"""Every page that somebody may read: the same number of queries for a few rows and for hundreds, never many.

The pages come from the access table, their addresses from tests/access_table.py, so that a new page is measured
here without being named.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access_table import PERSONAS, held_by
from tests.many import grow
from tests.web.test_access import URLS, address
from viceversa.accounts.access import ROUTES, On, Verdict

FEW, MANY = 10, 150
MOST_QUERIES = 15


def reader_of(name: str) -> str:
    """The persona that reads this page in the fixture world: the coordinator where they may, else the next."""
    policy = ROUTES[name]
    order = ("coordinator", "administrator", *PERSONAS)
    if policy.on is On.SELF:
        return "mentee" if name.startswith(("you", "delegation")) else "coordinator"
    return next((one for one in order if policy.verdict("GET", held_by(one, policy.on)) is Verdict.ALLOW), "")


def readable() -> list[str]:
    """Routes with an address whose page somebody reads; a route that only acts has no page."""
    inside = [name for name in URLS if name in ROUTES and ROUTES[name].on is not On.PUBLIC]
    return sorted(name for name in inside if (ROUTES[name].read or ROUTES[name].on is On.SELF) and reader_of(name))


READ = readable()


def northmoors_page(northmoor, name: str) -> tuple[Client, str]:
    """Who reads the page, signed in, and where it is."""
    return northmoor.sign_in(Client(raise_request_exception=False), reader_of(name)), address(name, northmoor)


def queries_of(client: Client, path: str) -> int:
    """How often the page asks; its status, negative, where it is none."""
    with CaptureQueriesContext(connection) as queries:
        status = client.get(path).status_code
    return len(queries) if status < 400 else -status


@pytest.fixture
def counted(northmoor, clock):
    def count(rows: int) -> dict[str, int]:
        grow(northmoor, rows, now=clock())
        return {name: queries_of(*northmoors_page(northmoor, name)) for name in READ}

    count(FEW)  # things that addresses need are made, and whatever a first look notes is noted
    return count


def test_each_page_asks_equally_often_for_a_few_rows_and_for_hundreds_and_never_often(counted):
    few, many = counted(FEW), counted(MANY)
    assert {name: count for name, count in many.items() if count < 0} == {}
    assert {name: (few[name], many[name]) for name in READ if few[name] != many[name]} == {}
    assert {name: count for name, count in many.items() if count > MOST_QUERIES} == {}


def test_the_pages_that_are_measured_are_read_by_somebody():
    assert {"people_list", "enrolment_list", "run", "pair_list", "programme", "admin_events"} <= set(READ)
