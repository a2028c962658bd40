"""Why, in codes with facts for translation, and in plain English.

Every sentence speaks of "the mentor" and "the leader", who is the mentee in the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact: `code` is a key of `SENTENCES`, `params` what it speaks of."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self) -> str:
        """The fact in plain English."""
        shown = {name: _shown(value) for name, value in self.params.items()}
        return SENTENCES[self.code].format(**shown)


SENTENCES: Final[Mapping[str, str]] = {
    # Facts behind a criterion
    "teaches": "The mentor knows {topic} at level {level}; the leader, at level {current}, wants to learn it "
    "with priority {priority}.",
    "teaches_nothing": "The mentor offers none of what the leader wants to learn above their own level.",
    "wants_nothing": "The leader has named nothing to learn.",
    "learns": "In return the leader knows {topic} at level {level}; the mentor, at level {current}, wants to "
    "learn it with priority {priority}.",
    "learns_nothing": "The leader offers none of what the mentor wants to learn above their own level.",
    "shared_interests": "Both care about {interests}.",
    "no_shared_interests": "They have named no interest in common.",
    "named_by_mentor": "The mentor has named the leader as choice {rank}.",
    "named_by_mentee": "The leader has named the mentor as choice {rank}.",
    "named_by_none": "Neither has named the other.",
    "differs": "They differ in {attribute}: {mentor} and {mentee}.",
    "same": "They share their {attribute}: {mentor}.",
    "unknown_attribute": "The {attribute} is not known for both.",
    "style": "On {scale} the mentor says {mentor} and the leader {mentee}, on a scale from 1 to 5.",
    "style_unknown": "Their styles are not known on a common scale.",
    "shared_hours": "They share {hours} working hours a day.",
    # Cautions
    "language_unknown": "The languages are not known for both; check that they share one.",
    "time_zone_unknown": "The time zone is not known for both; check that their days overlap.",
    "manager_unknown": "The manager is not known for both; check that neither reports to the other.",
    "style_gap": "Their styles are far apart on {scale}: {mentor} and {mentee} on a scale from 1 to 5.",
    # What forbids a pair
    "not_available": "These two are not available to each other.",
    "same_person": "Nobody is paired with themself.",
    "not_mentor": "{person} does not take part as mentor.",
    "not_mentee": "{person} does not take part as mentee.",
    "grade_gap_min": "The leader's grade is {mentee} and the mentor's {mentor}: a gap of {found}, where the "
    "policy asks for at least {needed}.",
    "reporting_line": "{above} stands above {below} in the reporting line, at a distance of {distance}.",
    "same_manager": "Both report to {manager}.",
    "common_language": "They have no language in common: {mentor}, and {mentee}.",
    "overlap_hours_min": "They share {found} working hours a day, where the policy asks for at least {needed}.",
    "must_teach": "The mentor offers nothing above the leader's own level among what matters most to the "
    "leader: {topics}.",
    "must_teach_no_wants": "The leader has named nothing to learn, and the policy asks that the mentor teaches "
    "something they want.",
    "teach_level_min": "The mentor's best level in what matters most to the leader is {found}, where the "
    "policy asks for at least {needed}.",
    "score_min": "The score is {found}, where the policy asks for at least {needed}.",
    # Feasible but not made
    "loses_score": "Making this pair would cost the whole pool at least {loss} of the total score.",
    "loses_pairs": "Making this pair would cost the whole pool at least one pair.",
    "loses_nothing_proven": "This pair is possible too; that it would cost the whole pool anything is not proven.",
    "taken_by_locks": "The capacity of {person} is taken by locked pairs.",
    "made_reverse": "These two already form a pair the other way round.",
}


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, tuple | list):
        return ", ".join(str(item) for item in value) or "none"
    return str(value)
