"""A kept run: after each small change the same totals as a run from the beginning, and the same proof."""

import random

import pytest

from tests.matching.people import lenient, person, random_people, random_policy
from tests.matching.test_large_pools import organisation
from viceversa.matching import InputProblems, Policy, Problem, certify, solve
from viceversa.matching.again import KEEP, KeptRun


def some_change(draw, run):
    """One thing that a coordinator may do next."""
    people, found = run.problem.people, run.solution
    mentors, mentees = ([people[one].person_id for one in side] for side in (run.problem.mentors, run.problem.mentees))
    made = [(people[a].person_id, people[b].person_id) for a, b in zip(found.mentors, found.mentees, strict=True)]
    kind = draw.choice(["forbid", "lock", "drop"])
    if kind == "drop":
        locked = {one for pair in run.problem.policy.options.locked for one in pair}
        return {"drop": [draw.choice([one for one in (*mentors, *mentees) if one not in locked] or [mentors[0]])]}
    pair = draw.choice(made) if made and draw.random() < 0.7 else (draw.choice(mentors), draw.choice(mentees))
    return {kind: [pair]}


def after(run, change):
    try:
        return run.changed(**change)
    except InputProblems:
        return None


def rank(solution):
    return len(solution.mentors), round(solution.total_score + solution.kept_bonus, 9)


@pytest.mark.parametrize("seed", range(12))
def test_changes_of_small_pools_end_where_a_new_run_would(seed):
    draw = random.Random(seed)
    compared = 0
    for _ in range(8):
        people = random_people(draw, 24)
        try:
            policy = random_policy(draw, [one.person_id for one in people]).replace(options={"fairness": 0.0})
            problem = Problem.from_people(people, policy)
            run = KeptRun.swept(problem)
        except InputProblems:
            continue
        if not len(problem.mentors) or not len(problem.mentees):
            continue
        for _ in range(6):
            change = some_change(draw, run) | ({"keep": draw.choice([0.02, KEEP, 1.0])} if draw.random() < 0.4 else {})
            following = after(run, change)
            if following is None:
                continue
            run = following
            fresh = solve(run.problem)
            assert rank(run.solution) == rank(fresh)
            assert run.solution.certified == fresh.certified
            assert certify(run.problem, run.solution).certified == fresh.certified
            compared += 1
    assert compared >= 10


@pytest.mark.parametrize(("mentors", "mentees"), [(640, 560), (560, 640)])
def test_a_large_pool_is_proved_after_each_of_many_changes(mentors, mentees):
    draw = random.Random(3)
    people = organisation(mentors, mentees, seed=8, capacity=(1, 1, 2))
    run = KeptRun.of(Problem.from_people(people, Policy.default()))
    assert run.reached is not None
    for _ in range(40):
        change = some_change(draw, run) | ({"keep": KEEP} if draw.random() < 0.5 else {})
        run = after(run, change) or run
        assert run.solution.certified
        assert run.solution.gap == 0
        whole = certify(run.problem, run.solution)
        assert whole.certified
        assert whole.upper_bound == run.solution.upper_bound
    assert rank(solve(run.problem)) == rank(run.solution)


def test_somebody_with_room_to_spare_may_go():
    mentor = person("m", "mentor", capacity=3, grade=1, excludes=("c",))
    mentees = [person(name, "mentee", capacity=2, grade=6) for name in "abc"]
    run = KeptRun.swept(Problem.from_people([mentor, *mentees], lenient()))
    assert len(run.solution.mentors) == 2
    left = run.changed(drop=["a"])
    assert left.solution.certified
    assert [left.problem.people[one].person_id for one in left.solution.mentees] == ["b"]


def test_keeping_changes_few_pairs_and_tells_what_that_costs():
    base = KeptRun.of(Problem.from_people(organisation(800, 800, seed=9), Policy.default()))
    made = [
        (base.problem.people[a].person_id, base.problem.people[b].person_id)
        for a, b in zip(base.solution.mentors, base.solution.mentees, strict=True)
    ]
    freely = kept = 0
    for pair in made[::80]:
        best, few = base.changed(forbid=[pair]), base.changed(forbid=[pair], keep=KEEP)
        assert few.solution.certified
        gone, new = base.differences(few)
        assert pair in gone
        assert len(new) <= 5
        assert few.solution.total_score <= best.solution.total_score + 1e-9
        freely, kept = freely + len(base.differences(best)[1]), kept + len(new)
    assert kept < freely


def test_other_weights_end_where_a_new_run_would():
    people = organisation(620, 600, seed=10)
    base = KeptRun.of(Problem.from_people(people, Policy.default()))
    for weights in ({"complementarity": 1.0}, {"interests": 0.5, "style": 0.2, "overlap": 0.3}):
        policy = Policy.default().replace(weights=weights)
        assert rank(base.under(policy).solution) == rank(solve(Problem.from_people(people, policy)))
    looser = Policy.default().replace(rules={"grade_gap_min": 0, "must_teach": False})
    moved = base.under(looser)
    assert moved.solution.certified
    assert rank(moved.solution) == rank(solve(Problem.from_people(people, looser)))


def test_a_policy_that_reads_people_otherwise_needs_a_new_run():
    base = KeptRun.of(Problem.from_people(organisation(3, 3, seed=1), Policy.default()))
    with pytest.raises(ValueError, match="difference_on"):
        base.under(Policy.default().replace(options={"difference_on": ["location"]}))


def test_quotas_hold_after_a_change_and_under_another_policy():
    people = [person(f"m{k}", grade=1, function="a") for k in range(5)]
    people += [person(f"e{k}", "mentee", grade=6, function="b") for k in range(5)]
    one = lenient().replace(rules={"at_most": [{"pairs": 1, "mentors": "function", "mentees": "function"}]})
    assert len(KeptRun.of(Problem.from_people(people, one)).changed(drop=["m0"]).solution.mentors) == 1
    free = KeptRun.swept(Problem.from_people(people, lenient()))
    assert len(free.solution.mentors) == 5
    limited = free.under(one).solution
    assert len(limited.mentors) == 1
    assert limited.certified
    with pytest.raises(ValueError, match="quotas"):
        KeptRun.swept(Problem.from_people(people, one))
