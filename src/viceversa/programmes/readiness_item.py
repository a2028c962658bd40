"""One thing that the readiness check looked at: its verdict, the reason, and where the one thing to do is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .self_assessment import Answered
from .standards import Standard


class Verdict(StrEnum):
    GO = "go"
    CAUTION = "caution"
    NOT_YET = "not_yet"


class Place(StrEnum):
    """Where what the item advises is done."""

    OBJECTIVES = "objectives"
    DATES = "dates"
    RHYTHM = "rhythm"
    CONSENT = "consent"
    LIMITS = "limits"
    SURVEYS = "surveys"
    HANDLERS = "handlers"
    RULES = "rules"
    PEOPLE = "people"
    INVITE = "invite"
    QUESTIONS = "questions"
    OWN_QUESTIONS = "own_questions"
    IDENTITY = "identity"
    CODES = "codes"
    WAITING = "waiting"
    NOWHERE = ""


@dataclass(frozen=True)
class Item:
    """One thing that was looked at. ``answer`` where a person said it, None where it was looked up."""

    code: str
    standard: Standard
    verdict: Verdict
    title: str
    reason: str
    advice: str = ""
    place: Place = Place.NOWHERE
    answer: Answered | None = None
