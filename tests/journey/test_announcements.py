"""What a coordinator tells a circle: each of them once, now or at a time, and nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.web.test_cockpit import more_pairs, queries_for, words_of
from viceversa.accounts.models import Event
from viceversa.journey.announcements import Draft, announce, call_off, send_announcement
from viceversa.journey.circles import people_in_circle
from viceversa.journey.models import Announcement, AnnouncementReceipt, Meeting
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models.pair import SeatTaken
from viceversa.programmes.models import Enrolment

Circle = Announcement.Circle
WORDS = "The next circle is on Tuesday.\n\nRead https://example.org/agenda first. <script>alert(1)</script>"


@pytest.fixture
def coordinator(northmoor):
    return northmoor.sign_in(Client(), "coordinator")


def new_of(northmoor) -> str:
    return reverse("announcement_new", args=[northmoor.programme.public_id])


def form_of(**changes) -> dict[str, str]:
    return {"circle": "everybody", "subject": "Tuesday", "words": WORDS, "when": "now"} | changes


def told_by(northmoor, clock, circle: Circle = Circle.EVERYBODY, **more) -> Announcement:
    draft = Draft(circle=circle, subject="Tuesday", words=WORDS, **more)
    return announce(northmoor.cohort, draft, public_id="told", by=northmoor.users["coordinator"], now=clock())


def names(northmoor, clock, circle: Circle) -> list[str]:
    return [person.person_id for person in people_in_circle(northmoor.cohort, circle, now=clock())]


def test_the_number_and_the_letter_stand_there_before_anything_leaves(northmoor, coordinator, clock):
    answer = words_of(coordinator.post(new_of(northmoor), form_of()))
    assert "4 people get this letter" in answer
    assert '<a href="https://example.org/agenda" rel="nofollow">' in answer
    assert "<script>alert" not in answer
    run_until_idle(clock=clock)
    assert (mail.outbox, Announcement.objects.count()) == ([], 0)


def test_sent_it_reaches_everybody_once_by_letter_and_on_their_home(northmoor, coordinator, clock):
    page = coordinator.post(new_of(northmoor), form_of())
    send = form_of(send="1", seen="4", key=page.context["key"])
    for _ in range(2):
        answer = coordinator.post(new_of(northmoor), send, follow=True)
    assert "It is on its way to 4 people." in words_of(answer)
    run_until_idle(clock=clock)
    assert Announcement.objects.count() == 1
    assert len({letter.to[0] for letter in mail.outbox}) == len(mail.outbox) == 4
    assert "https://example.org/agenda" in mail.outbox[0].body
    home = northmoor.sign_in(Client(), "mentor").get(reverse("home"))
    assert "From those who run it" in words_of(home)
    assert "<script>alert" not in home.content.decode()
    assert '<a href="https://example.org/agenda" rel="nofollow">' in home.content.decode()
    stranger = northmoor.sign_in(Client(), "other_mentor").get(reverse("home"))
    assert "Tuesday.</p>" not in stranger.content.decode()


def test_a_worker_that_dies_and_begins_again_tells_nobody_twice(northmoor, clock):
    told_by(northmoor, clock)
    run_until_idle(clock=clock)
    send_announcement(Job.objects.get(kind="announcement"), clock())
    Job.objects.filter(kind="announcement_letters").update(done_at=None)
    run_until_idle(clock=clock)
    assert (len(mail.outbox), AnnouncementReceipt.objects.count()) == (4, 4)


def test_a_number_that_changed_is_shown_again_and_nothing_leaves(northmoor, coordinator):
    answer = words_of(coordinator.post(new_of(northmoor), form_of(send="1", seen="3")))
    assert "The number has changed since you looked." in answer
    assert not Announcement.objects.exists()


def test_at_a_time_it_waits_and_reads_the_circle_then(northmoor, coordinator, clock):
    later = form_of(when="later", date="2026-06-24", time="10:00", send="1", seen="4")
    coordinator.post(new_of(northmoor), later)
    Enrolment.objects.filter(pk=northmoor.enrolments["mentor"].pk).update(state="withdrawn")
    run_until_idle(clock=clock)
    assert mail.outbox == []
    clock.forward(days=1, hours=1)
    run_until_idle(clock=clock)
    assert "mentor.raman" not in str([letter.to for letter in mail.outbox])
    assert len(mail.outbox) == 3


def test_called_off_in_time_nobody_is_told(northmoor, coordinator, clock):
    told = told_by(northmoor, clock, send_at=clock() + timedelta(hours=3))
    path = reverse("announcement", args=[northmoor.programme.public_id, told.public_id])
    assert "Called off. Nobody was told." in words_of(coordinator.post(path, follow=True))
    clock.forward(hours=4)
    run_until_idle(clock=clock)
    assert mail.outbox == []
    assert not call_off(told, by=northmoor.users["coordinator"], now=clock())
    assert "cannot be called off any more" in words_of(coordinator.post(path, follow=True))


def test_each_circle_holds_whom_its_name_says(northmoor, clock):
    assert names(northmoor, clock, Circle.MENTORS) == ["n-mentor", "n-same_programme_mentor"]
    assert names(northmoor, clock, Circle.MENTEES) == ["n-same_programme_mentee", "n-mentee"]
    two = {"n-mentor", "n-mentee"}
    assert two <= set(names(northmoor, clock, Circle.NOT_MET))
    assert not two & set(names(northmoor, clock, Circle.NO_DATE))
    northmoor.pair.meetings.update(state=Meeting.State.UNPLANNED, starts_at=None)
    assert two <= set(names(northmoor, clock, Circle.NO_DATE))
    northmoor.pair.meetings.update(state=Meeting.State.HELD)
    assert not two & set(names(northmoor, clock, Circle.NOT_MET))
    assert names(northmoor, clock, Circle.NO_PARTNER) == []
    SeatTaken.objects.filter(pair=northmoor.pair).delete()
    assert set(names(northmoor, clock, Circle.NO_PARTNER)) == two
    Enrolment.objects.filter(pk=northmoor.enrolments["mentor"].pk).update(state="invited")
    assert names(northmoor, clock, Circle.NOT_ANSWERED) == ["n-mentor"]


def test_whoever_has_left_or_has_no_address_gets_no_letter(northmoor, clock):
    mentor, mentee = northmoor.people["mentor"], northmoor.people["mentee"]
    mentor.leave_date = date(2026, 6, 1)
    mentor.save()
    mentee.email = ""
    mentee.save()
    told = told_by(northmoor, clock)
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 2
    assert set(told.receipts.values_list("person__person_id", "by_letter")) == {
        ("n-mentee", False),
        ("n-same_programme_mentor", True),
        ("n-same_programme_mentee", True),
    }


def test_events_carry_the_circle_and_the_number_and_none_of_the_words(northmoor, clock):
    told_by(northmoor, clock)
    run_until_idle(clock=clock)
    events = Event.objects.filter(noun="announcement").order_by("pk")
    assert [event.facts for event in events] == [{"circle": "everybody"}, {"circle": "everybody", "people": 4}]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"circle": ""}, "Choose to whom you write"),
        ({"circle": "canary"}, "from the list"),
        ({"subject": ""}, "Enter a subject"),
        ({"words": " "}, "Enter what you want to tell them"),
        ({"when": "later"}, "Enter the date on which it leaves"),
        ({"when": "later", "date": "2026-06-20", "time": "10:00"}, "within the coming year"),
        ({"when": "later", "date": "2026-06-23", "time": "08:00"}, "still to come"),
        ({"when": "later", "date": "soon", "time": "10:00"}, "Enter the date, such as"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(northmoor, coordinator, changes, said):
    answer = coordinator.post(new_of(northmoor), form_of(**changes)).content.decode()
    assert said in answer
    assert "Error:" in answer
    assert "https://example.org/agenda" in answer or "words" in changes


def test_the_list_asks_as_often_for_two_as_for_twenty(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)

    def write(numbers: range) -> None:
        for number in numbers:
            Announcement.objects.create(
                cohort=northmoor.cohort,
                circle="mentors",
                subject=f"Round {number}",
                words="Hello",
                by=northmoor.users["coordinator"],
                written_at=clock(),
                send_at=clock(),
            )

    path = reverse("announcement_list", args=[northmoor.programme.public_id])
    write(range(2))
    few = queries_for(coordinator, path)
    write(range(2, 20))
    assert queries_for(coordinator, path) == few <= 15
