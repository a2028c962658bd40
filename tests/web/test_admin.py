"""The administrator's pages, the event log and the handlers' desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.personas import make_person, make_user
from tests.web.test_cockpit import MOST_QUERIES, queries_for, words_of
from viceversa.accounts.access import Role
from viceversa.accounts.events import record, seal_events, write_verification
from viceversa.accounts.models import ChainVerification, Event, RoleGrant, User
from viceversa.outbox.models import Heartbeat, Job
from viceversa.outbox.worker import run_until_idle


@pytest.fixture
def administrator(northmoor):
    return northmoor.sign_in(Client(), "administrator")


def standing(role: Role, **about) -> int:
    return RoleGrant.objects.standing().filter(role=role.value, **about).count()


def test_a_missing_worker_and_given_up_work_are_to_be_mended(northmoor, administrator, clock):
    Job.objects.create(
        kind="meeting_invitation",
        key="a",
        facts={"meeting": "canary-id"},
        written_at=clock(),
        due_at=clock(),
        failed_at=clock(),
        attempts=8,
        problem="ConnectionRefusedError",
    )
    answer = words_of(administrator.get(reverse("admin")))
    assert "Two things must be mended" in answer
    assert "ConnectionRefusedError" in answer
    assert "canary-id" not in answer


def test_with_a_worker_everything_is_running(northmoor, administrator, clock):
    Heartbeat.objects.create(worker="one", at=clock())
    assert "Everything is running" in words_of(administrator.get(reverse("admin")))


def test_a_role_is_given_by_form(northmoor, administrator):
    form = {"role": "sponsor", "email": "nia@northmoor.example", "name": "Nia New"}
    form["programme"] = northmoor.programme.public_id
    answer = administrator.post(reverse("admin_roles"), form, follow=True)
    assert "Nia New now holds the role Sponsor; a letter is on its way." in words_of(answer)
    assert standing(Role.SPONSOR, scope=northmoor.programme.public_id) == 2


def test_a_coordinator_without_a_programme_may_begin_one(northmoor, administrator):
    administrator.post(reverse("admin_roles"), {"role": "coordinator", "email": "nia@northmoor.example"})
    assert standing(Role.COORDINATOR, scope="") == 1


WRONG = [
    ({}, ["Choose a role", "Enter an e-mail address"]),
    ({"role": "mentor", "email": "a@b.example"}, ["Choose a role from the list"]),
    ({"role": "sponsor", "email": "nia"}, ["Enter an e-mail address like", "Choose the programme that this sponsor"]),
    ({"role": "analyst", "email": "a@b.example", "programme": "PROGRAMME"}, ["Choose “No programme”"]),
    ({"role": "handler", "email": "administrator@northmoor.example"}, ["nobody makes themself a handler"]),
    ({"role": "sponsor", "email": "a@b.example", "programme": "nonsense"}, ["Choose a programme from the list"]),
]


@pytest.mark.parametrize(("form", "problems"), WRONG)
def test_everything_wrong_with_the_form_is_said_at_once(northmoor, administrator, form, problems):
    sent = {name: value.replace("PROGRAMME", northmoor.programme.public_id) for name, value in form.items()}
    before = RoleGrant.objects.count()
    answer = words_of(administrator.post(reverse("admin_roles"), sent))
    assert [problem for problem in problems if problem not in answer] == []
    assert "<title>Error: " in answer
    assert RoleGrant.objects.count() == before
    if form.get("email"):
        assert f'value="{sent["email"]}"' in answer


def test_a_role_is_ended_by_its_button(northmoor, administrator):
    grant = RoleGrant.objects.get(user=northmoor.users["sponsor"])
    answer = administrator.post(reverse("admin_roles"), {"end": grant.pk}, follow=True)
    assert "Ruth Adeyemi no longer holds the role Sponsor." in words_of(answer)
    again = administrator.post(reverse("admin_roles"), {"end": grant.pk}, follow=True)
    assert "That role had ended already." in words_of(again)


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 30])
def test_an_unknown_button_ends_nothing(northmoor, administrator, key):
    before = RoleGrant.objects.standing().count()
    answer = administrator.post(reverse("admin_roles"), {"end": key}, follow=True)
    assert answer.status_code == 200
    assert RoleGrant.objects.standing().count() == before


def test_the_last_administrator_cannot_end_their_own_role(northmoor, administrator):
    grant = RoleGrant.objects.get(user=northmoor.users["administrator"])
    answer = administrator.post(reverse("admin_roles"), {"end": grant.pk}, follow=True)
    assert "Sam Price is the last administrator." in words_of(answer)
    assert standing(Role.ADMINISTRATOR) == 1


def test_roles_ask_as_often_for_few_as_for_many(northmoor, administrator, clock):
    few = queries_for(administrator, reverse("admin_roles"))
    for number in range(60):
        user = make_user(f"many{number}@northmoor.example")
        scope = northmoor.other_programme.public_id
        RoleGrant.objects.create(user=user, role=Role.SPONSOR.value, scope=scope, granted_at=clock())
    assert queries_for(administrator, reverse("admin_roles")) == few
    assert few <= MOST_QUERIES


def test_events_ask_as_often_for_few_as_for_many(northmoor, administrator, clock):
    def add(count: int) -> None:
        for _ in range(count):
            by = northmoor.users["coordinator"]
            record("user.seen", noun="user", object_id=by.public_id, by=by, now=clock())

    add(2)
    few = queries_for(administrator, reverse("admin_events"))
    add(60)
    assert queries_for(administrator, reverse("admin_events")) == few
    assert few <= MOST_QUERIES


def test_an_administrator_does_not_read_what_happens_in_programmes(northmoor, administrator, clock):
    by = northmoor.users["mentor"]
    record("meeting.held", noun="meeting", object_id=northmoor.meeting.public_id, by=by, now=clock())
    path = reverse("admin_events")
    assert "Meeting: held" not in words_of(administrator.get(path + "?noun=meeting"))
    officer = northmoor.sign_in(Client(), "privacy_officer")
    assert "Meeting: held" in words_of(officer.get(path + "?noun=meeting"))


@pytest.mark.parametrize("query", ["?before=x", "?before=99999999999999999999", "?noun=nonsense", "?about=%00'"])
def test_odd_queries_are_answered(northmoor, administrator, query):
    assert administrator.get(reverse("admin_events") + query).status_code == 200


def test_the_handlers_desk_says_honestly_that_it_is_not_there_yet(northmoor):
    answer = words_of(northmoor.sign_in(Client(), "handler").get(reverse("concerns")))
    assert "People cannot raise one in Viceversa yet." in answer


def test_an_event_reads_as_words_and_its_codes_by_name(northmoor, clock):
    by = northmoor.users["coordinator"]
    record("applied", noun="roster", object_id="file", by=by, now=clock(), facts={"left_out": 2})
    record("user.signed_in", noun="user", object_id=by.public_id, by=by, now=clock(), facts={"way": "demo"})
    record("archived", noun="roster", object_id="file", by=by, now=clock())
    answer = words_of(northmoor.sign_in(Client(), "administrator").get(reverse("admin_events")))
    for words in ("People file taken over", "rows left out: 2", "way in: demo", "People file: archived"):
        assert words in answer, words


def given_up(clock, **more) -> Job:
    columns = {"kind": "role_letter", "written_at": clock(), "due_at": clock(), "failed_at": clock(), "attempts": 8}
    return Job.objects.create(**columns | {"key": "role_letter:1", "problem": "OSError"} | more)


def test_work_given_up_is_tried_again_from_the_page(northmoor, administrator, clock):
    job = given_up(clock, facts={"grant": 0})
    path = reverse("admin_job", args=[job.public_id])
    assert "It is tried again within a minute." in words_of(administrator.post(path, {"again": "1"}, follow=True))
    run_until_idle(clock=clock)
    job.refresh_from_db()
    assert (job.done_at, job.failed_at, job.attempts) == (clock(), None, 1)
    assert "not given up any more" in words_of(administrator.post(path, {"again": "1"}, follow=True))
    assert Event.objects.filter(noun="job").count() == 1


def test_work_let_go_is_not_to_be_mended_and_not_done(northmoor, administrator, clock):
    Heartbeat.objects.create(worker="one", at=clock())
    job = given_up(clock, kind="meeting_invitation", key="m")
    assert "One thing must be mended" in words_of(administrator.get(reverse("admin")))
    answer = administrator.post(reverse("admin_job", args=[job.public_id]), {"let_go": "1"}, follow=True)
    assert "Everything is running" in words_of(answer)
    run_until_idle(clock=clock)
    job.refresh_from_db()
    assert (job.problem, job.attempts) == ("let_go", 8)


def test_the_state_says_sizes_versions_people_and_the_last_check(northmoor, administrator, clock):
    record("role.granted", noun="role", object_id="", by=None, now=clock())
    seal_events()
    write_verification(now=clock())
    answer = words_of(administrator.get(reverse("admin")))
    assert "are here, 0 have left" in answer
    able = User.objects.filter(is_active=True).count()
    assert f"{able} accounts can sign in, yours included." in answer
    make_person("gone", "Long", "Gone", user=make_user("gone@northmoor.example"), leave_date="2020-01-31")
    assert f"{able} accounts can sign in" in words_of(administrator.get(reverse("admin")))
    assert "Checked on" in answer
    assert "Viceversa" in answer
    assert "Django 5.2" in answer
    assert "No people file has come in yet." in answer
    assert queries_for(administrator, reverse("admin")) <= MOST_QUERIES


def test_a_broken_chain_must_be_mended(northmoor, administrator, clock):
    Heartbeat.objects.create(worker="one", at=clock())
    ChainVerification.objects.create(at=clock(), links=4, broken_at=5)
    answer = words_of(administrator.get(reverse("admin")))
    assert "One thing must be mended" in answer
    assert "broken at event 5" in answer


def test_an_installation_without_a_coordinator_says_first_what_to_do(northmoor, administrator):
    first = "First, name a coordinator"
    assert first not in words_of(administrator.get(reverse("admin")))
    RoleGrant.objects.filter(role=Role.COORDINATOR.value).delete()
    assert first in words_of(administrator.get(reverse("admin")))


def test_without_a_mail_server_nobody_is_told_that_a_letter_left(northmoor, administrator, settings):
    settings.EMAIL_BACKEND = "viceversa.outbox.kept_letters.KeptLetters"
    form = {"role": "coordinator", "email": "nia@northmoor.example"}
    answer = words_of(administrator.post(reverse("admin_roles"), form, follow=True))
    assert "No mail server is set up: the letter is kept in the data folder." in answer
    assert "on its way" not in answer
