"""Programmes may not import the engine, so its default policy stands in two places; here they are held together."""

from __future__ import annotations

import pytest

from viceversa.matching import Policy
from viceversa.programmes.policy import complete_policy, new_policy

DEFAULT = Policy.default()


def test_a_programme_begins_from_the_engine_s_default_policy() -> None:
    ours = new_policy(rules={}, reference_date=DEFAULT.rules.reference_date)
    assert Policy.from_dict(ours) == DEFAULT


@pytest.mark.parametrize(
    "stored",
    [{}, {"rules": {"must_teach": False}}, {"weights": {"style": 1.0}}, {"options": {"objective": "quality"}}],
    ids=str,
)
def test_what_is_left_out_means_the_same_to_the_page_and_to_the_engine(stored: dict[str, object]) -> None:
    assert Policy.from_dict(complete_policy(stored)) == Policy.from_dict(stored)
