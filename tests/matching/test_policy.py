"""The policy: defaults, and every problem told with key, value and what to do."""

import pytest

from viceversa.matching import Policy, PolicyError


def problems(text):
    with pytest.raises(PolicyError) as refused:
        Policy.from_toml(text)
    return {problem.key: problem.message for problem in refused.value.problems}


def test_an_empty_policy_is_the_default_one():
    assert Policy.from_toml("") == Policy.default()
    assert Policy.default().weights["complementarity"] == 0.35


def test_weights_when_given_replace_all_weights():
    weights = Policy.from_toml("[weights]\nstyle = 2\n").weights
    assert weights["style"] == 2
    assert sum(weights.values()) == 2


def test_a_policy_survives_its_own_dictionary():
    policy = Policy.default().replace(options={"locked": [["a", "b"]], "synonyms": {"js": "javascript"}})
    assert Policy.from_dict(policy.to_dict()) == policy


def test_all_problems_are_told_at_once():
    told = problems(
        '[rule]\nx = 1\n[rules]\ngrade_gap = 1\nsame_manager = 1\nreference_date = "soon"\n'
        "[weights]\nstyle = nan\noverlap = -1\nintrests = 1\n[options]\nobjective = 'best'\nlocked = [['a']]\n"
    )
    assert set(told) == {
        "rule",
        "rules.grade_gap",
        "rules.same_manager",
        "rules.reference_date",
        "weights.style",
        "weights.overlap",
        "weights.intrests",
        "options.objective",
        "options.locked",
    }
    assert "nearest known one is grade_gap_min" in told["rules.grade_gap"]
    assert "nearest known one is interests" in told["weights.intrests"]
    assert "'soon'" in told["rules.reference_date"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[weights]\n", "weights"),
        ("[weights]\nstyle = 0\n", "weights"),
        ("[weights]\nstyle = inf\n", "weights.style"),
        ("[rules]\ngrade_gap_min = true\n", "rules.grade_gap_min"),
        ("[rules]\ngrade_gap_min = 1.5\n", "rules.grade_gap_min"),
        ("[rules]\nreporting_line = -1\n", "rules.reporting_line"),
        ("[rules]\nscore_min = 1.5\n", "rules.score_min"),
        ("[[rules.at_most]]\nx = 1\n", "rules.at_most 1"),
        ("[rules]\nshare = 0.4\n", "rules.share"),
        ("[options]\ndifference_on = ['gender']\n", "options.difference_on"),
        ("[options]\nranked = 0\n", "options.ranked"),
        ("rules = 3\n", "rules"),
        ("not toml", "policy"),
    ],
)
def test_nonsense_is_refused_by_its_key(text, key):
    assert key in problems(text)


def test_bytes_that_are_not_utf8_are_refused():
    assert "UTF-8" in problems(b"\xff\xfe")["policy"]
