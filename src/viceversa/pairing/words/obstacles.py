"""What stopped a run, in words: each with the people it is about and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from viceversa.accounts.numbers import filled
from viceversa.people.models import Person

from .lists import listed
from .reasons import Two, against_sentences, mentioned

Obstacle = Mapping[str, Any]
NAMES_SHOWN = 12


def obstacle_sentences(obstacles: Sequence[Obstacle]) -> list[str]:
    names = _names(obstacles)
    return [_TELLING.get(one["code"], _other)(one["params"], names) for one in obstacles]


def _names(obstacles: Iterable[Obstacle]) -> dict[str, str]:
    """Names of everybody these speak of, asked for at once."""
    ids: set[str] = set()
    for one in obstacles:
        facts = one["params"]
        ids |= {facts[key] for key in ("mentor", "mentee", "person") if key in facts}
        ids |= {*facts.get("ids", ()), *facts.get("away", ())}
        ids |= mentioned(facts.get("reasons", ()))
    return {person.person_id: person.name for person in Person.objects.filter(person_id__in=ids)}


def _all(ids: Sequence[str], names: Mapping[str, str]) -> str:
    shown = [names.get(one, one) for one in ids[:NAMES_SHOWN]]
    if len(ids) > NAMES_SHOWN:
        shown.append(filled(_("%(n)s more"), n=len(ids) - NAMES_SHOWN))
    return listed(shown)


def _pair(facts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {side: names.get(facts[side], facts[side]) for side in ("mentor", "mentee")}


def _no_grade(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _("No grade is known for %(names)s. Bring in a people file with their grade, and run again.") % {
        "names": _all(facts["ids"], names)
    }


def _left_out(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    pair = _pair(facts, names)
    if facts["away"]:
        words = _("%(away)s looks for no partner now, or has no place left.")
        why = words % {"away": _all(facts["away"], names)}
    else:
        two = Two(mentor=pair["mentor"], mentee=pair["mentee"], names=names)
        why = " ".join(against_sentences(facts["reasons"], two=two))
    return _("%(mentee)s and %(mentor)s: %(why)s") % {**pair, "why": why}


def _idle(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _(
        "%(mentee)s and %(mentor)s are locked together, but %(away)s no longer looks for a partner. Lift the lock."
    ) % {**_pair(facts, names), "away": _all(facts["away"], names)}


def _refused(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    pair = _pair(facts, names)
    two = Two(mentor=pair["mentor"], mentee=pair["mentee"], names=names)
    return _("%(mentee)s and %(mentor)s are locked together, but may not be paired. %(why)s Lift the lock.") % {
        **pair,
        "why": " ".join(against_sentences(facts["reasons"], two=two)),
    }


def _overbooked(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _("%(name)s is locked into %(locked)s pairs and has %(places)s free. Lift a lock.") % {
        "name": names.get(facts["person"], facts["person"]),
        "locked": facts["locked"],
        "places": facts["places"],
    }


def _both_ways(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _("%(mentee)s and %(mentor)s are locked together both ways round, and form one pair. Lift one lock.") % (
        _pair(facts, names)
    )


def _cycle(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    shown = " → ".join(names.get(one, one) for one in facts["ids"])
    return _("The reporting line runs in a circle: %(circle)s. Correct one of these managers in the people file.") % {
        "circle": shown
    }


def _policy(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _("The rule %(key)s %(message)s. Correct it under Rules.") % facts


def _keys(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _(
        "Whom people asked to be kept apart from cannot be read, so nobody was matched. "
        "Tell your administrator that the key store cannot be reached."
    )


def _half_in(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _(
        "An import of people stood half done for hours, so nobody was matched. "
        "Look at it under People, ask whoever started it, or your administrator, and run again once it is through."
    )


def _fault(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _("The run broke off through a fault of ours, more than once. Tell your administrator, then run again.")


def _other(facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return str(facts.get("message", "")) or _fault(facts, names)


_TELLING: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], str]] = {
    "no_grade": _no_grade,
    "left_out": _left_out,
    "lock_idle": _idle,
    "lock_refused": _refused,
    "locks_overbooked": _overbooked,
    "lock_both_ways": _both_ways,
    "line_cycle": _cycle,
    "policy": _policy,
    "keys_missing": _keys,
    "people_half_in": _half_in,
    "fault": _fault,
}
