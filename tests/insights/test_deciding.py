"""What participation facts speak for: by hand, and never from what is hidden."""

from __future__ import annotations

from datetime import date

import pytest

from tests.insights.test_participation import APRIL, MARCH, facts_for, month
from viceversa.insights.deciding import Leaning, Reading, Sign, signs_of
from viceversa.insights.participation import Audience
from viceversa.insights.side_by_side import month_of_life
from viceversa.journey.adherence import Met
from viceversa.pairing.funnel import Side

WIDE = {"leaders": Side(40, 2, 24, 20, 4), "mentors": Side(40, 10, 24, 20, 4), "met": Met(20, 20, 20, 20)}


def leaning(held: int, audience: Audience = Audience.COORDINATOR, **more) -> Leaning:
    months = (month(MARCH, due=100, held=held, pairs=20),)
    return signs_of(facts_for(audience, months=months, **WIDE | more)).leaning


@pytest.mark.parametrize(
    ("held", "speaks_for"),
    [(75, Leaning.GO_ON), (74, Leaning.CHANGE), (25, Leaning.CHANGE), (24, Leaning.STOP), (0, Leaning.STOP)],
)
def test_meetings_decide_first(held, speaks_for):
    assert leaning(held) is speaks_for


def test_good_meetings_among_few_who_said_yes_speak_for_a_change():
    few = {"leaders": Side(100, 0, 20, 20, 0), "mentors": Side(100, 0, 20, 20, 0)}
    assert leaning(90, **few) is Leaning.CHANGE


def test_people_enrolled_without_an_invitation_are_no_yes():
    asked_few = {
        "leaders": Side(0, 0, 102, 0, 102, brought_in=102),
        "mentors": Side(40, 0, 104, 0, 104, brought_in=102),
    }
    readings = dict(signs_of(facts_for(Audience.COORDINATOR, **WIDE | asked_few)).readings)
    assert readings[Sign.REACH] is Reading.POOR
    nobody = dict.fromkeys(("leaders", "mentors"), Side(0, 0, 102, 0, 102, brought_in=102))
    assert dict(signs_of(facts_for(Audience.COORDINATOR, **WIDE | nobody)).readings)[Sign.REACH] is Reading.UNKNOWN


def test_without_a_meeting_due_it_is_too_early():
    assert signs_of(facts_for(Audience.COORDINATOR, **WIDE)).leaning is Leaning.TOO_EARLY


def test_what_is_hidden_is_not_known_and_decides_nothing():
    small = {"leaders": Side(9, 0, 9, 9, 0), "mentors": Side(9, 0, 9, 9, 0), "met": Met(9, 9, 9, 9)}
    months = (month(APRIL, due=9, held=0, pairs=9),)
    signs = signs_of(facts_for(Audience.SPONSOR, months=months, **small))
    assert dict(signs.readings) == dict.fromkeys(Sign, Reading.UNKNOWN)
    assert signs.leaning is Leaning.TOO_EARLY


@pytest.mark.parametrize(
    ("first", "number"), [(date(2026, 3, 1), 1), (date(2026, 12, 1), 10), (date(2027, 2, 1), 12), (date(2026, 2, 1), 0)]
)
def test_the_month_in_which_a_cohort_starts_is_its_first(first, number):
    assert month_of_life(first, starts_on=date(2026, 3, 31)) == number
