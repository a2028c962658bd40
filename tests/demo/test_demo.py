"""The demo organisation keeps the rules that the product keeps, though most of its past was written in bulk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import F, Q
from django.test import Client
from django.urls import reverse

from tests.conftest import BOTH, MovableClock
from viceversa.accounts.events import verify_chain
from viceversa.accounts.models import Event, RoleGrant, User
from viceversa.demo.building import Built, build_demo
from viceversa.demo.cast import company
from viceversa.demo.seats import SEATS
from viceversa.demo.story import NOTES
from viceversa.journey.models import CheckIn, Delegation, Meeting, Note
from viceversa.journey.notes import words_of
from viceversa.outbox.models import Job
from viceversa.pairing.models import MatchRun, Pair, Proposal, SeatTaken
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment, Programme

pytestmark = pytest.mark.django_db(databases=BOTH)
NOW = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
PEOPLE, SEED = 200, 7


@dataclass(frozen=True)
class Demo:
    built: Built
    earlier: list[object]  # what the same arguments gave the first time
    key_file: Path


def everything_told() -> list[object]:
    """What a visitor sees of this organisation: all but public ids."""
    sides = ("mentor__person__person_id", "mentee__person__person_id")
    of_pair = [f"pair__{side}" for side in sides]
    told: list[list[object]] = [
        sorted(Person.objects.values_list("person_id", "given_name", "family_name", "job_title")),
        sorted(Enrolment.objects.values_list("cohort__name", "person__person_id", "role", "state")),
        sorted(Pair.objects.values_list(*sides, "state", "formed_at")),
        sorted(Meeting.objects.values_list(*of_pair, "number", "state", "due_on", "place", "times_moved")),
        sorted(Meeting.objects.exclude(starts_at=None).values_list(*of_pair, "number", "starts_at")),
        sorted(CheckIn.objects.values_list("meeting__number", "person__person_id", "at", "could_say", "taught")),
        sorted(Proposal.objects.values_list("run__cohort__name", "run__number", *sides, "state")),
        sorted(Counter(Event.objects.values_list("verb", flat=True)).items()),
    ]
    # People from outside get a number by chance.
    return [sorted(re.sub(r"outside-\w+", "from outside", repr(row)) for row in rows) for rows in told]


def rolled_back(stack: ExitStack) -> None:
    for alias in BOTH:
        stack.enter_context(transaction.atomic(using=alias))
        stack.callback(transaction.set_rollback, True, using=alias)


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """Built twice, and kept for this whole file; nothing of it stays."""
    before = django_settings.FIELD_KEY_FILE
    django_settings.FIELD_KEY_FILE = key_file = tmp_path_factory.mktemp("demo") / "field-key"
    try:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            with ExitStack() as stack:
                rolled_back(stack)
                build_demo(people=PEOPLE, seed=SEED, now=NOW)
                earlier = everything_told()
            key_file.unlink()
            with ExitStack() as stack:
                rolled_back(stack)
                built = build_demo(people=PEOPLE, seed=SEED, now=NOW)
                yield Demo(built=built, earlier=earlier, key_file=key_file)
    finally:
        django_settings.FIELD_KEY_FILE = before


@pytest.fixture(autouse=True)
def its_own_key_and_day(demo: Demo, settings, clock: MovableClock) -> None:
    settings.FIELD_KEY_FILE = demo.key_file
    clock.now = NOW


@pytest.fixture
def story() -> Pair:
    """Priya and Henrik."""
    return Pair.objects.get(
        mentor__person__given_name="Priya", mentee__person__given_name="Henrik", mentor__person__family_name="Raman"
    )


def client_of(slug: str) -> Client:
    client = Client()
    email = next(seat.email for seat in SEATS if seat.slug == slug)
    client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_same_arguments_give_the_same_organisation(demo):
    for before, again in zip(demo.earlier, everything_told(), strict=True):
        assert before == again


def test_it_is_as_large_as_asked_for_and_says_so_truly(demo):
    joined_since = 3 + 2  # by the month's file of changes, and from outside
    assert demo.built.people == Person.objects.count() == PEOPLE + joined_since
    assert demo.built.pairs == Pair.objects.count() >= 10
    assert demo.built.meetings_held == Meeting.objects.filter(state="held").count() >= 30


def test_pairs_and_meetings_stand_at_every_stage():
    assert {"active", "paused", "exited", "closed"} <= set(Pair.objects.values_list("state", flat=True))
    states = set(Meeting.objects.values_list("state", flat=True))
    assert {"held", "planned", "unplanned", "cancelled"} <= states  # whether one was missed is chance in so few
    assert Meeting.objects.filter(state="held", times_moved__gte=1).exists()


# Dates -----------------------------------------------------------------------------------------------


def test_what_was_held_or_missed_lies_in_the_past():
    for meeting in Meeting.objects.filter(state__in=("held", "missed")):
        assert meeting.ends_at <= NOW
        assert meeting.held_at == (meeting.starts_at if meeting.state == "held" else None)


def test_nothing_has_happened_that_is_still_to_come():
    assert not CheckIn.objects.filter(at__gt=NOW).exists()
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Pair.objects.filter(Q(formed_at__gt=NOW) | Q(ended_at__gt=NOW)).exists()
    assert not Proposal.objects.filter(Q(published_at__gt=NOW) | Q(decided_at__gt=NOW)).exists()
    assert not Enrolment.objects.filter(Q(submitted_at__gt=NOW) | Q(opened_at__gt=NOW)).exists()


def test_meetings_lie_between_the_beginning_and_the_end_of_their_pair():
    assert not Meeting.objects.filter(starts_at__lt=F("pair__formed_at")).exists()
    over = Meeting.objects.filter(state__in=("held", "missed"), pair__ended_at__isnull=False)
    assert over.exists()
    assert not over.filter(starts_at__gt=F("pair__ended_at")).exists()


def test_a_date_comes_with_its_state_and_an_invitation_number():
    for meeting in Meeting.objects.all():
        if meeting.state == "unplanned":
            assert (meeting.starts_at, meeting.place, meeting.video_link, meeting.times_moved) == (None, "", "", 0)
        elif meeting.state != "cancelled":
            assert meeting.starts_at is not None
            assert meeting.sequence == 1 + meeting.times_moved
            assert meeting.version == 1 + meeting.sequence + (meeting.state in ("held", "missed"))


def test_meetings_lie_on_working_days_in_the_hours_of_their_own_place():
    for meeting in Meeting.objects.exclude(starts_at=None):
        local = meeting.starts_in(meeting.time_zone)
        assert local.weekday() < 5
        assert 9 <= local.hour <= 15


# Pairs -----------------------------------------------------------------------------------------------


def test_the_seats_taken_are_the_sides_of_running_pairs():
    taken = Counter(SeatTaken.objects.values_list("enrolment", flat=True))
    sides = Counter(side for pair in Pair.objects.running() for side in (pair.mentor_id, pair.mentee_id))
    assert taken == sides
    for enrolment in Enrolment.objects.filter(pk__in=taken):
        assert taken[enrolment.pk] <= enrolment.capacity


def test_a_pair_that_ended_has_nothing_to_do_any_more():
    ended = Pair.objects.exclude(state__in=Pair.RUNNING)
    assert ended.exists()
    assert not ended.filter(ended_at=None).exists()
    assert not Pair.objects.running().exclude(ended_at=None).exists()
    assert not Meeting.objects.filter(pair__in=ended, state__in=("planned", "unplanned")).exists()


def test_a_pair_that_has_met_is_on_trial_only_while_it_is_asked_and_one_that_has_not_met_is():
    asked = Pair.objects.filter(state="trial").exclude(trial_asked_at=None)
    assert asked.get().mentee.person.family_name == "Haddad"
    for pair in Pair.objects.filter(state__in=("trial", "active")).exclude(pk=asked.get().pk):
        assert (pair.state == "active") == pair.meetings.filter(state="held").exists()


def test_nobody_is_paired_with_somebody_above_or_below_them():
    managers = dict(Person.objects.values_list("pk", "manager"))
    for pair in Pair.objects.select_related("mentor", "mentee"):
        for low, high in ((pair.mentor, pair.mentee), (pair.mentee, pair.mentor)):
            above = low.person_id
            while above := managers[above]:
                assert above != high.person_id


def test_the_minute_is_answered_once_each_by_the_two_and_only_for_what_was_held():
    assert CheckIn.objects.exists()
    assert not CheckIn.objects.exclude(meeting__state="held").exists()
    for checkin in CheckIn.objects.select_related("meeting__pair__mentor", "meeting__pair__mentee"):
        pair = checkin.meeting.pair
        assert checkin.person_id in (pair.mentor.person_id, pair.mentee.person_id)
        assert checkin.at > checkin.meeting.starts_at
        assert 1 <= checkin.could_say <= 5
        assert 1 <= checkin.useful <= 5


# The story -------------------------------------------------------------------------------------------


def test_priya_and_henrik_are_a_running_pair_that_kept_every_date_and_meets_in_two_days(story):
    assert story.state == Pair.State.ACTIVE
    meetings = list(story.meetings.all())
    due = [meeting for meeting in meetings if meeting.due_on < NOW.date() - timedelta(days=2)]
    assert len(due) >= 3
    assert {meeting.state for meeting in due} == {"held"}
    coming = story.meetings.get(state="planned")
    assert NOW + timedelta(days=1) < coming.starts_at < NOW + timedelta(days=5)
    assert coming.place == "4th-floor library"
    assert {meeting.state for meeting in meetings[coming.number :]} == {"unplanned"}


def test_each_of_the_two_has_a_note_that_they_alone_can_read(story):
    coming = story.meetings.get(state="planned")
    notes = {note.author.email: note for note in Note.objects.select_related("author")}
    assert {email: words_of(note) for email, note in notes.items()} == NOTES
    priya, henrik = (note.split("?")[0].split("“")[0][:30] for note in NOTES.values())
    page = reverse("meeting", args=[coming.public_id])
    for slug, own, others in (("priya", priya, henrik), ("henrik", henrik, priya)):
        shown = client_of(slug).get(page).content.decode()
        assert own in shown
        assert others not in shown
    for slug in ("ada", "marta", "ruth", "sam"):
        assert client_of(slug).get(page).status_code in (403, 404)
    stored = b"".join(bytes(note.sealed) for note in notes.values())
    assert b"count to five" not in stored


def test_marta_may_fix_henriks_dates_and_nobody_elses(story):
    delegation = Delegation.objects.standing(now=NOW).get()
    assert (delegation.mentee, delegation.delegate.shown_name) == (story.mentee.person, "Marta Lind")


def test_every_seat_has_an_account_a_role_and_a_home_that_opens():
    holders = set(RoleGrant.objects.values_list("user__email", flat=True))
    holders |= set(Person.objects.exclude(user=None).values_list("email", flat=True)) | {"marta.lind@northmoor.example"}
    for seat in SEATS:
        assert seat.email in holders
        assert client_of(seat.slug).get(reverse("home"), follow=True).status_code == 200


def test_nobody_of_the_demo_has_a_password():
    assert [user.email for user in User.objects.all() if user.has_usable_password()] == []


# What is left to do ----------------------------------------------------------------------------------


def test_a_run_of_the_next_programme_awaits_its_review_and_proposals_of_this_one_their_answers():
    waiting = MatchRun.objects.get(published_at=None, state="done", cohort__programme__name="Connected Leaders")
    assert waiting.report["certified"] is True
    assert waiting.proposals.filter(state="draft").count() == waiting.report["pairs"] > 0
    assert {programme.state for programme in Programme.objects.all()} == {Programme.State.LAUNCHED}


def test_no_job_is_due_and_none_has_failed():
    assert Job.objects.exists()
    assert not Job.objects.due(now=NOW).exists()
    assert not Job.objects.exclude(failed_at=None).exists()


def test_the_chain_of_events_is_whole_and_holds_every_event():
    check = verify_chain()
    assert check.whole
    assert check.links == Event.objects.count() >= 40


def test_no_event_says_that_the_coordinator_answered_for_somebody_else():
    ada = User.objects.get(email="ada.okafor@northmoor.example")
    answers = Event.objects.filter(noun="proposal", verb="proposal.answered")
    assert answers.exists()
    assert not answers.filter(actor=ada.public_id).exists()


# The cast --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [100, 150, 400])
def test_priya_and_henrik_are_in_every_company_and_stand_outside_each_others_line(people):
    rows = {row.person_id: row for row in company(people=people, seed=SEED)}
    assert len(rows) == people
    (priya,) = [row for row in rows.values() if row.email == "priya.raman@northmoor.example"]
    (henrik,) = [row for row in rows.values() if row.email == "henrik.solberg@northmoor.example"]
    assert henrik.grade - priya.grade >= 2
    for low, high in ((priya, henrik), (henrik, priya)):
        while low.manager_id:
            assert low.manager_id != high.person_id
            low = rows[low.manager_id]
    assert not [row for row in rows.values() if {priya.person_id, henrik.person_id} & set(row.excludes)]
