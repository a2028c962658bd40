"""The matching policy as a programme keeps it: the policy file's own shape, every key written out.

The keys, their meaning and their defaults: docs/files.md, "The matching policy". The engine reads the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

DEFAULT_RULES: Mapping[str, Any] = {
    "grade_gap_min": 2,
    "reporting_line": "any",
    "same_manager": False,
    "common_language": True,
    "overlap_hours_min": 2.0,
    "must_teach": True,
    "teach_level_min": 3,
    "score_min": 0.0,
}
DEFAULT_WEIGHTS: Mapping[str, float] = {
    "complementarity": 0.35,
    "interests": 0.20,
    "preference": 0.20,
    "difference": 0.10,
    "style": 0.10,
    "reciprocity": 0.05,
    "overlap": 0.0,
}
DEFAULT_OPTIONS: Mapping[str, Any] = {
    "difference_on": ["function", "location"],
    "ranked": 3,
    "objective": "coverage",
}


def new_policy(*, rules: Mapping[str, Any], reference_date: date) -> dict[str, Any]:
    """The default policy with a playbook's own rules, its clock times judged on the day the cohort starts."""
    return {
        "rules": {**DEFAULT_RULES, **rules, "reference_date": reference_date.isoformat()},
        "weights": dict(DEFAULT_WEIGHTS),
        "options": deepcopy(dict(DEFAULT_OPTIONS)),
    }


def complete_policy(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored policy with every key that it leaves out at its default; given weights replace all weights."""
    given = stored.get("weights")
    weights = dict(DEFAULT_WEIGHTS) if given is None else {name: given.get(name, 0.0) for name in DEFAULT_WEIGHTS}
    return {
        "rules": {**DEFAULT_RULES, **stored.get("rules", {})},
        "weights": weights,
        "options": {**deepcopy(dict(DEFAULT_OPTIONS)), **stored.get("options", {})},
    }
