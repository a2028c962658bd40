"""The pages of a meeting: agenda, date, notes, the minute; who sees what, and what happens on the odd ways."""

# ruff: noqa: DTZ001 - a wall time has no zone of its own
from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.journey.models import Meeting
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person

DATE = {
    "date": "2026-07-02",
    "time": "10:00",
    "time_zone": "Europe/London",
    "minutes": "60",
    "place": "4th-floor library",
    "video_link": "",
    "version": "1",
}


@pytest.fixture
def priya(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "mentor")


@pytest.fixture
def henrik(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "mentee")


@pytest.fixture
def marta(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "delegate")


@pytest.fixture
def afterwards(northmoor: Northmoor, clock: MovableClock) -> None:
    """It is the evening after the meeting."""
    clock.now = northmoor.meeting.starts_at + timedelta(hours=9)


@pytest.fixture
def page(northmoor: Northmoor):
    def _page(name: str = "meeting") -> str:
        return reverse(name, args=[northmoor.meeting.public_id])

    return _page


def words_on(response) -> str:
    text = re.sub(r"<(style|script).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def stands(northmoor: Northmoor) -> Meeting:
    return Meeting.objects.get(pk=northmoor.meeting.pk)


# The page --------------------------------------------------------------------------------------------


def test_each_of_the_two_reads_their_own_preparation_and_the_whole_agenda(northmoor, priya, henrik, page):
    plan = northmoor.programme.meeting_plan(1)
    mentors, mentees = words_on(priya.get(page())), words_on(henrik.get(page()))
    assert " ".join(plan["prepare_mentor"].split()) in mentors
    assert " ".join(plan["prepare_mentee"].split()) in mentees
    assert " ".join(plan["prepare_mentee"].split()) not in mentors
    for item in plan["agenda"]:
        assert " ".join(item["title"].split()) in mentors
    assert "Henrik owns the date, you own the agenda" in mentors
    assert "You own the date, Priya owns the agenda" in mentees


def test_the_agenda_runs_on_the_readers_clock(northmoor, priya, henrik, page):
    Person.objects.filter(pk=northmoor.people["mentor"].pk).update(time_zone="Asia/Kolkata")
    assert "Thursday 25 June, 14:00–15:00 (Asia/Kolkata)" in words_on(priya.get(page()))
    assert "Thursday 25 June, 09:30–10:30 (Europe/London)" in words_on(henrik.get(page()))
    first, second = northmoor.programme.meeting_plan(1)["agenda"][:2]
    then = datetime(2026, 6, 25, 14, 0) + timedelta(minutes=first["minutes"])
    assert f"{second['minutes']} min {then:%H:%M}" in words_on(priya.get(page()))


def test_a_meeting_shorter_than_its_agenda_says_so(northmoor, priya, page):
    planned = sum(item["minutes"] for item in northmoor.programme.meeting_plan(1)["agenda"])
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(minutes=planned - 15)
    words = words_on(priya.get(page()))
    assert f"Agenda, {planned} minutes" in words
    assert f"You have {planned - 15} minutes" in words


def test_a_meeting_that_was_missed_offers_a_new_date_and_no_join(northmoor, henrik, page, afterwards):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(
        state=Meeting.State.MISSED, video_link="https://meet.northmoor.example/1"
    )
    words = words_on(henrik.get(page()))
    assert "It did not take place." in words
    assert "Choose a new date" in words
    assert "Join by video" not in words


def test_a_meeting_called_off_offers_nothing_to_plan(northmoor, henrik, page):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(state=Meeting.State.CANCELLED, starts_at=None)
    words = words_on(henrik.get(page()))
    assert "Called off." in words
    assert "Choose a date" not in words
    assert "Met without fixing a date?" not in words


# The date --------------------------------------------------------------------------------------------


def test_a_suggested_time_is_one_click_from_the_form_and_one_more_from_both_calendars(northmoor, henrik, page, clock):
    offered = henrik.get(page("meeting_plan"))
    suggestion = html.unescape(re.findall(r'href="(\?start=[^"#]+)', offered.content.decode())[0])
    form = henrik.get(page("meeting_plan") + suggestion).context["form"]
    sent = {name: str(form[name].value()) for name in form.fields}
    answer = henrik.post(page("meeting_plan"), sent)
    assert answer.url == page()
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 2
    assert stands(northmoor).starts_at == offered.context["suggestions"][0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": "2026-06-22"}, "Choose a date and time that are still to come"),
        ({"date": "0001-01-01"}, "Choose a date and time that are still to come"),
        ({"date": "9999-12-31", "time": "23:59"}, "Choose a date within the next two years"),
        ({"date": "2027-03-28", "time": "01:30"}, "01:30 does not exist there. 02:30 does."),
        ({"date": ""}, "Choose the date"),
        ({"date": "soon"}, "Choose the date, such as 2026-06-30"),
        ({"time": "25:00"}, "Enter the time, such as 09:30"),
        ({"minutes": ""}, "Choose how long you meet"),
        ({"video_link": "javascript:alert(1)"}, "Enter the whole address, beginning with https://"),
        ({"video_link": "http://meet.example/1"}, "Enter the whole address, beginning with https://"),
    ],
)
def test_what_is_wrong_with_a_date_is_said_at_its_field_and_what_was_typed_stays(
    northmoor, henrik, page, changes, words
):
    answer = henrik.post(page("meeting_plan"), DATE | changes)
    assert answer.status_code == 200
    assert words in words_on(answer)
    assert "<title>Error:" in answer.content.decode()
    assert "4th-floor library" in answer.content.decode()
    assert stands(northmoor).version == 1


