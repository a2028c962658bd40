"""One frozen object of participation facts, by role."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from viceversa.insights.disclosure import Hidden, Share, Shown, Why
from viceversa.insights.participation import Audience, Frame, disclosed, participation_facts
from viceversa.journey.adherence import Adherence, Met, Month
from viceversa.pairing.funnel import Funnel, Side

FRAME = Frame("Fresh Eyes", "Spring 2026", date(2026, 3, 2), date(2026, 11, 30), date(2026, 4, 15))


def month(first: date, *, due: int, held: int, pairs: int) -> Month:
    return Month(first, due, held, 0, due - held, due, held, 0, due - held, pairs, 60 * held)


def facts_for(audience: Audience, *, leaders: Side, mentors: Side, met: Met, months: tuple[Month, ...] = ()):
    return disclosed(
        funnel=Funnel(leaders=leaders, mentors=mentors),
        met=met,
        adherence=Adherence(months),
        objectives=(),
        frame=FRAME,
        audience=audience,
    )


MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
BIG = {"leaders": Side(40, 2, 23, 21, 2), "mentors": Side(60, 10, 31, 21, 10), "met": Met(21, 20, 20, 20)}
SMALL_SIDE = {"leaders": Side(12, 2, 8, 8, 0), "mentors": Side(40, 2, 30, 8, 22), "met": Met(8, 8, 8, 8)}


def test_a_coordinator_reads_exact_numbers():
    facts = facts_for(Audience.COORDINATOR, **SMALL_SIDE)
    assert (facts.enrolled.leaders, facts.enrolled.both, facts.pairs) == (Shown(8), Shown(38), Shown(8))
    assert facts.hides == frozenset()


def test_a_sponsor_reads_from_ten_on_and_no_total_that_gives_a_side_away():
    facts = facts_for(Audience.SPONSOR, **SMALL_SIDE)
    assert facts.enrolled.leaders == Hidden(Why.TOO_FEW)
    assert facts.enrolled.mentors == Shown(30)
    assert facts.enrolled.both == Hidden(Why.WOULD_TELL)
    assert facts.pairs == Hidden(Why.TOO_FEW)
    assert facts.hours == Hidden(Why.TOO_FEW)


def test_an_analyst_reads_fives():
    facts = facts_for(Audience.ANALYST, **BIG)
    assert facts.enrolled.leaders == Shown(25, rounded=True)
    assert facts.enrolled.both == Shown(55, rounded=True)
    assert facts.pairs == Shown(20, rounded=True)


def test_the_whole_is_told_over_the_months_that_are_told():
    months = (month(MARCH, due=20, held=10, pairs=20), month(APRIL, due=8, held=8, pairs=8))
    facts = facts_for(Audience.SPONSOR, months=months, **BIG)
    assert [each.held for each in facts.months] == [Share(50), Hidden(Why.TOO_FEW)]
    assert facts.held == Share(50)
    assert facts.hours == Shown(20, rounded=True)
    assert facts_for(Audience.COORDINATOR, months=months, **BIG).held == Share(64)


def test_only_the_coordinator_gets_the_counts_of_a_month():
    months = (month(MARCH, due=20, held=10, pairs=20),)
    assert facts_for(Audience.SPONSOR, months=months, **BIG).months[0].exact is None
    assert facts_for(Audience.COORDINATOR, months=months, **BIG).months[0].exact == months[0]


@pytest.mark.parametrize("audience", [Audience.SPONSOR, Audience.ANALYST])
def test_no_small_number_stands_anywhere_in_the_object(audience):
    months = (month(MARCH, due=7, held=7, pairs=7), month(APRIL, due=3, held=2, pairs=3))
    nobody = {"leaders": Side(4, 1, 3, 3, 0), "mentors": Side(4, 1, 3, 3, 0), "met": Met(3, 2, 2, 2)}
    facts = facts_for(audience, months=months, **nobody)
    assert numbers_in({name: value for name, value in asdict(facts).items() if name != "rule"}) == []


FROM_THE_FILE = {
    "leaders": Side(20, 0, 60, 12, 48, brought_in=48),
    "mentors": Side(40, 0, 52, 12, 40, brought_in=12),
    "met": Met(12, 12, 12, 12),
}


def test_who_was_enrolled_without_an_invitation_is_neither_invited_nor_a_yes():
    facts = facts_for(Audience.SPONSOR, **FROM_THE_FILE)
    assert (facts.invited.leaders, facts.enrolled.leaders, facts.said_yes.leaders) == (Shown(20), Shown(60), Shown(12))
    assert (facts.said_yes.both, facts.brought_in) == (Shown(52), Shown(60))


@pytest.mark.parametrize("audience", [Audience.SPONSOR, Audience.ANALYST])
@pytest.mark.parametrize(("invited", "yes", "brought_in"), [(40, 3, 50), (3, 3, 50), (0, 0, 50), (40, 24, 3)])
def test_no_difference_of_two_numbers_names_a_few_who_said_yes_or_were_enrolled_unasked(
    audience, invited, yes, brought_in
):
    side = Side(invited, 0, yes + brought_in, 12, 0, brought_in=brought_in)
    facts = facts_for(audience, leaders=side, mentors=side, met=Met(12, 12, 12, 12))
    told = numbers_in([asdict(facts)[name] for name in ("invited", "enrolled", "said_yes", "brought_in")])
    least = facts.rule.least
    assert all(number >= least for number in told)
    assert all(abs(one - other) >= least or one == other for one in told for other in told)


def numbers_in(thing: object) -> list[int]:
    if isinstance(thing, dict):
        return [number for value in thing.values() for number in numbers_in(value)]
    if isinstance(thing, list | tuple):
        return [number for value in thing for number in numbers_in(value)]
    return [thing] if isinstance(thing, int) and not isinstance(thing, bool) else []


def test_the_facts_of_the_fixture_world_are_counted_from_its_rows(northmoor, clock):
    facts = participation_facts(
        northmoor.programme, cohort=northmoor.cohort, audience=Audience.COORDINATOR, now=clock()
    )
    assert (facts.invited.both, facts.enrolled.both, facts.pairs, facts.met) == (Shown(4), Shown(4), Shown(2), Shown(0))
    assert facts.held is None
    assert len(facts.months) == 9
    assert facts.objectives[0].target == 60
