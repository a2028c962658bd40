"""Ids of things that are not one's own, in every place of a form and an address that takes an id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access_table import VALUES
from tests.conftest import BOTH
from tests.web.test_access import JUDGED, address, expected, things_of
from viceversa.accounts.access import ROUTES, On, Verdict
from viceversa.accounts.keys.store import seal
from viceversa.accounts.models import RoleGrant
from viceversa.journey.models import CheckIn, Delegation
from viceversa.pairing.models import PairDecision
from viceversa.people.models import Exclusion
from viceversa.programmes.models import Enrolment

from .crawl import changed, rows_of_everything
from .house import House

pytestmark = pytest.mark.django_db(databases=BOTH)


def next_pair(house: House) -> dict[str, Any]:
    """The other pair of the same programme, which this pair has nothing to do with."""
    enrolments = house.world.enrolments
    pair = enrolments["same_programme_mentor"].pairs_as_mentor.get()
    return VALUES | {
        "pair": lambda _: pair.public_id,
        "meeting": lambda _: pair.meetings.get().public_id,
        "proposal": lambda _: pair.proposal.public_id,
        "enrolment": lambda _: enrolments["same_programme_mentor"].public_id,
    }


OF_TWO = [name for name in JUDGED if ROUTES[name].on in (On.PAIR, On.PROPOSAL, On.ENROLMENT)]


def test_the_next_pair_of_ones_own_programme_does_not_exist(house: House) -> None:
    before = rows_of_everything()
    seen = []
    for persona in ("mentor", "mentee", "hopeful", "delegate", "line_manager", "outsider", "administrator", "handler"):
        client = house.client(persona)
        for name in OF_TWO:
            path = address(name, house.world, next_pair(house))
            answers = (client.get(path), client.head(path), client.post(path, {"word": "no", "held": "yes"}))
            seen += [f"{persona} {name}: {answer.status_code}" for answer in answers if answer.status_code != 404]
    assert seen == []
    assert changed(before, rows_of_everything()) == []


def test_an_id_of_another_kind_opens_nothing(house: House) -> None:
    """Every id of the world in every place of every address, where the kind does not fit."""
    world = house.world
    ids = {thing: value(world) for thing, value in VALUES.items() if len(value(world)) >= 20}
    client = house.client("coordinator")
    seen = []
    for name in JUDGED:
        places = things_of(name)
        for thing in set(places.values()) & set(ids):
            for other, public_id in ids.items():
                same = other == thing or {other, thing} <= {"enrolment", "mentor", "mentee"}
                if same or public_id == ids[thing]:
                    continue
                path = address(name, world, VALUES | {thing: lambda _, there=public_id: there}).partition("?")[0]
                answer = client.get(path)
                shut = expected(name, "coordinator", "GET") is Verdict.FORBID  # whatever the id
                if answer.status_code not in (404, 405) and not (shut and answer.status_code == 403):
                    seen.append(f"{name} with the id of a {other}: {answer.status_code}")
    assert seen == []


def decided(house: House, **two: Enrolment) -> Any:
    fields = {side: enrolment.public_id for side, enrolment in two.items()}
    path = reverse("run_decide", args=[house.world.run.public_id])
    return house.client("coordinator").post(path, fields | {"kind": "locked"}, follow=True)


def test_a_coordinator_decides_about_nobody_of_another_cohort(house: House) -> None:
    ours = house.world.enrolments
    wrong = [
        {"mentor": ours["other_mentor"], "mentee": ours["other_mentee"]},
        {"mentor": ours["mentor"], "mentee": ours["other_mentee"]},
        {"mentor": ours["other_mentor"], "mentee": ours["mentee"]},
        {"mentor": ours["mentee"], "mentee": ours["mentor"]},
        {"mentor": ours["mentor"], "mentee": ours["mentor"]},
    ]
    for two in wrong:
        answer = decided(house, **two)
        assert b"Nothing was decided" in answer.content
        assert b"Oyelaran" not in answer.content
        assert b"Blanc" not in answer.content
    assert not PairDecision.objects.exists()
    decided(house, mentor=ours["hopeful"], mentee=ours["waiting"])
    assert PairDecision.objects.count() == 1, "the test's own form works"


def test_a_comparison_names_nobody_of_another_cohort(house: House) -> None:
    ours, path = house.world.enrolments, reverse("run_compare", args=[house.world.run.public_id])
    for mentor, mentee in (("other_mentor", "other_mentee"), ("mentor", "other_mentee"), ("other_mentor", "mentee")):
        asked = {"mentor": ours[mentor].public_id, "mentee": ours[mentee].public_id}
        for query in (asked, asked | {"choose": "1"}):
            page = house.client("coordinator").get(path, query).content.decode()
            assert "Oyelaran" not in page
            assert "Blanc" not in page


def test_no_letter_goes_again_to_somebody_of_another_programme(house: House) -> None:
    client = house.client("coordinator")
    path = reverse("invite", args=[house.world.programme.public_id])
    Enrolment.objects.filter(pk=house.world.enrolments["other_mentor"].pk).update(state=Enrolment.State.INVITED)
    before = rows_of_everything()
    answer = client.post(path, {"again": house.world.enrolments["other_mentor"].public_id})
    assert answer.status_code == 404
    assert b"Oyelaran" not in answer.content
    assert changed(before, rows_of_everything()) == []


def test_a_coordinator_notes_a_contact_in_their_own_programme_alone(house: House) -> None:
    world, now = house.world, house.clock()
    meeting, person = world.other_pair.meetings.get(), world.people["other_mentor"]
    answers = {"could_say": 1, "useful": 1, "taught": "both", "wants_contact": True}
    asked = CheckIn.objects.create(meeting=meeting, person=person, at=now, **answers)
    path = reverse("pair_contacted", args=[world.programme.public_id])
    own = house.held_meeting.public_id
    for there, who in ((meeting.public_id, person.public_id), (own, person.public_id), (own, "")):
        page = house.client("coordinator").post(path, {"meeting": there, "person": who}, follow=True)
        assert b"Oyelaran" not in page.content
    asked.refresh_from_db()
    assert asked.contacted_at is None
    assert CheckIn.objects.get(meeting=house.held_meeting).contacted_at is None


def test_nobody_ends_a_delegation_that_is_not_theirs(house: House) -> None:
    delegation = Delegation.objects.get()
    for persona in ("mentor", "same_programme_mentee", "other_mentee", "delegate", "coordinator", "administrator"):
        fields = {"form": "end_delegation", "delegation": str(delegation.pk)}
        assert b"Marta Lind no longer" not in house.client(persona).post("/you/", fields, follow=True).content
    delegation.refresh_from_db()
    assert delegation.ended_at is None


def test_nobody_takes_out_or_reads_whom_somebody_else_avoids(house: House) -> None:
    other = house.world.people["mentee"]
    sealed = seal("n-somebody-avoided", owner=other.public_id)
    theirs = Exclusion.objects.create(author=other, sealed_person_id=sealed)
    path = reverse("enrolment_step", args=[house.world.enrolments["mentor"].public_id, "avoid"])
    client = house.client("mentor")
    seen = client.get(path).context["seen"]
    for fields in ({"keep": [str(theirs.pk)]}, {"keep": []}, {"find": "find", "words": "somebody"}):
        answer = client.post(path, fields | {"seen": seen}, follow=True)
        assert b"somebody-avoided" not in answer.content
    assert Exclusion.objects.filter(pk=theirs.pk).exists()


def test_only_an_administrator_gives_or_ends_a_role(house: House) -> None:
    grants = list(RoleGrant.objects.values_list("pk", "ended_at"))
    for persona in ("coordinator", "sponsor", "analyst", "privacy_officer", "handler", "mentor", "outsider"):
        client = house.client(persona)
        for fields in ({"end": str(grants[0][0])}, {"role": "administrator", "email": f"{persona}@northmoor.example"}):
            assert client.post(reverse("admin_roles"), fields).status_code in (403, 404)
    assert list(RoleGrant.objects.values_list("pk", "ended_at")) == grants


def test_an_administrator_becomes_no_handler_by_their_own_hand(house: House) -> None:
    own = {"role": "handler", "email": " Administrator@northmoor.example "}
    house.client("administrator").post(reverse("admin_roles"), own)
    assert not RoleGrant.objects.filter(user=house.world.users["administrator"], role="handler").exists()


def test_another_peoples_form_key_makes_a_new_thing_and_never_theirs(house: House) -> None:
    """The key of a form that was drawn for somebody else names nothing for me."""
    world = house.world
    new = reverse("objective_new", args=[world.programme.public_id])
    there = reverse("objective_new", args=[world.other_programme.public_id])
    key = house.client("coordinator_elsewhere").get(there).context["key"]
    fields = {"title": "Ours", "metric": "Count", "key": key}
    house.client("coordinator").post(new, fields)
    house.client("coordinator_elsewhere").post(there, fields | {"title": "Theirs"})
    assert world.programme.objectives.filter(title="Ours").count() == 1
    assert world.other_programme.objectives.filter(title="Theirs").count() == 1


def test_the_programme_cookie_opens_nothing(house: House) -> None:
    client = house.client("coordinator")
    client.cookies["viceversa_programme"] = house.world.other_programme.public_id
    page = client.get(reverse("people_list")).content.decode()
    assert "Other Voices" not in page
    assert house.world.other_programme.public_id not in page


def test_a_link_for_one_invitation_answers_no_other(house: House) -> None:
    """A token is of one enrolment; pieces of two make none."""
    claim, _, seal_of = house.join_token.rpartition(":")
    password_claim, _, password_seal = house.password_token.rpartition(":")
    for token in (f"{claim}:{password_seal}", f"{password_claim}:{seal_of}", claim, f"{house.join_token}x"):
        for route in ("join", "password_reset"):
            path = reverse(route, args=[token])
            assert Client().get(path).status_code == 410
            assert Client().post(path, {"password": "a short swim at noon"}).status_code == 410
    assert Client().get(reverse("password_reset", args=[house.join_token])).status_code == 410
    assert Client().get(reverse("join", args=[house.password_token])).status_code == 410


def test_who_is_signed_in_as_somebody_else_cannot_answer_an_invitation(house: House) -> None:
    path = reverse("join", args=[house.join_token])
    before = rows_of_everything()
    for persona in ("mentor", "coordinator", "outsider"):
        for fields in ({"answer": "yes", "password": "a short swim at noon"}, {"answer": "no"}):
            assert house.client(persona).post(path, fields).status_code == 410
    assert changed(before, rows_of_everything()) == []


def test_a_delegate_changes_a_date_and_nothing_else(house: House) -> None:
    meeting = house.world.meeting
    client = house.client("delegate")
    house.clock.forward(minutes=1)
    typed = {
        "date": "2026-06-30",
        "time": "10:00",
        "time_zone": "Europe/London",
        "minutes": "60",
        "place": "Canteen",
        "version": str(meeting.version),
        "title": "Mine now",
        "state": "held",
        "pair": house.world.other_pair.public_id,
        "number": "9",
    }
    assert client.post(reverse("meeting_plan", args=[meeting.public_id]), typed)["Location"] == reverse("dates")
    meeting.refresh_from_db()
    assert (meeting.title, meeting.state, meeting.number, meeting.pair_id) == (
        "Compass",
        "planned",
        1,
        house.world.pair.pk,
    )
    assert meeting.starts_at.date().isoformat() == "2026-06-30"
    assert meeting.starts_at > house.clock() + timedelta(days=1)
