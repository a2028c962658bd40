"""Where each role arrives, and what a participant reads there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from viceversa.accounts.models import Event, RoleGrant, User
from viceversa.journey.models import Delegation, Meeting
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import Pair
from viceversa.people.models import Person
from viceversa.people.own_profile import boundaries_of
from viceversa.programmes.models import Programme

from ..personas import make_person


def page(northmoor, persona, name="home"):
    answer = northmoor.sign_in(Client(), persona).get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("persona", "route"),
    [
        ("sponsor", "insights_list"),
        ("analyst", "insights_list"),
        ("administrator", "admin"),
        ("handler", "concerns"),
        ("privacy_officer", "admin_events"),
        ("delegate", "dates"),
    ],
)
def test_people_who_run_things_go_to_where_their_day_is(persona, route, northmoor, client):
    answer = northmoor.sign_in(client, persona).get("/")
    assert (answer.status_code, answer["Location"]) == (302, reverse(route))


def test_a_coordinator_goes_to_the_one_programme(northmoor, client):
    northmoor.sign_in(client, "coordinator")
    assert client.get("/")["Location"] == reverse("programme", args=[northmoor.programme.public_id])


def also_coordinates(northmoor, public_id):
    columns = {"user": northmoor.users["coordinator"], "role": "coordinator", "granted_at": northmoor.programme.made_at}
    RoleGrant.objects.create(scope=public_id, **columns)


@pytest.mark.parametrize("busy", ["programme", "other_programme"])
def test_a_coordinator_of_several_goes_to_the_one_where_most_waits(busy, northmoor, client):
    also_coordinates(northmoor, northmoor.other_programme.public_id)
    northmoor.sign_in(client, "coordinator")
    Programme.objects.update(state="launched")
    Pair.objects.update(state="paused")  # left in peace
    late = Pair.objects.filter(cohort__programme=getattr(northmoor, busy)).first()
    Pair.objects.filter(pk=late.pk).update(state="active")
    Meeting.objects.filter(pair=late).delete()
    Meeting.objects.create(pair=late, number=1, title="Talk", due_on="2026-05-04", time_zone="UTC")
    with CaptureQueriesContext(connection) as seen:
        answer = client.get("/")
    assert answer["Location"] == reverse("programme", args=[getattr(northmoor, busy).public_id])
    assert len(seen) <= 15


def test_a_coordinator_of_more_than_five_chooses_from_the_list(northmoor, client):
    for number in range(5):
        also_coordinates(northmoor, f"elsewhere-{number}")
    assert northmoor.sign_in(client, "coordinator").get("/")["Location"] == reverse("programme_list")


def test_a_coordinator_without_a_programme_is_shown_the_first_steps(northmoor, client):
    RoleGrant.objects.filter(user=northmoor.users["coordinator"]).update(scope="")
    text = page(northmoor, "coordinator")
    assert "Begin with a playbook" in text
    assert f"{Person.objects.count()} people are here" in text


@pytest.mark.parametrize(
    ("hour", "words"),
    [(4, "Good morning"), (11, "Good afternoon"), (17, "Good evening"), (3, "Good evening"), (23, "Good evening")],
)
def test_the_greeting_goes_by_the_reader_s_own_clock(hour, words, northmoor, clock):
    clock.now = clock().replace(hour=hour)  # UTC; London is an hour ahead in June
    assert f"<h1>{words}, Henrik</h1>" in page(northmoor, "mentee")


def test_a_mentee_reads_one_thing_to_do_the_next_meeting_and_the_months(northmoor):
    text = page(northmoor, "mentee")
    assert text.count('class="panel now"') == 1
    assert "Prepare “Compass”" in text
    assert "Thursday 25 June, 09:30" in text  # half past eight UTC
    assert "with Priya Raman, 4th-floor library" in text
    assert "Marta Lind can move it for you" in text
    assert "June: next, Thursday 25 June" in text


def test_each_reads_the_time_on_their_own_clock_and_the_other_s_beside_it(northmoor):
    User.objects.filter(email="mentee@northmoor.example").update(time_zone="Asia/Tokyo")
    text = page(northmoor, "mentee")
    assert "Thursday 25 June, 17:30" in text
    assert "For Priya it is 09:30 (Europe/London)" in text


def test_somebody_in_no_programme_reads_that_invitations_come_here(northmoor):
    assert "You take part in no programme yet" in page(northmoor, "outsider")


def test_an_account_without_a_person_has_a_home_too(northmoor, client):
    user = User.objects.create_user("new@northmoor.example", None, name="Nobody Yet")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert b"You take part in no programme yet" in client.get("/").content


def queries_of(northmoor, persona, path="/"):
    client = northmoor.sign_in(Client(), persona)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_a_home_takes_few_queries_and_no_more_with_many_pairs(northmoor, clock):
    before = queries_of(northmoor, "mentor")
    for n in range(20):
        person = make_person(f"many-{n}", "Many", str(n), grade=7)
        enrolment = northmoor.enrolments["mentee"].__class__.objects.create(
            cohort=northmoor.cohort, person=person, role="mentee", state="matched"
        )
        pair = Pair.objects.create(
            cohort=northmoor.cohort,
            mentor=northmoor.enrolments["mentor"],
            mentee=enrolment,
            state="active",
            formed_at=clock(),
        )
        for number in range(1, 10):
            Meeting.objects.create(
                pair=pair,
                number=number,
                title="x",
                due_on=clock().date(),
                state="planned",
                starts_at=clock() + timedelta(days=number),
            )
    assert queries_of(northmoor, "mentor") == before <= 15


# One's own account ---------------------------------------------------------------------------------------------


def test_an_account_s_name_language_and_zone_can_be_changed(northmoor, client):
    northmoor.sign_in(client, "mentee")
    said = {"form": "account", "name": "Henrik S.", "language": "en-gb", "time_zone": "Europe/Oslo"}
    assert client.post(reverse("you"), said).status_code == 302
    user = User.objects.get(email="mentee@northmoor.example")
    assert (user.name, user.language, user.time_zone) == ("Henrik S.", "en-gb", "Europe/Oslo")
    assert b"Your account is saved." in client.get(reverse("you")).content


def test_a_zone_that_is_none_is_refused_and_what_was_typed_is_kept(northmoor, client):
    northmoor.sign_in(client, "mentee")
    text = client.post(reverse("you"), {"form": "account", "name": "H.", "time_zone": "Mars/Olympus"}).content.decode()
    assert "<title>Error: You" in text
    assert text.count("Choose a time zone from the list.") == 2
    assert 'value="H."' in text


def test_a_new_password_needs_the_present_one_and_keeps_this_sign_in_alone(northmoor, client):
    northmoor.sign_in(client, "mentee")
    elsewhere = northmoor.sign_in(Client(), "mentee")
    new = "three herons on one leg"
    wrong = {"form": "password", "present": "a guess at it", "password": new}
    assert "This is not your present password." in client.post(reverse("you"), wrong).content.decode()
    right = wrong | {"present": "a long walk by the river"}
    assert client.post(reverse("you"), right).status_code == 302
    assert client.get(reverse("you")).status_code == 200
    assert elsewhere.get(reverse("you")).status_code == 302
    assert User.objects.get(email="mentee@northmoor.example").check_password(new)


PROFILE = {
    "preferred_name": "Hen",
    "time_zone": "Europe/Oslo",
    "hours_start": "22:00",
    "hours_end": "06:00",
    "languages": "nb\nen\nnb",
    "interests": "sailing\n\n  long  walks ",
    "style_formality": "2",
    "style_structure": "",
    "boundaries": "My divorce",
}


def seen(client):
    return {"seen": client.get(reverse("you_profile")).context["seen"]}


def test_a_profile_is_kept_as_said_and_the_event_names_fields_not_words(northmoor, client):
    northmoor.sign_in(client, "mentee")
    assert client.post(reverse("you_profile"), PROFILE | seen(client)).status_code == 302
    person = Person.objects.get(person_id="n-mentee")
    assert (person.hours_start, person.hours_end) == (22 * 60, 6 * 60)
    assert (person.languages, person.interests) == (["nb", "en"], ["sailing", "long walks"])
    assert (person.style_formality, person.style_structure, boundaries_of(person)) == (2, None, "My divorce")
    facts = Event.objects.get(verb="person.changed_own_profile").facts
    assert set(facts.values()) == {True}
    assert "divorce" not in str(facts)
    shown = client.get(reverse("you_profile")).content.decode()
    assert 'value="22:00"' in shown
    assert "sailing\nlong walks" in shown


def test_saving_a_profile_unchanged_records_nothing(northmoor, client):
    northmoor.sign_in(client, "mentee")
    said = PROFILE | seen(client)
    client.post(reverse("you_profile"), said)
    client.post(reverse("you_profile"), said)
    assert Event.objects.filter(verb="person.changed_own_profile").count() == 1


def test_every_mistake_in_a_profile_is_named_at_once(northmoor, client):
    northmoor.sign_in(client, "mentee")
    wrong = PROFILE | {"languages": "english please", "hours_start": "25:00", "hours_end": "", "style_formality": "9"}
    text = client.post(reverse("you_profile"), wrong).content.decode()
    for words in ("is not a language tag", "when your day begins as a time", "Enter when your day ends", "Choose one"):
        assert text.count(words) >= 2, words
    assert Person.objects.get(person_id="n-mentee").sealed_boundaries == b""


def test_two_windows_do_not_overwrite_each_others_profile(northmoor, client):
    northmoor.sign_in(client, "mentee")
    before = seen(client)
    client.post(reverse("you_profile"), PROFILE | before)
    answer = client.post(reverse("you_profile"), PROFILE | before | {"preferred_name": "Rik"})
    assert answer.status_code == 409
    assert 'value="Rik"' in answer.content.decode()
    assert Person.objects.get(person_id="n-mentee").preferred_name == "Hen"


def test_boundaries_are_sealed(northmoor, client):
    northmoor.sign_in(client, "mentee")
    client.post(reverse("you_profile"), PROFILE | seen(client))
    assert b"divorce" not in bytes(Person.objects.get(person_id="n-mentee").sealed_boundaries)


# Who acts for one ------------------------------------------------------------------------------------------------


def name_somebody(client, **changes):
    said = {"name": "Per Assistant", "email": "Per@northmoor.example", "until": "2026-12-31"}
    return client.post(reverse("delegation_new"), said | changes)


def test_a_mentee_names_a_delegate_who_gets_a_way_in_by_mail(northmoor, client, clock):
    assert name_somebody(northmoor.sign_in(client, "mentee")).status_code == 302
    run_until_idle(clock=clock)
    (letter,) = mail.outbox
    assert letter.to == ["per@northmoor.example"]
    assert "Henrik Solberg" in letter.body
    assert "/password/new/" in letter.body
    user = User.objects.get(email="per@northmoor.example")
    assert not user.has_usable_password()
    assert Delegation.objects.standing(now=clock()).filter(delegate=user).count() == 1


def test_somebody_who_has_an_account_is_sent_to_the_dates(northmoor, client, clock):
    name_somebody(northmoor.sign_in(client, "mentee"), email="outsider@northmoor.example")
    run_until_idle(clock=clock)
    assert reverse("dates") in mail.outbox[0].body
    assert "/password/new/" not in mail.outbox[0].body


def test_naming_somebody_twice_sets_the_last_day_anew(northmoor, client, clock):
    northmoor.sign_in(client, "mentee")
    name_somebody(client)
    name_somebody(client, until="2026-08-31")
    delegation = Delegation.objects.get(delegate__email="per@northmoor.example")
    assert delegation.expires_at.date().isoformat() == "2026-08-31"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "mentee@northmoor.example"}, "This is your own address."),
        ({"until": "2026-06-23"}, "Enter a day after today."),
        ({"until": "2027-06-30"}, "within a year"),
        ({"until": "soon"}, "Enter the last day as a date"),
        ({"name": ""}, "Enter their name"),
    ],
)
def test_a_delegation_that_cannot_be_is_explained(changes, words, northmoor, client):
    text = name_somebody(northmoor.sign_in(client, "mentee"), **changes).content.decode()
    assert text.count(words) == 2
    assert Delegation.objects.count() == 1  # the fixture's own


def test_a_mentor_has_no_delegate(northmoor, client):
    assert "Nobody can act for you here" in name_somebody(northmoor.sign_in(client, "mentor")).content.decode()
    assert Delegation.objects.count() == 1


def test_ending_a_delegation_takes_the_dates_away_at_once(northmoor, client):
    delegate = northmoor.sign_in(Client(), "delegate")
    assert delegate.get(reverse("dates")).status_code == 200
    delegation = Delegation.objects.get()
    northmoor.sign_in(client, "mentee")
    client.post(reverse("you"), {"form": "end_delegation", "delegation": delegation.pk})
    assert delegate.get(reverse("dates")).status_code == 404


def test_nobody_ends_another_s_delegation(northmoor, client, clock):
    delegation = Delegation.objects.get()
    northmoor.sign_in(client, "same_programme_mentee")
    client.post(reverse("you"), {"form": "end_delegation", "delegation": delegation.pk})
    assert Delegation.objects.standing(now=clock()).count() == 1
