"""Pages of a cohort that is closed or archived say so, and offer no change that would be refused."""

from __future__ import annotations

import pytest

from tests.web.test_roster import text_of

CHANGES = {
    "admission/": "Save how people come in",
    "lottery/": "Freeze the list",
    "design/dates/": "See the summary first",
}
NOBODY_COMES_IN = "nobody comes into it any more"
NOTHING_CHANGES = "nothing in it changes until it is taken out again"


@pytest.fixture
def open_pages(northmoor, client):
    signed_in = northmoor.sign_in(client, "coordinator")
    return lambda page: text_of(signed_in.get(f"/programmes/{northmoor.programme.public_id}/{page}"))


@pytest.mark.parametrize("page", ["admission/", "design/dates/"])
def test_an_open_cohort_can_be_changed_there(open_pages, page):
    assert CHANGES[page] in open_pages(page)


@pytest.mark.parametrize("page", ["admission/", "lottery/"])
def test_a_closed_cohort_offers_nothing_that_is_refused(open_pages, northmoor, clock, page):
    northmoor.cohort.closed_at = clock()
    northmoor.cohort.save()
    text = open_pages(page)
    assert NOBODY_COMES_IN in text
    assert CHANGES[page] not in text


@pytest.mark.parametrize("page", ["admission/", "lottery/", "design/dates/"])
def test_an_archived_programme_offers_nothing_that_is_refused(open_pages, northmoor, clock, page):
    northmoor.programme.archived_at = clock()
    northmoor.programme.save()
    text = open_pages(page)
    assert NOTHING_CHANGES in text
    assert CHANGES[page] not in text
