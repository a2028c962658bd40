"""What a coordinator reads of a variant: its name, what it asks otherwise, and how sure its answer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from viceversa.programmes.policy import complete_policy

from ..models import MatchRun
from .reasons import criterion_labels
from .rules import quota_sentences


def column_title(run: MatchRun) -> str:
    """“Run 3”, a variant's own name, or “Variant 2”."""
    if not run.is_variant:
        return _("Run %(number)s") % {"number": run.number}
    if run.name:
        return run.name
    words = _("Stable pairs %(number)s") if run.method == MatchRun.Method.STABLE else _("Variant %(number)s")
    return words % {"number": run.number}


def asked_otherwise(policy: Mapping[str, Any], *, than: Mapping[str, Any], leader: str) -> list[str]:
    """“Grade gap 1 instead of 2”: every rule, quota, weight and option that differs, in the order of the form."""
    now, was = complete_policy(policy), complete_policy(than)
    told = [
        _instead(label, words(now["rules"][name]), words(was["rules"][name]))
        for name, (label, words) in _rules().items()
        if now["rules"][name] != was["rules"][name]
    ]
    told += _quotas_otherwise(now["rules"], was["rules"], leader=leader)
    told += [
        _instead(label, _number(now["weights"][name]), _number(was["weights"][name]))
        for name, label in criterion_labels().items()
        if now["weights"][name] != was["weights"][name]
    ]
    for name, (label, words, usual) in _options().items():
        here, there = now["options"].get(name, usual), was["options"].get(name, usual)
        if here != there:
            told.append(_instead(label, words(here), words(there)))
    return told


def _quotas_otherwise(now: Mapping[str, Any], was: Mapping[str, Any], *, leader: str) -> list[str]:
    here, there = (quota_sentences(rules, leader=leader) for rules in (now, was))
    gone = [_("No longer: %(quota)s") % {"quota": words} for words in there if words not in here]
    return [words for words in here if words not in there] + gone


def _instead(label: str, now: str, was: str) -> str:
    return _("%(label)s %(now)s instead of %(was)s") % {"label": label, "now": now, "was": was}


Words = Callable[[Any], str]


def _number(value: float) -> str:
    """With as many decimals as were typed, so that no two that differ are told alike."""
    return f"{value:.6g}"


def _rules() -> dict[str, tuple[str, Words]]:
    return {
        "grade_gap_min": (_("Grade gap"), str),
        "reporting_line": (_("Reporting line"), _line),
        "same_manager": (_("Same manager"), _allowed),
        "common_language": (_("Shared language"), _needed),
        "overlap_hours_min": (_("Hours in common"), _number),
        "must_teach": (_("A wanted topic"), _needed),
        "teach_level_min": (_("Level of the topic"), str),
        "score_min": (_("Least fit"), lambda score: _number(score * 100)),
    }


def _options() -> dict[str, tuple[str, Words, Any]]:
    """Each with what it is where a policy does not say."""
    return {
        "objective": (_("Aim"), _aim, "coverage"),
        "difference_on": (_("Different in"), _attributes, []),
        "fairness": (_("Given up for the lowest pair"), lambda share: f"{_number(share * 100)} %", 0.0),
        "seed": (_("Seed"), str, 0),
    }


def _line(depth: object) -> str:
    if depth == "any":
        return _("at any distance")
    return _("of no matter") if depth == 0 else _("to %(levels)s levels") % {"levels": depth}


def _allowed(is_allowed: object) -> str:
    return _("allowed") if is_allowed else _("kept apart")


def _needed(is_needed: object) -> str:
    return _("needed") if is_needed else _("not needed")


def _aim(objective: object) -> str:
    return _("highest total fit") if objective == "quality" else _("most pairs")


def _attributes(names: Any) -> str:
    words = {"function": _("function"), "location": _("location"), "job_title": _("job title")}
    return " + ".join(words.get(name, str(name)) for name in names) or _("nothing")


def proof_words(run: MatchRun) -> str:
    """How sure it is that nothing better exists under the run's own rules and weights."""
    gap = float(run.report.get("gap", 1.0))
    lost = _number(round(gap * 100, 2))
    if run.method == MatchRun.Method.STABLE:
        return _("stable; %(lost)s %% below the best total") % {"lost": lost}
    if not run.report.get("certified"):
        return _("up to %(lost)s %% below the best") % {"lost": lost}
    if gap <= 0:
        return _("proven best")
    if complete_policy(run.policy)["options"].get("fairness"):
        return _("proven; gives up %(lost)s %% at most for the lowest pair") % {"lost": lost}
    return _("proven to %(lost)s %%") % {"lost": lost}
