"""Opening, changing and launching a programme."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.access import Role
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.models import Event, RoleGrant
from viceversa.programmes.actions import (
    LastObjective,
    NotAcknowledged,
    ObjectiveContent,
    add_objective,
    change_objective,
    content_of,
    launch_programme,
    remove_objective,
    set_policy,
)
from viceversa.programmes.beginning import open_programme
from viceversa.programmes.design_parts import Part, change_part, seen_of, values_of
from viceversa.programmes.models import Objective, Programme
from viceversa.programmes.playbooks import playbook
from viceversa.programmes.readiness import NotReady, missing_parts, readiness_of

WHOLE = ObjectiveContent(
    title="Leaders keep what they promise",
    metric="Commitments done on time",
    unit="%",
    baseline=Decimal(40),
    target=Decimal(75),
    owner="Ruth Adeyemi",
)
WHY = "The handlers are named next week; nobody is invited before."


def opened(northmoor: Northmoor, clock: MovableClock, *, public_id: str = "") -> Programme:
    by = northmoor.users["coordinator"]
    assert by is not None
    return open_programme(
        playbook("empower"),
        name="Autumn voices",
        cohort_name="Autumn 2026",
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 5, 31),
        by=by,
        now=clock(),
        public_id=public_id,
    )


def test_opening_copies_the_playbook_and_makes_the_opener_its_coordinator(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    programme, plan = opened(northmoor, clock), playbook("empower")
    assert [meeting["title"] for meeting in programme.meetings] == [meeting.title for meeting in plan.meetings]
    assert programme.meeting_plan(1)["agenda"][0]["turn"] == plan.meetings[0].agenda[0].turn
    assert [topic["side"] for topic in programme.topics] == [topic.taught_by for topic in plan.topics]
    assert programme.policy["rules"]["grade_gap_min"] == plan.rules["grade_gap_min"]
    assert programme.policy["rules"]["reference_date"] == "2026-09-01"
    assert programme.cadence_days == plan.cadence_days
    assert programme.current_cohort.name == "Autumn 2026"
    grants = RoleGrant.objects.standing().filter(scope=programme.public_id)
    assert [(grant.user, grant.role) for grant in grants] == [(northmoor.users["coordinator"], Role.COORDINATOR)]
    assert Event.objects.filter(verb="opened", object_id=programme.public_id).count() == 1


def test_the_playbooks_objectives_are_suggested_with_nothing_filled_in(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    for objective in opened(northmoor, clock).objectives.all():
        assert missing_parts(objective) == ("baseline", "target", "owner")


def test_opening_the_same_programme_twice_opens_one(northmoor: Northmoor, clock: MovableClock) -> None:
    before = Programme.objects.count()
    first = opened(northmoor, clock, public_id="abcabcabcabcabcabcab")
    assert opened(northmoor, clock, public_id="abcabcabcabcabcabcab") == first
    assert Programme.objects.count() == before + 1
    assert first.cohorts.count() == 1
    assert Event.objects.filter(verb="opened").count() == 1


def test_the_engine_takes_the_policy_of_a_new_programme_as_it_is(northmoor: Northmoor, clock: MovableClock) -> None:
    from viceversa.matching.policy import Policy

    policy = Policy.from_dict(opened(northmoor, clock).policy)
    assert policy.rules.grade_gap_min == 3
    assert policy.weights["complementarity"] == 0.35


def test_no_launch_without_a_complete_objective(northmoor: Northmoor, clock: MovableClock) -> None:
    programme, by = opened(northmoor, clock), northmoor.users["coordinator"]
    assert by is not None
    with pytest.raises(NotReady) as refused:
        launch_programme(programme, by=by, now=clock())
    assert refused.value.readiness.gaps == ("objective",)
    programme.refresh_from_db()
    assert programme.state == Programme.State.DRAFT
    add_objective(programme, content=WHOLE, by=by, now=clock())
    with pytest.raises(NotAcknowledged):
        launch_programme(programme, by=by, now=clock(), acknowledgement="  ")
    launch_programme(programme, by=by, now=clock(), acknowledgement=WHY)
    programme.refresh_from_db()
    assert programme.launch_record.acknowledgement == WHY
    assert (programme.state, programme.launched_at) == (Programme.State.LAUNCHED, clock())


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({"metric": ""}, ("metric",)),
        ({"baseline": None}, ("baseline",)),
        ({"target": None, "owner": ""}, ("target", "owner")),
        ({"baseline": Decimal(75)}, ("distance",)),
        ({"baseline": Decimal(0)}, ()),
    ],
)
def test_an_objective_says_which_part_is_missing(lacking: dict[str, object], missing: tuple[str, ...]) -> None:
    assert missing_parts(Objective(**asdict(replace(WHOLE, **lacking)))) == missing  # type: ignore[arg-type]


def test_no_launch_of_a_cohort_that_is_over(northmoor: Northmoor, clock: MovableClock) -> None:
    programme, by = opened(northmoor, clock), northmoor.users["coordinator"]
    assert by is not None
    add_objective(programme, content=WHOLE, by=by, now=clock())
    clock.forward(days=400)
    assert readiness_of(programme, today=clock().date()).gaps == ("past",)
    with pytest.raises(NotReady):
        launch_programme(programme, by=by, now=clock())


def test_launching_twice_launches_once(northmoor: Northmoor, clock: MovableClock) -> None:
    programme, by = opened(northmoor, clock), northmoor.users["coordinator"]
    assert by is not None
    add_objective(programme, content=WHOLE, by=by, now=clock())
    launched = launch_programme(programme, by=by, now=clock(), acknowledgement=WHY)
    clock.forward(hours=1)
    assert launch_programme(programme, by=by, now=clock()).launched_at == launched.launched_at
    assert Event.objects.filter(verb="launched").count() == 1


def test_a_launched_programme_keeps_a_complete_objective(northmoor: Northmoor, clock: MovableClock) -> None:
    programme, by = northmoor.programme, northmoor.users["coordinator"]
    assert by is not None
    only = programme.objectives.get()
    with pytest.raises(LastObjective):
        remove_objective(only, by=by, now=clock())
    with pytest.raises(LastObjective):
        change_objective(
            only,
            content=replace(content_of(only), owner=""),
            seen=fingerprint(asdict(content_of(only))),
            by=by,
            now=clock(),
        )
    only.refresh_from_db()
    assert only.is_complete
    add_objective(programme, content=WHOLE, by=by, now=clock())
    remove_objective(only, by=by, now=clock())
    assert [objective.title for objective in programme.objectives.all()] == [WHOLE.title]


def test_nobody_overwrites_a_part_they_have_not_seen(northmoor: Northmoor, clock: MovableClock) -> None:
    programme, by = northmoor.programme, northmoor.users["coordinator"]
    assert by is not None
    values, seen = values_of(programme, part=Part.PURPOSE), seen_of(programme, part=Part.PURPOSE)
    word = {**values, "mentee_word": "executive"}
    change_part(programme, part=Part.PURPOSE, values=word, seen=seen, by=by, now=clock())
    with pytest.raises(ChangedMeanwhile):
        change_part(programme, part=Part.PURPOSE, values={**values, "name": "Mine"}, seen=seen, by=by, now=clock())
    programme.refresh_from_db()
    assert (programme.name, programme.mentee_word) == ("Fresh Eyes", "executive")


def test_topics_keep_their_family_when_they_are_reordered(northmoor: Northmoor, clock: MovableClock) -> None:
    programme, by = northmoor.programme, northmoor.users["coordinator"]
    assert by is not None
    wanted = {"topics_of_mentors": ("Shop floors", "how our meetings FEEL"), "topics_of_mentees": ("Budgets",)}
    seen = seen_of(programme, part=Part.TOPICS)
    change_part(programme, part=Part.TOPICS, values=wanted, seen=seen, by=by, now=clock())
    programme.refresh_from_db()
    assert programme.topics == [
        {"name": "Shop floors", "family": "", "side": "mentor"},
        {"name": "how our meetings FEEL", "family": "Culture", "side": "mentor"},
        {"name": "Budgets", "family": "", "side": "mentee"},
    ]


def test_nobody_overwrites_rules_they_have_not_seen(northmoor: Northmoor, clock: MovableClock) -> None:
    programme, by = northmoor.programme, northmoor.users["coordinator"]
    assert by is not None
    seen = fingerprint(programme.policy)
    set_policy(programme, policy={"rules": {"grade_gap_min": 4}}, seen=seen, by=by, now=clock())
    with pytest.raises(ChangedMeanwhile):
        set_policy(programme, policy={"rules": {"grade_gap_min": 0}}, seen=seen, by=by, now=clock())
    programme.refresh_from_db()
    assert programme.policy == {"rules": {"grade_gap_min": 4}}
