"""Every page that somebody may read: the same number of queries for a few rows and for hundreds, never many.

The pages come from the access table, their addresses from tests/access_table.py, so that a new page is measured
here without being named.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access_table import PERSONAS, held_by, identity_question_of, question_of
from tests.many import grow
from tests.pairing import pool as pools
from tests.web.test_access import URLS, address
from viceversa.accounts.access import ROUTES, On, Verdict
from viceversa.pairing.models import MatchRun
from viceversa.programmes.enrolment_steps import steps_of

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


def asked(queries: CaptureQueriesContext) -> int:
    """How many questions were asked, without the marks that a transaction within the test's own leaves."""
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for query in queries)


def queries_of(client: Client, path: str) -> int:
    """How often the page asks; its status, negative, where it is none."""
    with CaptureQueriesContext(connection) as queries:
        status = client.get(path).status_code
    return asked(queries) if status < 400 else -status


@pytest.fixture
def counted(northmoor, clock):
    def count(rows: int) -> dict[str, int]:
        grow(northmoor, rows, now=clock())
        return {name: queries_of(*northmoors_page(northmoor, name)) for name in READ}

    count(FEW)  # things that addresses need are made, and whatever a first look notes is noted
    return count


def test_each_page_asks_no_more_often_for_hundreds_of_rows_than_for_a_few_and_never_often(counted):
    few, many = counted(FEW), counted(MANY)
    assert {name: count for name, count in many.items() if count < 0} == {}
    assert {name: (few[name], many[name]) for name in READ if many[name] > few[name]} == {}
    assert {name: count for name, count in many.items() if count > MOST_QUERIES} == {}


# Whatever a list may be asked for, by any of the names that lists use; a page passes over what it does not know.
ASKED = "q=an&find=an&sort=name&order=name&show=low&state=matched&role=mentor&step=2&choose=1&page=2"


def asked_otherwise(northmoor, name: str) -> tuple[Client, str]:
    client, path = northmoors_page(northmoor, name)
    return client, f"{path}{'&' if '?' in path else '?'}{ASKED}"


def test_a_page_that_is_searched_filtered_and_turned_stays_within_the_same_number(northmoor, clock):
    grow(northmoor, MANY, now=clock())
    counts = {name: queries_of(*asked_otherwise(northmoor, name)) for name in READ}
    assert {name: count for name, count in counts.items() if not 0 < count <= MOST_QUERIES} == {}


def drawn_again(northmoor, name: str) -> int:
    """How often the page asks that answers an empty form; 0 where it is none."""
    client, path = northmoors_page(northmoor, name)
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(path)
        transaction.set_rollback(True)
    return asked(queries) if answer.status_code in (200, 409, 422) else 0


def test_a_form_that_comes_back_asks_no_more_than_a_page(northmoor, clock):
    grow(northmoor, MANY, now=clock())
    counts = {name: drawn_again(northmoor, name) for name in READ}
    assert {name: count for name, count in counts.items() if count > MOST_QUERIES} == {}
    assert sum(map(bool, counts.values())) > 20, "forms came back"


def test_each_step_of_an_enrolment_stays_within_the_same_number(northmoor, clock):
    identity_question_of(northmoor.programme)
    question_of(northmoor.programme)
    grow(northmoor, FEW, now=clock())
    held = northmoor.enrolments["mentor"]
    client = northmoor.sign_in(Client(), "mentor")
    paths = {step: reverse("enrolment_step", args=[held.public_id, step]) for step in steps_of(held)}
    assert {"identity", "questions"} <= set(paths)
    counts = {step: queries_of(client, path) for step, path in paths.items()}
    assert {step: count for step, count in counts.items() if not 0 < count <= MOST_QUERIES} == {}


@pytest.mark.parametrize("route", ["run_compare", "run_swap"])
def test_two_who_may_be_paired_are_judged_within_the_same_number(northmoor, clock, route):
    grow(northmoor, FEW, now=clock())
    mentor = pools.mentor(northmoor.cohort, 9_001, offers={"Dashboards": 5}, now=clock())
    mentee = pools.mentee(northmoor.cohort, 9_002, wants=["Dashboards"], now=clock())
    boss = northmoor.people["line_manager"]
    type(boss).objects.filter(pk__in=(mentor.person_id, mentee.person_id)).update(manager=boss)
    identity_question_of(northmoor.programme)
    path = f"{reverse(route, args=[northmoor.run.public_id])}?mentor={mentor.public_id}&mentee={mentee.public_id}"
    client = northmoor.sign_in(Client(), "coordinator")
    assert 0 < queries_of(client, path) <= MOST_QUERIES
    MatchRun.objects.filter(pk=northmoor.run.pk).update(policy={"rules": {"same_manager": True}})
    assert 0 < queries_of(client, path) <= MOST_QUERIES
    page = client.get(path).content.decode()
    assert ("Work out the exact cost" in page) == (route == "run_compare"), "the two may be paired"


def test_the_pages_that_are_measured_are_read_by_somebody():
    assert {"people_list", "enrolment_list", "run", "pair_list", "programme", "admin_events"} <= set(READ)
