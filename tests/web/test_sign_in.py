"""Coming in: passwords, lockout, links by mail, the demo's seats."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.accounts.counting_hasher import NAME as COUNTING
from tests.accounts.counting_hasher import CountingHasher
from tests.personas import PASSWORD
from viceversa.accounts.models import Event, User
from viceversa.accounts.seats import SEATS, DemoSeat
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle

NEW = "three herons on one leg"


def try_to_sign_in(client, email, password, **extra):
    return client.post(reverse("sign_in"), {"email": email, "password": password}, **extra)


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def link_in(letter):
    return re.search(r"http://testserver(/password/new/\S+)", letter.body).group(1)


def test_the_right_password_leads_home(northmoor, client):
    answer = try_to_sign_in(client, "Mentor@Northmoor.example ", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in_as(client) == str(northmoor.users["mentor"].pk)


def test_a_sign_in_is_recorded_with_a_code_and_no_words(northmoor, client):
    try_to_sign_in(client, "mentor@northmoor.example", PASSWORD)
    event = Event.objects.get(verb="user.signed_in")
    assert event.actor == northmoor.users["mentor"].public_id
    assert event.facts == {"way": "password"}


def test_the_session_gets_a_new_id_so_a_planted_one_is_dead(northmoor, client):
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["viceversa_session"] = before = planted.session_key
    try_to_sign_in(client, "mentor@northmoor.example", PASSWORD)
    assert client.cookies["viceversa_session"].value != before
    thief = Client()
    thief.cookies["viceversa_session"] = before
    assert signed_in_as(thief) is None


def test_an_unknown_address_gets_the_same_words_and_costs_the_same_work(northmoor, client, settings):
    settings.PASSWORD_HASHERS = [COUNTING]
    words, work = [], []
    northmoor.users["mentor"].set_password(PASSWORD)
    northmoor.users["mentor"].save()
    for address in ("mentor@northmoor.example", "nobody@northmoor.example"):
        CountingHasher.reached = 0
        answer = try_to_sign_in(client, address, "not this one at all")
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        words.append(body.replace(address, "the address"))
        work.append(CountingHasher.reached)
    assert words[0] == words[1]
    assert work == [1, 1]
    assert "do not belong together" in words[0]


@pytest.mark.parametrize(
    "onward", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_after_signing_in_nobody_is_sent_elsewhere(onward, northmoor, client):
    answer = client.post(
        reverse("sign_in"), {"email": "mentor@northmoor.example", "password": PASSWORD, "next": onward}
    )
    assert answer["Location"] == "/"


def test_after_signing_in_one_comes_to_the_page_that_was_asked_for(northmoor, client):
    asked = client.get(reverse("you"))
    shown = client.get(asked["Location"])
    assert f'name="next" value="{reverse("you")}"' in shown.content.decode()
    answer = client.post(
        reverse("sign_in"), {"email": "mentor@northmoor.example", "password": PASSWORD, "next": reverse("you")}
    )
    assert answer["Location"] == reverse("you")


def test_somebody_who_was_switched_off_does_not_come_in(northmoor, client):
    User.objects.filter(email="mentor@northmoor.example").update(is_active=False)
    assert "do not belong together" in try_to_sign_in(client, "mentor@northmoor.example", PASSWORD).content.decode()
    assert signed_in_as(client) is None


def test_an_empty_form_names_both_fields_and_keeps_what_was_typed(northmoor, client):
    page = client.post(reverse("sign_in"), {"email": "not an address", "password": ""}).content.decode()
    assert "<title>Error: Sign in" in page
    assert page.count("Enter an e-mail address, such as name@example.org.") == 2  # at the field and in the summary
    assert page.count("Enter your password.") == 2
    assert 'value="not an address"' in page


def test_signing_out_takes_a_post_and_ends_the_session(northmoor, client):
    northmoor.sign_in(client, "mentor")
    assert client.get(reverse("sign_out")).status_code == 405
    assert signed_in_as(client)
    client.post(reverse("sign_out"))
    assert signed_in_as(client) is None


def test_a_form_from_elsewhere_is_refused_with_a_page_that_explains(northmoor):
    strict = Client(enforce_csrf_checks=True)
    answer = try_to_sign_in(strict, "mentor@northmoor.example", PASSWORD)
    assert answer.status_code == 403
    assert b"open for too long" in answer.content


# Too many tries ------------------------------------------------------------------------------------------------


@pytest.fixture
def lockout(settings):
    settings.AXES_ENABLED = True
    settings.PASSWORD_HASHERS = [COUNTING]


def test_after_eight_tries_no_password_is_looked_at_any_more(northmoor, client, lockout, settings):
    answers = [try_to_sign_in(client, "mentor@northmoor.example", "wrong again").status_code for _ in range(8)]
    assert answers == [200] * 7 + [429]
    CountingHasher.reached = 0
    answer = try_to_sign_in(client, "mentor@northmoor.example", PASSWORD)
    assert answer.status_code == 429
    assert b"15 minutes" in answer.content
    assert CountingHasher.reached == 0
    assert signed_in_as(client) is None


def test_a_victim_elsewhere_is_not_locked_out_with_the_guesser(northmoor, client, lockout):
    northmoor.users["mentor"].set_password(PASSWORD)
    northmoor.users["mentor"].save()
    for _ in range(8):
        try_to_sign_in(client, "mentor@northmoor.example", "wrong again", REMOTE_ADDR="203.0.113.9")
    answer = try_to_sign_in(Client(), "mentor@northmoor.example", PASSWORD, REMOTE_ADDR="198.51.100.4")
    assert answer.status_code == 302


def test_a_new_password_lifts_the_wait(northmoor, client, clock, lockout):
    for _ in range(8):
        try_to_sign_in(client, "mentor@northmoor.example", "wrong again")
    client.post(reverse("password_forgot"), {"email": "mentor@northmoor.example"})
    run_until_idle(clock=clock)
    client.post(link_in(mail.outbox[-1]), {"password": NEW})
    assert try_to_sign_in(client, "mentor@northmoor.example", NEW).status_code == 302


# A new password by mail ----------------------------------------------------------------------------------------


@pytest.fixture
def letter(northmoor, client, clock):
    client.post(reverse("password_forgot"), {"email": "mentor@northmoor.example"})
    run_until_idle(clock=clock)
    return mail.outbox[-1]


def test_the_link_sets_a_password_once(northmoor, client, letter):
    link = link_in(letter)
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": NEW})["Location"] == reverse("password_done")
    assert client.get(link).status_code == 410
    assert client.post(link, {"password": "a third one, quite long"}).status_code == 410
    northmoor.users["mentor"].refresh_from_db()
    assert northmoor.users["mentor"].check_password(NEW)


def test_a_program_that_follows_every_link_changes_nothing(northmoor, client, letter):
    before = User.objects.get(pk=northmoor.users["mentor"].pk).password
    for _ in range(3):
        client.get(link_in(letter))
        client.head(link_in(letter))
    assert User.objects.get(pk=northmoor.users["mentor"].pk).password == before


def test_the_link_runs_out_after_an_hour(client, letter, clock):
    clock.forward(minutes=59)
    assert client.get(link_in(letter)).status_code == 200
    clock.forward(minutes=2)
    answer = client.get(link_in(letter))
    assert answer.status_code == 410
    assert b"Get a new password by mail" in answer.content


def test_a_changed_link_opens_nothing(client, letter):
    link = link_in(letter)
    for wrong in (link[:-3] + "x/", "/password/new/nonsense/", "/password/new/:::/"):
        assert client.get(wrong).status_code == 410


def test_a_sign_in_since_then_ends_the_link(northmoor, client, letter):
    northmoor.sign_in(Client(), "mentor")
    assert client.get(link_in(letter)).status_code == 410


def test_a_new_password_ends_every_other_sign_in(northmoor, client, clock):
    elsewhere = northmoor.sign_in(Client(), "mentor")
    client.post(reverse("password_forgot"), {"email": "mentor@northmoor.example"})
    run_until_idle(clock=clock)
    assert elsewhere.get(reverse("you")).status_code == 200
    client.post(link_in(mail.outbox[-1]), {"password": NEW})
    assert elsewhere.get(reverse("you")).status_code == 302


def test_an_unknown_address_is_answered_and_worked_alike_and_gets_no_letter(northmoor, client, clock):
    answers = []
    for address in ("mentor@northmoor.example", "nobody@northmoor.example"):
        answer = client.post(reverse("password_forgot"), {"email": address})
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1]
    assert Job.objects.filter(kind="password_letter").count() == 2
    run_until_idle(clock=clock)
    assert [letter.to for letter in mail.outbox] == [["mentor@northmoor.example"]]
    assert not Job.objects.filter(done_at=None).exists()


def test_asking_again_within_two_minutes_sends_one_letter(northmoor, client, clock):
    for address, seconds, letters in (
        ("mentor@northmoor.example", 0, 1),
        ("Mentor@Northmoor.Example", 100, 1),
        ("mentor@northmoor.example", 20, 2),
    ):
        clock.forward(seconds=seconds)
        client.post(reverse("password_forgot"), {"email": address})
        run_until_idle(clock=clock)
        assert len(mail.outbox) == letters


def test_neither_job_nor_event_holds_the_address(northmoor, client):
    client.post(reverse("password_forgot"), {"email": "nobody@northmoor.example"})
    kept = f"{list(Job.objects.values())} {list(Event.objects.values())}"
    assert "nobody" not in kept


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "12 characters or more"),
        ("qwerty123456", "list of common ones"),
        ("mentor@northmoor", "not so close to your name"),
        ("x" * 201, "200 characters or fewer"),
        ("", "12 characters or more"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(password, words, client, letter):
    answer = client.post(link_in(letter), {"password": password})
    assert answer.status_code == 200
    assert words in answer.content.decode()


# The demo's seats ------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(northmoor, settings):
    settings.DEMO_SEATS = True
    SEATS["priya"] = DemoSeat("priya", "mentor@northmoor.example", "mentor", "Priya Raman", "mentor", "Look around")
    yield northmoor
    SEATS.clear()


def take_seat(client, slug="priya", **extra):
    return client.post(reverse("demo_seat"), {"persona": slug}, **extra)


def test_a_seat_is_one_click_away_in_a_demo(demo, client):
    assert b"Look around as somebody" in client.get(reverse("sign_in")).content
    assert take_seat(client).status_code == 302
    assert signed_in_as(client) == str(demo.users["mentor"].pk)


def test_a_seat_can_be_changed_for_another(demo, client):
    SEATS["henrik"] = DemoSeat("henrik", "mentee@northmoor.example", "leader", "Henrik Solberg", "leader", "Learn")
    take_seat(client)
    assert b"Henrik Solberg" in client.get(reverse("sign_in")).content
    take_seat(client, "henrik")
    assert signed_in_as(client) == str(demo.users["mentee"].pk)


def test_outside_a_demo_there_are_no_seats(demo, client, settings):
    settings.DEMO_SEATS = False
    assert b"Look around" not in client.get(reverse("sign_in")).content
    assert take_seat(client).status_code == 404
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_FORWARDED",
        "HTTP_VIA",
        "HTTP_X_REAL_IP",
    ],
)
def test_a_forwarded_request_finds_no_seats(header, demo, client):
    assert b"Look around" not in client.get(reverse("sign_in"), **{header: "127.0.0.1"}).content
    assert take_seat(client, **{header: "127.0.0.1"}).status_code == 404
    assert signed_in_as(client) is None


@pytest.mark.parametrize("place", ["192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "", "nonsense"])
def test_a_request_from_elsewhere_finds_no_seats(place, demo, client):
    assert take_seat(client, REMOTE_ADDR=place).status_code == 404


def test_an_unknown_seat_is_not_there(demo, client):
    assert take_seat(client, "somebody").status_code == 404
