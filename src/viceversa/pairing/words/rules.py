"""A policy's rules and weights in sentences, as a coordinator would say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.programmes.policy import complete_policy

from .lists import listed, plain_number, plural_of
from .reasons import criterion_labels


def rule_sentences(policy: Mapping[str, Any], *, leader: str) -> list[str]:
    """Every rule that is on, one sentence each; exclusions last, since they always hold."""
    whole = complete_policy(policy)
    rules = whole["rules"]
    told = [_gap(int(rules["grade_gap_min"]), leader=leader), _line(rules["reporting_line"])]
    told += [] if rules["same_manager"] else [_("No two people with the same manager.")]
    told += [_("A language in common.")] if rules["common_language"] else []
    told += [_hours(float(rules["overlap_hours_min"]))] if rules["overlap_hours_min"] else []
    told += [_teach(int(rules["teach_level_min"]), leader=leader)] if rules["must_teach"] else []
    told += [_floor(float(rules["score_min"]))] if rules["score_min"] else []
    told += quota_sentences(rules, leader=leader)
    told += [_aim(str(whole["options"]["objective"]))]
    return [*told, _("Nobody is paired with somebody they asked to be kept apart from.")]


def quota_sentences(rules: Mapping[str, Any], *, leader: str) -> list[str]:
    """What must hold for all pairs of a run together."""
    told = [_limit(limit, leader=leader) for limit in rules.get("at_most", ())]
    return told + [_share(share) for share in rules.get("share", ())]


def _limit(limit: Mapping[str, Any], *, leader: str) -> str:
    same = {"function": _("one function"), "location": _("one location"), "job_title": _("one job title")}
    sides = [
        filled(words, leader=leader, of=same[limit[side]])
        for side, words in (("mentors", _("mentors of %(of)s")), ("mentees", _("%(leader)ss of %(of)s")))
        if limit.get(side)
    ]
    pairs = int(limit["pairs"])
    if not sides:
        return filled(ngettext("At most %(pairs)s pair.", "At most %(pairs)s pairs.", pairs), pairs=pairs)
    return filled(
        ngettext("At most %(pairs)s pair of %(who)s.", "At most %(pairs)s pairs of %(who)s.", pairs),
        pairs=pairs,
        who=_(" with ").join(sides),
    )


def _share(share: Mapping[str, Any]) -> str:
    words = {
        ("different", "function"): _("At least %(part)s %% of the pairs come from different functions."),
        ("different", "location"): _("At least %(part)s %% of the pairs come from different locations."),
        ("different", "job_title"): _("At least %(part)s %% of the pairs have different job titles."),
        ("same", "function"): _("At least %(part)s %% of the pairs share a function."),
        ("same", "location"): _("At least %(part)s %% of the pairs share a location."),
        ("same", "job_title"): _("At least %(part)s %% of the pairs share a job title."),
    }
    how = "different" if share.get("different") else "same"
    return words[how, share[how]] % {"part": f"{100 * float(share['at_least']):.6g}"}


def weight_shares(policy: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Each criterion that counts, with its share of 100, the weightiest first."""
    weights = complete_policy(policy)["weights"]
    total = sum(weights.values()) or 1.0
    labels = criterion_labels()
    shares = [(labels[name], 100 * weight / total) for name, weight in weights.items() if weight and name in labels]
    return sorted(shares, key=lambda row: -row[1])


def _gap(grades: int, *, leader: str) -> str:
    if grades < 1:
        return _("Any two grades.")
    return filled(
        ngettext(
            "The %(leader)s is at least %(grades)s grade above the mentor.",
            "The %(leader)s is at least %(grades)s grades above the mentor.",
            grades,
        ),
        leader=leader,
        grades=grades,
    )


def _line(depth: object) -> str:
    if depth == "any":
        return _("Neither is above the other in the reporting line, at any distance.")
    if depth == 0:
        return _("Reporting lines do not matter.")
    return _("Neither is above the other within %(levels)s levels of the reporting line.") % {"levels": depth}


def _hours(hours: float) -> str:
    return filled(
        ngettext(
            "At least %(hours)s working hour in common on one day.",
            "At least %(hours)s working hours in common on one day.",
            plural_of(hours),
        ),
        hours=plain_number(hours),
    )


def _teach(level: int, *, leader: str) -> str:
    return _("The mentor knows a topic that the %(leader)s wants most, at level %(level)s of 5 or better.") % {
        "leader": leader,
        "level": level,
    }


def _floor(score: float) -> str:
    return _("A fit of at least %(score)s of 100.") % {"score": plain_number(score * 100)}


def _aim(objective: str) -> str:
    if objective == "quality":
        return _("The highest total fit, even if fewer people get a partner.")
    return _("As many pairs as possible, and among those the best.")


def weights_sentence(policy: Mapping[str, Any]) -> str:
    """“Topics 35 %, Interests 20 % and Choices 20 %”."""
    return listed([f"{label} {round(share)} %" for label, share in weight_shares(policy)])
