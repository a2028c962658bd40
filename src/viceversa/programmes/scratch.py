"""A programme without a playbook: a plan of plain meetings, with a first, a middle and a last one that every
programme needs, and everything else for the coordinator to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

LEAST_MEETINGS, MOST_MEETINGS = 3, 24

Meeting = dict[str, Any]


def plain_meetings(count: int, *, minutes: int, every_days: int) -> list[Meeting]:
    """``count`` meetings, ``every_days`` apart: the first agrees how, one looks back halfway, the last closes."""
    middle = count // 2 + 1
    return [
        _meeting(number, of=count, middle=middle, minutes=minutes, day=(number - 1) * every_days)
        for number in range(1, count + 1)
    ]


def _meeting(number: int, *, of: int, middle: int, minutes: int, day: int) -> Meeting:
    if number == 1:
        return _first(minutes, day)
    if number == of:
        return _last(number, minutes, day)
    return _halfway(number, minutes, day) if number == middle else plain_meeting(number, minutes=minutes, day=day)


def _first(minutes: int, day: int) -> Meeting:
    agenda = (
        (3, _("Who we are"), "both", _("Each tells how they came to their work, and why they said yes to this.")),
        (4, _("What for"), "mentor", _("Choose up to three things that the leader wants to be able to do.")),
        (3, _("How"), "both", _("Agree how often and where you meet, what stays unsaid, and how either may stop.")),
        (2, _("What comes back"), "return", _("The mentor names what they would like in return.")),
    )
    words = (
        _("Compass"),
        _("You get to know each other and agree on the purpose, the rules of the house and the dates."),
        _("Think of one thing you would gladly show, and one question you have always wanted to ask."),
        _("Think of one thing you cannot do and would like to."),
        _("You know now where you are going, and how either of you can stop."),
    )
    return _built(1, words, minutes=minutes, day=day, agenda=agenda)


def plain_meeting(number: int, *, minutes: int, day: int) -> Meeting:
    agenda = (
        (1, _("Arrive"), "both", _("What has happened since the last time?")),
        (1, _("The last commitment"), "both", _("What did each of you try, and what came of it?")),
        (6, _("Show and do"), "mentor", _("The mentor shows one thing; then the leader does it with their own hands.")),
        (3, _("The way back"), "return", _("The leader gives what the mentor asked for.")),
        (1, _("One commitment each"), "both", _("Something small that will be done before you meet again.")),
    )
    words = (
        _("Meeting %(number)s") % {"number": number},
        _("The leader learns one thing by doing it, and gives one thing back."),
        _("Choose one thing to show that fits into half the time."),
        _("Bring something of your own to try it on."),
        _("Small and done is better than large and meant."),
    )
    return _built(number, words, minutes=minutes, day=day, agenda=agenda)


def _halfway(number: int, minutes: int, day: int) -> Meeting:
    agenda = (
        (1, _("Arrive"), "both", _("What has happened since the last time?")),
        (4, _("Looking back"), "both", _("What did you change your mind about? What should you stop doing here?")),
        (3, _("Who taught whom"), "both", _("Who has taught more so far, and is that all right for both of you?")),
        (3, _("The way back"), "return", _("The leader gives what the mentor asked for.")),
        (1, _("What we change"), "both", _("Change the plan of the remaining meetings where it no longer fits.")),
    )
    words = (
        _("Halfway"),
        _("You check whether this is worth its hours, and change what is not."),
        _("Write down one thing that works and one that does not."),
        _("Write down what you have changed your mind about."),
        _("The second half is yours to shape."),
    )
    return _built(number, words, minutes=minutes, day=day, agenda=agenda)


def _last(number: int, minutes: int, day: int) -> Meeting:
    agenda = (
        (2, _("Arrive"), "both", _("What has happened since the last time?")),
        (
            4,
            _("What came of it"),
            "both",
            _("Go through the three things of the first meeting: what can the leader do?"),
        ),
        (
            3,
            _("Credit"),
            "return",
            _("The leader says what they learned from the mentor, and to whom they will say so."),
        ),
        (3, _("Go on or stop"), "both", _("Write down separately whether you would like to go on; then compare.")),
    )
    words = (
        _("Close"),
        _("You look at what came of it, give credit, and decide whether to go on."),
        _("Write down what you learned, and whether you want to be named."),
        _("Write down one decision that you take differently now."),
        _("What you can do now is yours."),
    )
    return _built(number, words, minutes=minutes, day=day, agenda=agenda)


def _built(
    number: int,
    words: tuple[str, str, str, str, str],
    *,
    minutes: int,
    day: int,
    agenda: tuple[tuple[int, str, str, str], ...],
) -> Meeting:
    title, purpose, mentor, mentee, closing = words
    shares = in_parts(minutes, [weight for weight, *_rest in agenda])
    return {
        "number": number,
        "title": title,
        "day": day,
        "minutes": minutes,
        "purpose": purpose,
        "prepare_mentor": mentor,
        "prepare_mentee": mentee,
        "modules": [],
        "agenda": [
            {"minutes": share, "title": item, "turn": turn, "text": text, "prompts": []}
            for share, (_weight, item, turn, text) in zip(shares, agenda, strict=True)
        ],
        "closing": closing,
    }


def in_parts(minutes: int, weights: list[int]) -> list[int]:
    """``minutes`` in whole parts, at least one each, in proportion to the weights; they add up to ``minutes``."""
    spare, whole = minutes - len(weights), sum(weights)
    exact = [spare * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    left = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in left[: spare - sum(parts)]:
        parts[place] += 1
    return [part + 1 for part in parts]


def resized(meeting: Mapping[str, Any], *, minutes: int) -> Meeting:
    """The same meeting in another length, its agenda in proportion."""
    if meeting["minutes"] == minutes:
        return dict(meeting)
    shares = in_parts(minutes, [item["minutes"] for item in meeting["agenda"]])
    agenda = [{**item, "minutes": share} for item, share in zip(meeting["agenda"], shares, strict=True)]
    return {**meeting, "minutes": minutes, "agenda": agenda}
