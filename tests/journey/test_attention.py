"""Who needs the coordinator: each rule with a pair that is due and one that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.personas import make_person
from viceversa.journey.attention import Kind, Rhythm, Wish, needs_of, rhythm_need
from viceversa.journey.models import CheckIn, Meeting
from viceversa.journey.steps import with_people
from viceversa.pairing.models import MatchRun, Pair, Proposal
from viceversa.programmes.models import Enrolment

NOW = datetime(2026, 6, 23, 9, 0, tzinfo=UTC)
CADENCE = timedelta(days=30)
FINE = Rhythm(
    paired_at=NOW - timedelta(days=60),
    last_held_at=NOW - timedelta(days=20),
    due_on=date(2026, 7, 3),
    starts_at=None,
    minutes=60,
    times_moved=0,
    slipped_before=False,
)


def days(count: float) -> timedelta:
    return timedelta(days=count)


RULES = [
    ("a pair that keeps to it", {}, None),
    ("a new pair has three weeks", {"last_held_at": None, "paired_at": NOW - days(20)}, None),
    ("three weeks without a meeting", {"last_held_at": None, "paired_at": NOW - days(21)}, Kind.NOT_MET),
    ("a first date that stands", {"last_held_at": None, "starts_at": NOW + days(2)}, None),
    ("one move", {"times_moved": 1}, None),
    ("two moves of one meeting", {"times_moved": 2}, Kind.SLIPPING),
    ("two meetings moved in a row", {"times_moved": 1, "slipped_before": True}, Kind.SLIPPING),
    ("two moves, and a date that stands", {"times_moved": 2, "starts_at": NOW + days(2)}, Kind.SLIPPING),
    ("only the one before moved", {"slipped_before": True}, None),
    ("one and a half cadences", {"last_held_at": NOW - days(45)}, None),
    ("more than one and a half cadences", {"last_held_at": NOW - days(46)}, Kind.QUIET),
    ("long ago, but a date stands", {"last_held_at": NOW - days(60), "starts_at": NOW + days(1)}, None),
    ("due today", {"due_on": date(2026, 6, 23)}, None),
    ("due yesterday", {"due_on": date(2026, 6, 22)}, Kind.NO_DATE),
    ("over since yesterday, nobody said", {"starts_at": NOW - days(1)}, None),
    ("over for three days, nobody said", {"starts_at": NOW - days(3) - timedelta(hours=1)}, Kind.NOT_SAID),
    ("in the middle of it", {"starts_at": NOW - timedelta(minutes=30), "due_on": date(2026, 6, 1)}, None),
]


@pytest.mark.parametrize(("about", "change", "kind"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rhythm_is_judged(about, change, kind):
    found = rhythm_need(replace(FINE, **change), cadence=CADENCE, now=NOW)
    assert (found and found[0]) == kind


# On the fixture world: two pairs of Fresh Eyes with a first meeting on 25 June -------------------------------------


def kinds(northmoor, clock, *, waiting: int = 0) -> list[str]:
    return [need.kind for need in needs_of(northmoor.cohort, waiting=waiting, now=clock())]


def test_pairs_with_a_date_that_stands_need_nobody(northmoor, clock):
    assert kinds(northmoor, clock) == []


def test_a_pair_without_a_date_is_found_and_a_paused_one_is_left_in_peace(northmoor, clock):
    northmoor.pair.meetings.update(state=Meeting.State.UNPLANNED, starts_at=None)
    assert kinds(northmoor, clock) == [Kind.NOT_MET]
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.PAUSED)
    assert kinds(northmoor, clock) == []


def test_only_the_first_open_meeting_of_a_pair_counts(northmoor, clock):
    for number in (2, 3):
        due = date(2026, 4, number)
        Meeting.objects.create(pair=northmoor.pair, number=number, title="Later", due_on=due, time_zone="UTC")
    assert kinds(northmoor, clock) == []


def test_a_later_date_that_stands_is_a_date(northmoor, clock):
    northmoor.pair.meetings.update(state=Meeting.State.UNPLANNED, starts_at=None)
    assert kinds(northmoor, clock) == [Kind.NOT_MET]
    later = {"due_on": date(2026, 7, 20), "state": Meeting.State.PLANNED, "starts_at": clock() + days(9)}
    Meeting.objects.create(pair=northmoor.pair, number=2, title="Later", time_zone="UTC", **later)
    assert kinds(northmoor, clock) == []


def test_a_meeting_that_a_pair_has_gone_past_is_not_next(northmoor, clock):
    northmoor.pair.meetings.update(state=Meeting.State.UNPLANNED, starts_at=None, due_on=date(2026, 5, 1))
    held = {"due_on": date(2026, 6, 1), "state": Meeting.State.HELD, "held_at": clock() - days(20)}
    Meeting.objects.create(pair=northmoor.pair, number=2, title="Held", time_zone="UTC", **held)
    Meeting.objects.create(pair=northmoor.pair, number=3, title="Next", due_on=date(2026, 7, 1), time_zone="UTC")
    assert kinds(northmoor, clock) == []
    clock.forward(days=9)
    northmoor.cohort.pairs.exclude(pk=northmoor.pair.pk).delete()
    assert kinds(northmoor, clock) == [Kind.NO_DATE]


def test_the_meeting_before_tells_whether_it_slips(northmoor, clock):
    northmoor.pair.meetings.update(state=Meeting.State.MISSED)
    Meeting.objects.create(
        pair=northmoor.pair, number=2, title="Second", due_on=date(2026, 7, 1), times_moved=1, time_zone="UTC"
    )
    Pair.objects.filter(pk=northmoor.pair.pk).update(formed_at=clock() - days(5))
    assert kinds(northmoor, clock) == [Kind.SLIPPING]


def test_whoever_asks_for_contact_stands_in_the_queue_until_contacted(northmoor, clock):
    checkin = CheckIn.objects.create(
        meeting=northmoor.meeting,
        person=northmoor.people["mentor"],
        at=clock(),
        could_say=1,
        useful=1,
        taught="both",
        wants_contact=True,
    )
    assert kinds(northmoor, clock) == [Kind.CONTACT]
    CheckIn.objects.filter(pk=checkin.pk).update(contacted_at=clock())
    assert kinds(northmoor, clock) == []


def test_a_contact_wish_carries_none_of_the_answers(northmoor, clock):
    CheckIn.objects.create(
        meeting=northmoor.meeting,
        person=northmoor.people["mentor"],
        at=clock(),
        could_say=1,
        useful=1,
        taught="both",
        wants_contact=True,
    )
    need = needs_of(northmoor.cohort, waiting=0, now=clock())[0]
    person = northmoor.people["mentor"]
    assert need.wish == Wish(meeting=northmoor.meeting.public_id, person_id=person.pk)
    assert need.pair_id == northmoor.pair.pk


def test_a_leader_who_comes_to_stand_above_the_mentor_breaks_the_rule(northmoor, clock):
    middle = make_person("n-middle", "Mei", "Chen", manager=northmoor.people["mentee"])
    boss = northmoor.people["line_manager"]
    boss.manager = middle
    boss.save()
    assert kinds(northmoor, clock) == [Kind.RULE]  # mentor → Lang → Chen → mentee
    northmoor.programme.policy = {"rules": {"reporting_line": 2}}
    northmoor.programme.save()
    northmoor.cohort.refresh_from_db()
    assert kinds(northmoor, clock) == []  # three levels up, and the rule looks two up
    northmoor.programme.policy = {"rules": {"reporting_line": 0}}
    northmoor.programme.save()
    northmoor.cohort.refresh_from_db()
    assert kinds(northmoor, clock) == []


def test_a_mentor_above_the_leader_is_found_too(northmoor, clock):
    mentee = northmoor.people["mentee"]
    mentee.manager = northmoor.people["mentor"]
    mentee.save()
    assert kinds(northmoor, clock) == [Kind.RULE]


def test_one_manager_of_both_breaks_the_rule_unless_allowed(northmoor, clock):
    mentee = northmoor.people["mentee"]
    mentee.manager = northmoor.people["line_manager"]
    mentee.save()
    assert kinds(northmoor, clock) == [Kind.RULE]
    northmoor.programme.policy = {"rules": {"same_manager": True}}
    northmoor.programme.save()
    northmoor.cohort.refresh_from_db()
    assert kinds(northmoor, clock) == []


def test_a_circle_of_managers_does_not_hang_the_page(northmoor, clock):
    mentor, boss = northmoor.people["mentor"], northmoor.people["line_manager"]
    boss.manager = mentor
    boss.save()
    assert kinds(northmoor, clock) == []


@pytest.mark.parametrize(("leaves_in", "expected"), [(31, []), (30, [Kind.LEAVING]), (-5, [Kind.LEAVING])])
def test_a_leaver_in_a_running_pair_is_told_a_month_ahead(northmoor, clock, leaves_in, expected):
    mentor = northmoor.people["mentor"]
    mentor.leave_date = clock().date() + days(leaves_in)
    mentor.save()
    assert kinds(northmoor, clock) == expected


def test_an_ended_pair_has_no_risk(northmoor, clock):
    mentor = northmoor.people["mentor"]
    mentor.leave_date = clock().date()
    mentor.save()
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.EXITED)
    assert kinds(northmoor, clock) == []


def a_run(northmoor, clock, **changes) -> MatchRun:
    return MatchRun.objects.create(
        cohort=northmoor.cohort,
        number=2,
        requested_at=clock(),
        policy={},
        **({"state": MatchRun.State.DONE, "finished_at": clock()} | changes),
    )


def a_proposal(northmoor, run, **columns) -> Proposal:
    sides = {"mentor": northmoor.enrolments["mentor"], "mentee": northmoor.enrolments["same_programme_mentee"]}
    return Proposal.objects.create(run=run, score=0.5, criteria={}, **sides, **columns)


def test_a_finished_run_waits_for_review_until_it_is_published(northmoor, clock):
    run = a_run(northmoor, clock)
    a_proposal(northmoor, run)
    assert kinds(northmoor, clock) == [Kind.REVIEW]
    MatchRun.objects.filter(pk=run.pk).update(published_at=clock())
    assert kinds(northmoor, clock) == []


@pytest.mark.parametrize(("answer_in", "expected"), [(4, []), (3, [Kind.ANSWERS])])
def test_open_proposals_are_told_when_their_last_day_is_near(northmoor, clock, answer_in, expected):
    run = a_run(northmoor, clock, published_at=clock())
    a_proposal(northmoor, run, state=Proposal.State.PROPOSED, answer_by=clock() + days(answer_in))
    assert kinds(northmoor, clock) == expected


def test_people_without_a_partner_are_told_after_a_published_run(northmoor, clock):
    assert kinds(northmoor, clock, waiting=3) == [Kind.UNMATCHED]
    assert kinds(northmoor, clock, waiting=0) == []
    northmoor.cohort.runs.update(published_at=None)
    assert kinds(northmoor, clock, waiting=3) == []


def test_the_oldest_stands_first(northmoor, clock):
    northmoor.pair.meetings.update(state=Meeting.State.UNPLANNED, starts_at=None)
    asked = {"could_say": 1, "useful": 1, "taught": "both", "wants_contact": True}
    CheckIn.objects.create(meeting=northmoor.meeting, person=northmoor.people["mentor"], at=clock(), **asked)
    assert kinds(northmoor, clock) == [Kind.NOT_MET, Kind.CONTACT]


def test_what_belongs_to_another_programme_is_not_ours(northmoor, clock):
    northmoor.other_pair.meetings.update(state=Meeting.State.UNPLANNED, starts_at=None)
    assert kinds(northmoor, clock) == []


def test_people_are_read_for_what_is_shown(northmoor, clock):
    northmoor.pair.meetings.update(state=Meeting.State.UNPLANNED, starts_at=None)
    (need,), _done = with_people(needs_of(northmoor.cohort, waiting=0, now=clock()), [], now=clock())
    assert need.pair.mentor.person == northmoor.people["mentor"]


def test_an_enrolment_that_was_withdrawn_waits_for_nobody(northmoor, clock):
    from viceversa.pairing.funnel import funnel_of

    extra = make_person("n-extra", "Bo", "Berg")
    row = Enrolment.objects.create(cohort=northmoor.cohort, person=extra, role="mentor", state="submitted")
    assert funnel_of(northmoor.cohort, on=clock().date()).mentors.waiting == 1
    row.state = Enrolment.State.WITHDRAWN
    row.save()
    funnel = funnel_of(northmoor.cohort, on=clock().date())
    assert (funnel.mentors.waiting, funnel.mentors.enrolled, funnel.mentors.invited) == (0, 2, 2)
