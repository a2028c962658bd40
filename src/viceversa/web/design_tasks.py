"""The builder's task list: each part of a programme's design, what it holds in a line, and whether it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.programmes.design_parts import Part
from viceversa.programmes.design_words import dates_words, length_words
from viceversa.programmes.handlers import Listed, are_enough
from viceversa.programmes.models import Programme
from viceversa.programmes.readiness import Readiness
from viceversa.programmes.survey_plan import Wave, compares

PART_WORDS: Mapping[Part, Callable[[], str]] = {
    Part.PURPOSE: lambda: _("Name and purpose"),
    Part.DATES: lambda: _("Dates of the cohort"),
    Part.RHYTHM: lambda: _("Meetings and their rhythm"),
    Part.TOPICS: lambda: _("Topics"),
    Part.CONSENT: lambda: _("What people agree to"),
    Part.LIMITS: lambda: _("Where confidentiality ends"),
    Part.SURVEYS: lambda: _("What is asked, and when"),
}


@dataclass(frozen=True)
class Task:
    """One line of the list. ``done`` is None where nothing has to be done; ``is_gate``: the launch waits for it."""

    label: str
    hint: str
    url: str
    done: bool | None
    is_gate: bool = False


def open_parts(tasks: Sequence[Task]) -> list[Task]:
    """What the design still lacks, besides what the launch itself waits for."""
    return [task for task in tasks if task.done is False and not task.is_gate]


def tasks_of(programme: Programme, *, gate: Readiness, handlers: Sequence[Listed]) -> list[Task]:
    """In the order in which somebody goes through them the first time."""
    here = programme.public_id
    return [
        _part(programme, Part.PURPOSE, _text(programme.purpose), done=bool(programme.purpose.strip())),
        Task(
            _("Objectives"),
            _objectives(gate),
            f"{reverse('programme_design', args=[here])}#objectives",
            gate.has_objective,
            is_gate=True,
        ),
        Task(
            PART_WORDS[Part.DATES](),
            dates_words(programme.current_cohort),
            reverse("programme_part", args=[here, Part.DATES.value]),
            gate.dates_in_order and gate.ends_in_future,
            is_gate=True,
        ),
        _part(programme, Part.RHYTHM, _rhythm(programme), done=bool(programme.meetings)),
        _part(programme, Part.TOPICS, _topics(programme), done=bool(programme.topics)),
        *_elsewhere(here),
        Task(
            _("Rules and weights of matching"),
            _("What must hold for a pair, and what makes one better than another"),
            reverse("programme_rules", args=[here]),
            None,
        ),
        _part(programme, Part.CONSENT, _text(programme.consent_text), done=bool(programme.consent_text.strip())),
        _part(programme, Part.LIMITS, _text(programme.limits_text), done=bool(programme.limits_text.strip())),
        Task(
            _("Who hears concerns"),
            _handlers(handlers),
            reverse("programme_handlers", args=[here]),
            are_enough(handlers),
        ),
        _part(programme, Part.SURVEYS, _surveys(programme), done=bool(compares(programme.survey_plan))),
    ]


def _part(programme: Programme, part: Part, hint: str, *, done: bool) -> Task:
    url = reverse("programme_part", args=[programme.public_id, part.value])
    return Task(PART_WORDS[part](), hint, url, done)


# Pages of other nouns that belong to the design too.
ELSEWHERE: Sequence[tuple[str, Callable[[], str], Callable[[], str]]] = (
    ("programme_topics", lambda: _("Topics from the catalogue"), lambda: _("Choose among those that people know")),
    ("admission", lambda: _("How people come in"), lambda: _("By invitation, openly, with your word or by lot")),
    ("question_list", lambda: _("Your own questions"), lambda: _("What else people are asked when they enrol")),
    ("identity_list", lambda: _("Questions about identity"), lambda: _("Off, unless you have a reason to ask")),
)


def _elsewhere(here: str) -> list[Task]:
    return [Task(label(), hint(), reverse(route, args=[here]), None) for route, label, hint in ELSEWHERE]


def _objectives(gate: Readiness) -> str:
    complete = sum(state.is_complete for state in gate.objectives)
    if not gate.objectives:
        return _("None yet. One with all its parts is needed for the launch.")
    return _("%(complete)s of %(all)s complete") % {"complete": complete, "all": len(gate.objectives)}


def _rhythm(programme: Programme) -> str:
    count = len(programme.meetings)
    words = ngettext("%(count)s meeting of %(length)s", "%(count)s meetings of %(length)s", count)
    return filled(words, count=count, length=length_words(programme.meeting_minutes))


def _topics(programme: Programme) -> str:
    count = len(programme.topics)
    return filled(ngettext("%(count)s topic is suggested", "%(count)s topics are suggested", count), count=count)


def _text(text: str) -> str:
    first = text.strip().split("\n")[0]
    return first if len(first) <= 110 else f"{first[:110].rsplit(' ', 1)[0]} …"


def _handlers(handlers: Sequence[Listed]) -> str:
    if not handlers:
        return _("Nobody yet. Two are needed, one outside the line of HR.")
    return ", ".join(one.name for one in handlers[:4])


def _surveys(programme: Programme) -> str:
    count = sum(bool(programme.survey_plan.get(wave)) for wave in Wave)
    return filled(ngettext("%(count)s round of questions", "%(count)s rounds of questions", count), count=count)


def left_words(count: int) -> str:
    if not count:
        return _("Everything is there.")
    words = ngettext("%(count)s part is still open.", "%(count)s parts are still open.", count)
    return filled(words, count=count)


def missing_words(parts: tuple[str, ...]) -> str:
    """What an objective still lacks, as a list in a sentence."""
    words = {
        "metric": _("how you will know"),
        "baseline": _("today’s number"),
        "target": _("the target"),
        "owner": _("who answers for it"),
        "distance": _("a target that differs from today’s number"),
    }
    return ", ".join(words[part] for part in parts)