@pytest.mark.parametrize("nonsense", ["x", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00", "2026-07-01"])
def test_a_suggestion_that_is_nonsense_is_no_suggestion(henrik, page, nonsense):
    answer = henrik.get(f"{page('meeting_plan')}?start={nonsense}")
    assert answer.context["form"]["date"].value() == datetime(2026, 6, 25).date()


@pytest.mark.parametrize("version", ["0", "99999999999999999999", "-1"])
def test_a_page_that_is_out_of_date_shows_both_dates_and_the_second_word_counts(northmoor, henrik, page, version):
    conflict = henrik.post(page("meeting_plan"), DATE | {"version": version})
    assert conflict.status_code == 409
    assert "just set to Thursday 25 June, 09:30 (Europe/London)" in words_on(conflict)
    assert 'value="2026-07-02"' in conflict.content.decode()
    again = henrik.post(page("meeting_plan"), DATE | {"version": str(conflict.context["form"]["version"].value())})
    assert again.status_code == 302
    assert stands(northmoor).starts_at == datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_is_taken_and_said(henrik, page):
    answer = henrik.post(page("meeting_plan"), DATE | {"date": "2026-10-25", "time": "01:30"}, follow=True)
    assert "The first of the two is meant" in words_on(answer)


def test_where_two_zones_meet_both_are_shown_and_each_may_be_meant(northmoor, henrik, page):
    Person.objects.filter(pk=northmoor.people["mentor"].pk).update(time_zone="America/New_York")
    words = words_on(henrik.get(page("meeting_plan")))
    assert "For Priya: Wednesday 24 June, 09:00" in words
    assert "Henrik, London" in words
    assert "Priya, New York" in words
    henrik.post(page("meeting_plan"), DATE | {"time_zone": "America/New_York"})
    assert stands(northmoor).starts_at == datetime(2026, 7, 2, 14, 0, tzinfo=UTC)


def test_people_whose_hours_never_meet_are_told_so_and_can_still_choose(northmoor, henrik, page):
    Person.objects.filter(pk=northmoor.people["mentor"].pk).update(time_zone="Pacific/Auckland")
    answer = henrik.get(page("meeting_plan"))
    assert "No time around then suits both" in words_on(answer)
    assert henrik.post(page("meeting_plan"), DATE).status_code == 302


def test_a_length_of_the_programmes_own_stays_in_the_list(northmoor, henrik, page):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(minutes=50)
    assert 'value="50" selected' in henrik.get(page("meeting_plan")).content.decode()


def test_other_meetings_of_either_are_not_offered_over(northmoor, henrik, page):
    first = henrik.get(page("meeting_plan")).context["suggestions"][0]
    theirs = northmoor.other_pair.meetings.get()
    Meeting.objects.filter(pk=theirs.pk).update(starts_at=first)
    assert first in henrik.get(page("meeting_plan")).context["suggestions"]  # somebody else's
    Meeting.objects.create(
        pair=northmoor.pair, number=2, title="x", due_on=first.date(), state="planned", starts_at=first
    )
    assert first not in henrik.get(page("meeting_plan")).context["suggestions"]


def test_a_meeting_the_plan_has_in_autumn_is_offered_times_in_autumn(northmoor, henrik, page):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(
        starts_at=None, state=Meeting.State.UNPLANNED, due_on=datetime(2026, 10, 1).date()
    )
    answer = henrik.get(page("meeting_plan"))
    assert "The plan has it around 1 October" in words_on(answer)
    assert [f"{start:%d %b}" for start in answer.context["suggestions"]] == ["25 Sep", "01 Oct", "08 Oct"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_date_of_a_meeting_that_is_over_is_no_longer_asked_for(northmoor, henrik, marta, page, method):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(state=Meeting.State.HELD)
    assert getattr(henrik, method)(page("meeting_plan"), DATE).url == page()
    assert getattr(marta, method)(page("meeting_plan"), DATE).url == reverse("dates")


def test_the_calendar_file_is_the_meeting_and_says_nothing_of_it(northmoor, priya, marta, page):
    for client in (priya, marta):
        answer = client.get(page("meeting_ics"))
        assert answer["Content-Type"].startswith("text/calendar")
        calendar = Calendar.from_ical(answer.content)
        assert calendar["METHOD"] == "PUBLISH"
        event = calendar.walk("VEVENT")[0]
        assert (event["UID"], event["SUMMARY"]) == (northmoor.meeting.uid, "Reverse mentoring")
        assert northmoor.meeting.title not in answer.content.decode()
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(starts_at=None, state=Meeting.State.UNPLANNED)
    assert priya.get(page("meeting_ics")).url == page("meeting_plan")


# The delegate ----------------------------------------------------------------------------------------


def test_the_delegate_moves_a_date_and_reads_nothing_else(northmoor, marta, page):
    before = words_on(marta.get(page("meeting_plan")))
    assert "Henrik Solberg and Priya Raman" in before
    moved = marta.post(page("meeting_plan"), DATE)
    assert moved.url == reverse("dates")
    assert stands(northmoor).starts_at == datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    after = words_on(marta.get(moved.url))
    assert "Thursday 2 July, 10:00 (Europe/London)" in after
    for words in (before, after):
        assert northmoor.meeting.title not in words
        assert "Agenda" not in words
        assert "Fresh Eyes" not in words


# Budgets ---------------------------------------------------------------------------------------------


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["meeting", "meeting_plan"])
def test_a_page_asks_as_much_for_200_meetings_as_for_2(northmoor, henrik, page, name):
    def meetings(count: int) -> None:
        begin = northmoor.pair.meetings.count() + 1
        start = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
        Meeting.objects.bulk_create(
            Meeting(
                pair=northmoor.pair,
                number=number,
                title=f"Meeting {number}",
                due_on=start.date(),
                state=Meeting.State.PLANNED,
                starts_at=start + timedelta(hours=number),
            )
            for number in range(begin, begin + count)
        )

    meetings(2)
    few = queries_of(henrik, page(name))
    meetings(198)
    assert queries_of(henrik, page(name)) == few <= 15
