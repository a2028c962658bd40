"""Pages that are not there, not the reader's, or broken."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from viceversa.web.pages.errors import fault


@pytest.mark.parametrize(("persona", "frame"), [("mentor", "seat"), ("coordinator", "desk"), ("sponsor", "desk")])
def test_somebody_signed_in_keeps_their_places_where_nothing_is(persona, frame, northmoor, client):
    answer = northmoor.sign_in(client, persona).get("/nothing/")
    assert answer.status_code == 404
    assert f'data-shell="{frame}"' in answer.content.decode()


def test_what_is_not_one_s_own_to_open_keeps_the_places_and_names_no_programme(northmoor, client):
    answer = northmoor.sign_in(client, "mentor").get(reverse("programme", args=[northmoor.programme.public_id]))
    assert answer.status_code == 403
    assert 'data-shell="seat"' in answer.content.decode()
    assert northmoor.programme.name not in answer.content.decode()


def test_a_stranger_reads_the_plain_page(northmoor):
    answer = Client().get("/nothing/")
    assert answer.status_code == 404
    assert "data-shell" not in answer.content.decode()


def test_a_fault_asks_the_database_nothing(northmoor):
    with CaptureQueriesContext(connection) as seen:
        answer = fault(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
    assert len(seen) == 0


@pytest.mark.parametrize("persona", ["sponsor", "analyst", "administrator", "handler"])
def test_the_rail_does_not_name_the_only_page_twice(persona, northmoor, client):
    text = northmoor.sign_in(client, persona).get("/", follow=True).content.decode()
    assert 'class="rail"' in text
    assert "</svg>Today</a>" not in text
