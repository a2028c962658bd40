"""Go, caution or not yet: each verdict from the programme's real data, and from what people answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.models import RoleGrant
from viceversa.people.models import Person, Topic, TopicOffer, TopicWant
from viceversa.programmes.handlers import NotAHandler, add_contact, choose_handler, handlers_of
from viceversa.programmes.models import (
    Admission,
    Cohort,
    Enrolment,
    IdentityQuestion,
    Objective,
    Programme,
    Question,
    ReadinessAnswer,
)
from viceversa.programmes.readiness_check import Check, Item, Place, Verdict, check_of
from viceversa.programmes.scratch import plain_meetings
from viceversa.programmes.self_assessment import QUESTIONS, Word, answer_questions, answers_of

GO, CAUTION, NOT_YET = Verdict.GO, Verdict.CAUTION, Verdict.NOT_YET


@pytest.fixture
def draft(northmoor: Northmoor, clock: MovableClock) -> Programme:
    """A programme that lacks nothing which can be looked up, before anybody is in it."""
    made = Programme.objects.create(
        name="Next",
        purpose="Listen.",
        made_at=clock(),
        meetings=plain_meetings(6, minutes=60, every_days=30),
        cadence_days=30,
        consent_text="I take part because I want to.",
        limits_text="Danger is told.",
        survey_plan={"baseline": ["inclusion"], "end": ["inclusion"]},
        policy={"rules": {"grade_gap_min": 2}},
    )
    first = clock().date() + timedelta(days=42)
    Cohort.objects.create(programme=made, name="Next", starts_on=first, ends_on=first + timedelta(days=260))
    Objective.objects.create(programme=made, title="More", metric="Share", baseline=1, target=2, owner="Ruth")
    by, handler = northmoor.users["coordinator"], northmoor.users["handler"]
    assert by is not None
    assert handler is not None
    choose_handler(made, user_id=handler.public_id, is_outside_hr=False, by=by, now=clock())
    add_contact(made, name="Helpline", reach="0800", is_outside_hr=True, by=by, now=clock())
    RoleGrant.objects.create(user=northmoor.users["sponsor"], role="sponsor", scope=made.public_id, granted_at=clock())
    return Programme.objects.get(pk=made.pk)


def check(programme: Programme, clock: MovableClock) -> Check:
    return check_of(Programme.objects.get(pk=programme.pk), now=clock())


def verdict(programme: Programme, clock: MovableClock, code: str) -> str:
    return check(programme, clock).verdicts[code]


def test_what_can_be_looked_up_is_go_where_it_is_in_place(draft: Programme, clock: MovableClock) -> None:
    verdicts = check(draft, clock).verdicts
    looked_up = {code: word for code, word in verdicts.items() if code not in QUESTIONS}
    assert {code for code, word in looked_up.items() if word != GO} == {"pool"}


@pytest.mark.parametrize(
    ("changed", "code", "expected"),
    [
        ({"limits_text": "  "}, "limits", NOT_YET),
        ({"consent_text": ""}, "consent", NOT_YET),
        ({"survey_plan": {"end": ["inclusion"]}}, "surveys", NOT_YET),
        ({"survey_plan": {"baseline": ["digital", "knowledge", "perspective", "inclusion", "engagement"],
                          "end": ["digital"]}}, "surveys", CAUTION),
        ({"policy": {"rules": {"reporting_line": 0}}}, "firewall", NOT_YET),
        ({"meetings": plain_meetings(10, minutes=60, every_days=30)}, "weeks", CAUTION),
        ({"meetings": plain_meetings(12, minutes=60, every_days=30)}, "weeks", NOT_YET),
    ],
)  # fmt: skip
def test_each_part_of_the_design_is_judged(
    draft: Programme, clock: MovableClock, changed: dict[str, object], code: str, expected: Verdict
) -> None:
    assert verdict(draft, clock, code) == GO
    Programme.objects.filter(pk=draft.pk).update(**changed)
    assert verdict(draft, clock, code) == expected


def test_one_handler_is_not_enough_and_two_within_hr_call_for_caution(
    draft: Programme, clock: MovableClock, northmoor: Northmoor
) -> None:
    draft.handlers.filter(user=None).delete()
    assert verdict(draft, clock, "handlers") == NOT_YET
    draft.handlers.create(name="HR desk", reach="hr@northmoor.example", added_at=clock())
    assert verdict(draft, clock, "handlers") == CAUTION
    draft.handlers.filter(user=None).update(is_outside_hr=True)
    assert verdict(draft, clock, "handlers") == GO
    RoleGrant.objects.filter(user=northmoor.users["handler"]).update(ended_at=clock())
    assert verdict(draft, clock, "handlers") == NOT_YET
    assert [one.name for one in handlers_of(draft)] == ["HR desk"]


def test_only_somebody_with_the_role_is_named_from_inside(
    draft: Programme, clock: MovableClock, northmoor: Northmoor
) -> None:
    by, sponsor = northmoor.users["coordinator"], northmoor.users["sponsor"]
    assert by is not None
    assert sponsor is not None
    with pytest.raises(NotAHandler):
        choose_handler(draft, user_id=sponsor.public_id, is_outside_hr=True, by=by, now=clock())


def test_dates_leave_time_to_recruit(draft: Programme, clock: MovableClock) -> None:
    clock.forward(days=35)
    assert verdict(draft, clock, "dates") == CAUTION
    clock.forward(days=400)
    assert verdict(draft, clock, "dates") == NOT_YET


def person(number: int, role: str, grade: int, **columns: object) -> Person:
    return make_person(f"p{number}", "Pat", f"Number{number}", grade=grade, role=role, **columns)


def test_the_people_file_says_whether_there_are_enough_mentors(draft: Programme, clock: MovableClock) -> None:
    boss = person(1, "", 9)
    for number in range(10, 13):
        person(number, "mentee", 7, manager=boss)
    person(20, "mentor", 3, manager=boss)
    found = {item.code: item for item in check(draft, clock).items}
    assert found["pool"].verdict == CAUTION
    assert "2 leaders would go without" in found["pool"].reason
    assert found["grades"].verdict == GO
    for number in range(21, 24):
        person(number, "mentor", 3, manager=boss)
    assert verdict(draft, clock, "pool") == GO


def test_enrolments_count_for_more_than_the_file(draft: Programme, clock: MovableClock) -> None:
    cohort = draft.current_cohort
    person(1, "mentor", 3)
    people = {"mentor": person(2, "", 6), "mentee": person(3, "", 7)}
    for role, who in people.items():
        Enrolment.objects.create(cohort=cohort, person=who, role=role, state="submitted", capacity=1)
    assert verdict(draft, clock, "pool") == GO
    assert verdict(draft, clock, "grades") == NOT_YET  # one grade apart, and the rule asks for two


def test_wanted_topics_are_held_against_what_mentors_know(draft: Programme, clock: MovableClock) -> None:
    people = [person(1, "mentor", 3), person(2, "mentee", 7), person(3, "mentee", 7)]
    topics = [Topic.objects.create(key=name.casefold(), name=name) for name in ("Prompting", "Shop floors")]
    for leader in people[1:]:
        for topic in topics:
            TopicWant.objects.create(person=leader, topic=topic, priority=3)
    assert verdict(draft, clock, "topics") == NOT_YET
    TopicOffer.objects.create(person=people[0], topic=topics[0], level=2)  # too little to teach
    assert verdict(draft, clock, "topics") == NOT_YET
    TopicOffer.objects.filter(topic=topics[0]).update(level=4)
    found = {item.code: item for item in check(draft, clock).items}["topics"]
    assert found.verdict == CAUTION
    assert "Prompting: 2 want it, 1 can teach it" in found.reason
    assert "Shop floors: 2 want it, 0 can teach it" in found.reason


def test_lines_that_are_unknown_or_crowded_call_for_caution(draft: Programme, clock: MovableClock) -> None:
    leader = person(1, "mentee", 7)
    mentors = [person(number, "mentor", 3) for number in range(2, 5)]
    assert "no manager in the file" in {item.code: item for item in check(draft, clock).items}["lines"].reason
    middle = person(9, "", 5, manager=leader)
    Person.objects.filter(pk__in=[one.pk for one in mentors]).update(manager=middle)
    Person.objects.filter(pk=leader.pk).update(manager=person(8, "", 9))
    found = {item.code: item for item in check(draft, clock).items}["lines"]
    assert (found.verdict, found.reason[:15]) == (CAUTION, "3 of 3 mentors ")


def test_people_without_an_address_are_counted(draft: Programme, clock: MovableClock) -> None:
    for number in range(4):
        person(number, "mentor" if number % 2 else "mentee", 3 + 4 * (number % 2 == 0), email="")
    found = {item.code: item for item in check(draft, clock).items}["reach"]
    assert (found.verdict, found.reason) == (CAUTION, "4 of 4 people have no e-mail address.")


def test_a_no_to_what_decides_advises_against_and_the_record_keeps_every_answer(
    draft: Programme, clock: MovableClock, northmoor: Northmoor
) -> None:
    by = northmoor.users["coordinator"]
    assert by is not None
    everything = dict.fromkeys(QUESTIONS, Word.YES)
    assert answer_questions(draft, answers=everything, by=by, now=clock()) == len(QUESTIONS)
    assert answer_questions(draft, answers=everything, by=by, now=clock()) == 0
    assert not check(draft, clock).advises_against
    clock.forward(days=1)
    answer_questions(draft, answers={"safety": Word.NO, "managers": Word.NO}, by=by, now=clock())
    found = check(draft, clock)
    assert found.advises_against
    assert (found.verdicts["safety"], found.verdicts["managers"]) == (NOT_YET, CAUTION)
    assert found.overall is NOT_YET
    given = answers_of(draft)["safety"]
    assert (given.by, given.at) == (by, clock())
    kept = ReadinessAnswer.objects.filter(programme=draft, question="safety").values_list("word", flat=True)
    assert list(kept) == ["yes", "no"]


def test_a_cohort_without_an_end_is_judged_by_its_pairs_months(draft: Programme, clock: MovableClock) -> None:
    cohorts = Cohort.objects.filter(programme=draft)
    cohorts.update(kind="always_on", ends_on=None, pair_months=9)
    assert verdict(draft, clock, "weeks") == GO
    cohorts.update(pair_months=3)
    assert verdict(draft, clock, "weeks") == NOT_YET


def test_a_month_later_is_never_a_day_that_does_not_exist() -> None:
    from viceversa.programmes.models.cohort import months_later

    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 15), 12) == date(2027, 12, 15)


def item(programme: Programme, clock: MovableClock, code: str) -> Item:
    return next(one for one in check(programme, clock).items if one.code == code)


def test_a_handler_who_left_or_cannot_sign_in_is_nobody_to_turn_to(
    draft: Programme, northmoor: Northmoor, clock: MovableClock
) -> None:
    user = northmoor.users["handler"]
    assert user is not None
    assert verdict(draft, clock, "handlers") == GO
    user.is_active = False
    user.save()
    assert verdict(draft, clock, "handlers") == NOT_YET
    user.is_active = True
    user.save()
    person = Person.objects.filter(user=user).first() or make_person("h1", "Han", "Dler", user=user)
    assert verdict(draft, clock, "handlers") == GO
    Person.objects.filter(pk=person.pk).update(leave_date=clock().date())
    assert verdict(draft, clock, "handlers") == NOT_YET


def test_own_questions_with_nothing_to_choose_from_stop_whoever_must_answer(
    draft: Programme, clock: MovableClock
) -> None:
    assert "own_questions" not in check(draft, clock).verdicts
    asked = Question.objects.create(
        programme=draft, kind="one", side="both", words="Which site?", choices=["A", "B"], position=1, made_at=clock()
    )
    assert verdict(draft, clock, "own_questions") == GO
    Question.objects.filter(pk=asked.pk).update(choices=[])
    assert verdict(draft, clock, "own_questions") == CAUTION
    Question.objects.filter(pk=asked.pk).update(required=True)
    found = item(draft, clock, "own_questions")
    assert (found.verdict, found.place) == (NOT_YET, Place.OWN_QUESTIONS)
    assert "“Which site?”" in found.reason


def test_an_identity_attribute_that_the_matching_does_not_weigh_is_not_asked_for(
    draft: Programme, clock: MovableClock
) -> None:
    assert "identity" not in check(draft, clock).verdicts
    purposes = {"match": "So that two who differ meet."}
    columns = {"attribute": "gender", "label": "Gender", "purposes": purposes, "made_at": clock()}
    IdentityQuestion.objects.create(programme=draft, **columns)
    assert verdict(draft, clock, "identity") == GO
    Programme.objects.filter(pk=draft.pk).update(policy={"rules": {"grade_gap_min": 2}, "weights": {"interests": 1}})
    found = item(draft, clock, "identity")
    assert (found.verdict, found.place) == (CAUTION, Place.IDENTITY)


def test_whoever_waits_although_a_place_is_free_is_told_of(draft: Programme, clock: MovableClock) -> None:
    assert "waiting" not in check(draft, clock).verdicts
    cohort, place = draft.cohorts.get(), {"role": "mentor", "invited_at": clock()}
    Enrolment.objects.create(cohort=cohort, person=make_person("w1", "W", "1"), state="submitted", **place)
    Enrolment.objects.create(cohort=cohort, person=make_person("w2", "W", "2"), state="waiting", waits_at=1, **place)
    assert verdict(draft, clock, "waiting") == CAUTION, "there is no limit"
    admission = Admission.objects.create(cohort=cohort, mentor_places=1)
    assert verdict(draft, clock, "waiting") == GO
    Admission.objects.filter(pk=admission.pk).update(mentor_places=2)
    assert item(draft, clock, "waiting").place is Place.WAITING


@pytest.mark.parametrize(
    ("first", "falls"),
    [(date(2026, 12, 9), False), (date(2026, 12, 10), True), (date(2027, 1, 2), True), (date(2027, 1, 3), False)],
)
def test_first_meetings_over_the_turn_of_the_year_are_a_caution(
    draft: Programme, clock: MovableClock, first: date, falls: bool
) -> None:
    draft.cohorts.update(starts_on=first, ends_on=first + timedelta(days=260))
    assert ("holidays" in check(draft, clock).verdicts) is falls


def test_people_without_an_address_lead_to_one_time_codes(draft: Programme, clock: MovableClock) -> None:
    make_person("n1", "No", "Mail", role="mentor", grade=1, email="")
    found = item(draft, clock, "reach")
    assert found.place is Place.CODES
    assert "one-time codes" in found.advice
