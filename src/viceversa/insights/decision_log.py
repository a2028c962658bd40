"""A programme's own log: what its coordinators decided, with the things named as they may see them.

Of what participants do it holds nothing: no answer to a proposal, no step of an enrolment, no meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from viceversa.accounts.event_list import Line, page_of
from viceversa.accounts.models import Event
from viceversa.journey.models import Announcement
from viceversa.pairing.models import MatchRun, Proposal
from viceversa.pairing.words.bench import column_title
from viceversa.programmes.models import Cohort, Enrolment, Programme

EVERY_VERB: frozenset[str] = frozenset()
DECISIONS: dict[str, frozenset[str]] = {
    "programme": EVERY_VERB,
    "question": EVERY_VERB,
    "identity_question": EVERY_VERB,
    "announcement": EVERY_VERB,
    "step": EVERY_VERB,
    "cohort": frozenset(
        {"invited", "invited_by_hand", "enrolled_from_file", "taken_back", "admission_changed"}
        | {"lottery_frozen", "lottery_thawed", "lottery_drawn"}
    ),
    "enrolment": frozenset({"invited_again", "place_given", "not_admitted", "moved_in_wait_list", "grade_given"}),
    "run": frozenset({"requested", "published", "changed", "decision.locked", "decision.forbidden", "decision.lift"}),
    "variant": EVERY_VERB,
    "circles": EVERY_VERB,
    "rota": EVERY_VERB,
    "proposal": frozenset({"withdrawn", "question.passed_on", "question.not_passed_on", "question.handed_on"}),
    "meeting": frozenset({"checkin.contacted"}),
}
"""Noun → the verbs that a coordinator's hand makes; empty: all of that noun."""


@dataclass(frozen=True)
class Decision:
    """One line: the event, and what it is about in words ("" where that is gone, or plain from the event)."""

    line: Line
    thing: str


@dataclass(frozen=True)
class DecisionPage:
    decisions: tuple[Decision, ...]
    older: int
    newer: bool


def decisions_of(programme_id: str) -> QuerySet[Event]:
    """Newest first; ``programme_id`` is the programme's public id."""
    wanted = Q()
    for noun, verbs in DECISIONS.items():
        named = [spelling for verb in verbs for spelling in (verb, f"{noun}.{verb}")]
        wanted |= Q(noun=noun, verb__in=named) if verbs else Q(noun=noun)
    return Event.objects.filter(wanted, scope=programme_id).exclude(actor="").order_by("-pk")


def decision_page(programme: Programme, *, before: int) -> DecisionPage:
    """Fifty decisions below the key ``before``, by a fixed number of queries."""
    page = page_of(decisions_of(str(programme.public_id)), before=before)
    names = _names([line.event for line in page.lines])
    decisions = tuple(Decision(line, _thing(line.event, names)) for line in page.lines)
    return DecisionPage(decisions, page.older, page.newer)


def _thing(event: Event, names: Mapping[tuple[str, str], str]) -> str:
    """What it is about; of what was done to a programme's cohort, the cohort."""
    cohort = event.facts.get("cohort")
    return names.get(("cohort", cohort) if cohort else (event.noun, event.object_id), "")


def _names(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """What each thing is called for its coordinator, by noun and public id."""
    ids: dict[str, set[str]] = {}
    for event in events:
        ids.setdefault(event.noun, set()).add(event.object_id)
        ids.setdefault("cohort", set()).add(event.facts.get("cohort") or "")
    found: dict[tuple[str, str], str] = {}
    for cohort in Cohort.objects.filter(public_id__in=ids.get("cohort", ())):
        found["cohort", cohort.public_id] = cohort.name
    for one in Enrolment.objects.filter(public_id__in=ids.get("enrolment", ())).select_related("person"):
        found["enrolment", one.public_id] = one.person.name
    for run in MatchRun.objects.filter(public_id__in=ids.get("run", ())).only("public_id", "number"):
        found["run", run.public_id] = _("Run %(number)s") % {"number": run.number}
    for tried in MatchRun.every.filter(public_id__in=ids.get("variant", ())):
        found["variant", tried.public_id] = column_title(tried)
    sides = ("mentor__person", "mentee__person")
    for two in Proposal.objects.filter(public_id__in=ids.get("proposal", ())).select_related(*sides):
        found["proposal", two.public_id] = f"{two.mentee.person.name} · {two.mentor.person.name}"
    for told in Announcement.objects.filter(public_id__in=ids.get("announcement", ())).only("public_id", "subject"):
        found["announcement", told.public_id] = told.subject
    return found
