"""Reasons in words that a coordinator would use."""

from __future__ import annotations

from viceversa.pairing.words.reasons import Two, against_sentences

TWO = Two(mentor="Amna", mentee="Beatriz", names={})


def test_languages_are_told_by_name() -> None:
    reason = {"code": "common_language", "params": {"mentor": "en, pl", "mentee": "es"}}
    assert against_sentences([reason], two=TWO) == [
        "They have no language in common: Amna speaks English, Polish, Beatriz Spanish."
    ]
