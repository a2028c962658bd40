"""Supply and demand in sentences: whom to seek, what a rule costs, why nobody could have a mentor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.people.languages import name_of


def advice_sentence(advice: Mapping[str, Any], *, leader: str) -> str:
    """“3 more mentors for “Generative AI”, grade 3 or lower, in Warsaw or London would help 5 leaders.”"""
    return _("%(whom)s would help %(helped)s.") % {
        "whom": ", ".join([_whom(advice), *_where(advice)]),
        "helped": _leaders(int(advice["helped"]), leader=leader),
    }


def _whom(advice: Mapping[str, Any]) -> str:
    facts = {"count": advice["mentors"], "topic": advice["topic"], "grade": advice["grade"]}
    if not advice["topic"]:
        words = ngettext("%(count)s more mentor", "%(count)s more mentors", advice["mentors"])
    else:
        words = ngettext(
            "%(count)s more mentor for “%(topic)s”", "%(count)s more mentors for “%(topic)s”", advice["mentors"]
        )
    return f"{filled(words, **facts)}, {_('grade %(grade)s or lower') % facts}"


def _where(advice: Mapping[str, Any]) -> list[str]:
    told = []
    if advice["places"]:
        told.append(_("in %(places)s") % {"places": either(advice["places"])})
    if advice["language"]:
        told.append(_("who speaks %(language)s") % {"language": name_of(advice["language"])})
    return told


def gain_sentence(advice: Mapping[str, Any], *, leader: str) -> str:
    words = ngettext("It makes one more pair possible.", "It makes %(count)s more pairs possible.", advice["mentors"])
    return filled(words, count=advice["mentors"])


def _leaders(count: int, *, leader: str) -> str:
    return filled(ngettext("one %(leader)s", "%(count)s %(leader)ss", count), count=count, leader=leader)


def either(words: Sequence[str]) -> str:
    """One, one or two."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def rule_names(*, leader: str) -> dict[str, str]:
    """Each rule that can be loosened, in a few words."""
    return {
        "grade_gap_min": _("Grades apart"),
        "reporting_line": _("Reporting line"),
        "same_manager": _("The same manager"),
        "common_language": _("A language in common"),
        "overlap_hours_min": _("Working hours in common"),
        "must_teach": _("Knows a topic that the %(leader)s wants most") % {"leader": leader},
        "teach_level_min": _("Knows it well enough"),
        "score_min": _("The least fit"),
    }


def idle_reasons(*, leader: str) -> dict[str, str]:
    """Why no one on the other side could have this mentor, by the code that the count keeps."""
    facts = {"leader": leader}
    return {
        "no_topic": _("No %(leader)s wants what they teach.") % facts,
        "grade_gap_min": _("Too senior for every %(leader)s who could use them.") % facts,
        "reporting_line": _("The reporting line stands between them and every %(leader)s who could use them.") % facts,
        "same_manager": _("They share the manager of every %(leader)s who could use them.") % facts,
        "common_language": _("No language in common with a %(leader)s who could use them.") % facts,
        "overlap_hours_min": _("Too few working hours in common with a %(leader)s who could use them.") % facts,
        "must_teach": _("No %(leader)s within reach wants most what they teach.") % facts,
        "teach_level_min": _("Know what is wanted, at too low a level."),
        "score_min": _("The fit is below the least that you set."),
        "several": _("Several rules stand between them and every %(leader)s.") % facts,
        "unavailable": _("Not available to the %(leader)s who could use them.") % facts,
    }
