"""Why two people fit, or may not be paired, told of them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.people.languages import name_of
from viceversa.people.models import Person

from .lists import listed, plain_number, plural_of, quoted

StoredReason = Mapping[str, Any]
"""``{"code": …, "params": {…}}``, as a proposal keeps it."""

TOPICS_IN_A_SENTENCE = 3


@dataclass(frozen=True)
class Two:
    """The two of whom a reason speaks; ``names`` has whoever else it mentions, by number."""

    mentor: str
    mentee: str
    names: Mapping[str, str]

    @classmethod
    def of(cls, mentor: Person, mentee: Person, *, names: Mapping[str, str] | None = None) -> Two:
        one, other = mentor.short_name, mentee.short_name
        if one == other:  # two of the same given name
            one, other = mentor.name, mentee.name
        known = {mentor.person_id: one, mentee.person_id: other}
        return cls(one, other, {**(names or {}), **known})

    def name(self, person_id: str) -> str:
        return self.names.get(person_id, person_id)


def criterion_labels() -> dict[str, str]:
    """One short word for each criterion, in the order in which they are shown."""
    return {
        "complementarity": _("Topics"),
        "interests": _("Interests"),
        "preference": _("Choices"),
        "difference": _("Units"),
        "style": _("Style"),
        "reciprocity": _("Return"),
        "overlap": _("Hours"),
    }


def why_sentences(reasons: Sequence[StoredReason], *, two: Two, at_most: int = 3) -> list[str]:
    """The most telling first; topics, choices and differences are each told in one sentence."""
    told: dict[str, list[StoredReason]] = {}
    for reason in reasons:
        told.setdefault(str(reason["code"]), []).append(reason)
    sentences = [_SENTENCES[group](group_reasons, two) for group, group_reasons in told.items() if group in _SENTENCES]
    return [sentence for sentence in sentences if sentence][:at_most]


def caution_sentences(cautions: Sequence[StoredReason], *, two: Two) -> list[str]:
    """What could not be checked, in one sentence, and styles that are far apart."""
    unknown = [told() for code, told in _UNKNOWN.items() if any(one["code"] == code for one in cautions)]
    sentences = [_("Not known for both: %(what)s.") % {"what": listed(unknown)}] if unknown else []
    return sentences + [_style_gap(one["params"]) for one in cautions if one["code"] == "style_gap"]


def against_sentences(reasons: Iterable[StoredReason], *, two: Two) -> list[str]:
    """Each rule that forbids the two, with what it compared."""
    return [_AGAINST[one["code"]](one["params"], two) for one in reasons if one["code"] in _AGAINST]


def mentioned(reasons: Iterable[StoredReason]) -> set[str]:
    """Numbers of people whom these reasons speak of besides the two."""
    return {
        reason["params"][name]
        for reason in reasons
        for name in ("above", "below", "manager", "person")
        if isinstance(reason["params"].get(name), str)
    }


def shared_topics(reasons: Iterable[StoredReason], *, code: str = "teaches") -> list[str]:
    """Topics that one can show and the other wants, the dearest first."""
    return [str(reason["params"]["topic"]) for reason in reasons if reason["code"] == code]


def _teaches(reasons: Sequence[StoredReason], two: Two) -> str:
    topics = shared_topics(reasons)
    names = {"mentor": two.mentor, "mentee": two.mentee, "topics": quoted(topics[:TOPICS_IN_A_SENTENCE])}
    more = len(topics) - TOPICS_IN_A_SENTENCE
    if more > 0:
        return _("%(mentor)s knows what %(mentee)s wants to learn: %(topics)s, and %(more)s more.") % {
            **names,
            "more": more,
        }
    return _("%(mentor)s knows what %(mentee)s wants to learn: %(topics)s.") % names


def _learns(reasons: Sequence[StoredReason], two: Two) -> str:
    topics = quoted(shared_topics(reasons, code="learns")[:TOPICS_IN_A_SENTENCE])
    return _("In return %(mentee)s knows %(topics)s.") % {"mentee": two.mentee, "topics": topics}


def _interests(reasons: Sequence[StoredReason], two: Two) -> str:
    shared = listed(list(reasons[0]["params"]["interests"])[:TOPICS_IN_A_SENTENCE])
    return _("Both care about %(interests)s.") % {"interests": shared}


def _named(reasons: Sequence[StoredReason], two: Two) -> str:
    """That there was a wish, never whose: whom somebody would like is known to them and the matching alone."""
    return _("At least one of the two had asked for the other.")


def _differs(reasons: Sequence[StoredReason], two: Two) -> str:
    attributes = {str(reason["params"]["attribute"]) for reason in reasons}
    if attributes >= {"function", "location"}:
        return _("They work in different functions and different places.")
    if "function" in attributes:
        return _("They work in different functions.")
    if "location" in attributes:
        return _("They work in different places.")
    return _("They do different work.")


def _hours(reasons: Sequence[StoredReason], two: Two) -> str:
    hours = reasons[0]["params"]["hours"]
    return filled(
        ngettext(
            "They share %(hours)s working hour a day.", "They share %(hours)s working hours a day.", plural_of(hours)
        ),
        hours=plain_number(hours),
    )


def _style(reasons: Sequence[StoredReason], two: Two) -> str:
    gaps = [abs(reason["params"]["mentor"] - reason["params"]["mentee"]) for reason in reasons]
    return _("Their ways of working are close.") if max(gaps) <= 1 else ""


_SENTENCES: Mapping[str, Callable[[Sequence[StoredReason], Two], str]] = {
    "teaches": _teaches,
    "learns": _learns,
    "shared_interests": _interests,
    "named": _named,
    "differs": _differs,
    "style": _style,
    "shared_hours": _hours,
}

_Told = Callable[[Mapping[str, Any], Two], str]


_UNKNOWN: Mapping[str, Callable[[], str]] = {
    "language_unknown": lambda: _("languages"),
    "time_zone_unknown": lambda: _("time zone"),
    "manager_unknown": lambda: _("manager"),
}


def _style_gap(facts: Mapping[str, Any]) -> str:
    if facts["scale"] == "formality":
        return _("One likes it formal, the other does not.")
    return _("One likes it planned, the other does not.")


def _grades(facts: Mapping[str, Any], two: Two) -> str:
    return _("%(mentee)s is at grade %(high)s and %(mentor)s at %(low)s; the rule asks for a gap of %(needed)s.") % {
        "mentee": two.mentee,
        "mentor": two.mentor,
        "high": facts["mentee"],
        "low": facts["mentor"],
        "needed": facts["needed"],
    }


def _line(facts: Mapping[str, Any], two: Two) -> str:
    return _("%(above)s stands above %(below)s in the reporting line.") % {
        "above": two.name(facts["above"]),
        "below": two.name(facts["below"]),
    }


def _manager(facts: Mapping[str, Any], two: Two) -> str:
    return _("Both report to %(manager)s.") % {"manager": two.name(facts["manager"])}


def _languages(facts: Mapping[str, Any], two: Two) -> str:
    return _("They have no language in common: %(mentor)s speaks %(ours)s, %(mentee)s %(theirs)s.") % {
        "mentor": two.mentor,
        "mentee": two.mentee,
        "ours": _spoken(facts["mentor"]),
        "theirs": _spoken(facts["mentee"]),
    }


def _spoken(tags: str) -> str:
    """“en, es” as “English, Spanish”."""
    return ", ".join(name_of(tag) for tag in tags.split(", "))


def _too_few_hours(facts: Mapping[str, Any], two: Two) -> str:
    return filled(
        ngettext(
            "They share %(found)s working hour on one day; the rule asks for %(needed)s.",
            "They share %(found)s working hours on one day; the rule asks for %(needed)s.",
            plural_of(facts["found"]),
        ),
        found=plain_number(facts["found"]),
        needed=plain_number(facts["needed"]),
    )


def _no_lesson(facts: Mapping[str, Any], two: Two) -> str:
    return _("%(mentor)s offers nothing of what %(mentee)s wants most: %(topics)s.") % {
        "mentor": two.mentor,
        "mentee": two.mentee,
        "topics": quoted(list(facts["topics"])[:TOPICS_IN_A_SENTENCE]),
    }


def _too_low(facts: Mapping[str, Any], two: Two) -> str:
    return _("%(mentor)s knows it at level %(found)s; the rule asks for %(needed)s.") % {
        "mentor": two.mentor,
        "found": facts["found"],
        "needed": facts["needed"],
    }


def _score(facts: Mapping[str, Any], two: Two) -> str:
    return _("Their fit is %(found)s; the rule asks for %(needed)s.") % {
        "found": plain_number(facts["found"] * 100),
        "needed": plain_number(facts["needed"] * 100),
    }


_AGAINST: Mapping[str, _Told] = {
    "not_available": lambda facts, two: _("These two are not available to each other."),
    "same_person": lambda facts, two: _("Nobody is paired with themself."),
    "not_mentor": lambda facts, two: _("%(name)s takes no part as a mentor.") % {"name": two.mentor},
    "not_mentee": lambda facts, two: _("%(name)s does not look for a mentor.") % {"name": two.mentee},
    "grade_gap_min": _grades,
    "reporting_line": _line,
    "same_manager": _manager,
    "common_language": _languages,
    "overlap_hours_min": _too_few_hours,
    "must_teach": _no_lesson,
    "must_teach_no_wants": lambda facts, two: _("%(name)s has named nothing to learn yet.") % {"name": two.mentee},
    "teach_level_min": _too_low,
    "score_min": _score,
}
