"""Rows of long lists are drawn without a template: whatever somebody typed is escaped all the same."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.many import grow
from viceversa.pairing.models import MatchRun
from viceversa.people.models import Person

TYPED = "<b>&\"'"
ESCAPED = "&lt;b&gt;&amp;&quot;&#x27;"
FIELDS = ("given_name", "job_title", "function", "organisation")


@pytest.mark.parametrize("route", ["run", "pair_list", "enrolment_list", "people_list", "invite", "codes"])
def test_what_is_typed_into_names_and_jobs_is_no_markup_in_a_list(northmoor, clock, route):
    grow(northmoor, 2, now=clock())
    Person.objects.update(**dict.fromkeys(FIELDS, TYPED), is_external=route == "enrolment_list")
    if route == "codes":
        Person.objects.filter(user=None).update(email="")
    about = {"run": [northmoor.run.public_id], "people_list": []}.get(route, [northmoor.programme.public_id])
    page = northmoor.sign_in(Client(), "coordinator").get(reverse(route, args=about)).content.decode()
    assert ESCAPED in page
    assert TYPED not in page
    assert "<b>&amp;" not in page


def test_a_row_of_a_run_names_both_for_those_who_hear_its_buttons(northmoor, clock):
    grow(northmoor, 2, now=clock())
    page = northmoor.sign_in(Client(), "coordinator").get(reverse("run", args=[northmoor.run.public_id]))
    run = MatchRun.objects.get(pk=northmoor.run.pk)
    drafts = run.proposals.filter(state="draft").select_related("mentor__person", "mentee__person")
    both = [f"{one.mentee.person.name} and {one.mentor.person.name}" for one in drafts]
    assert both
    for names in both:
        hidden = f'<span class="visually-hidden"> {names}</span>'
        assert page.content.decode().count(hidden) == 4, "publish, lock, forbid, swap"
        assert f"{names} with somebody else</span>" in page.content.decode()
