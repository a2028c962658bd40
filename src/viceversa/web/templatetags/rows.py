"""Rows of the long lists, drawn without a template's hundred nodes for each: a page has fifty of them.

Names, jobs and whatever else somebody typed are escaped here; the words in between are our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from viceversa.journey.pair_list import Row
from viceversa.pairing.models import Proposal
from viceversa.programmes.models import Enrolment

from .viceversa import criteria, enrolment_state, face, icon, pair_state, percent, strip, two_faces, wall_time

register = template.Library()

PROPOSAL_STATES = {"accepted": "good", "accepted_one": "accent", "proposed": "plain", "withdrawn": "plain"}


MARK = "0" * 20


def address_of(route: str) -> Callable[[str], str]:
    """A page's address for a public id: looked up once for all rows, by a mark in the place of theirs."""
    before, _mark, after = reverse(route, args=[MARK]).partition(MARK)
    return lambda public_id: f"{before}{public_id}{after}"


def token(context: RequestContext) -> str:
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(str(context["csrf_token"]))}">'


class ProposalRows:
    """A run's proposals: the words and addresses that all rows share, and one row after the other."""

    def __init__(self, context: RequestContext) -> None:
        self._columns: Iterable[str] = context["look"].columns
        self._at: Mapping[str, str] = {name: escape(url) for name, url in context["at"].items()}
        self._hidden = (
            token(context),
            f'<input type="hidden" name="back" value="{escape(context["here"])}">',
        )
        self._why = _("why %(mentee)s and %(mentor)s")
        self._fit, self._publish, self._take_back = _("Fit"), _("Publish"), _("Take back")
        self._tags = {
            "by_hand": f'<span class="tag" data-tone="plain">{_("By hand")}</span>',
            "locked": f'<span class="tag" data-tone="accent">{icon("lock")}{_("Locked")}</span>',
            "forbidden": f'<span class="tag" data-tone="plain">{icon("ban")}{_("Kept apart")}</span>',
            "lowest": f'<span class="tag" data-tone="warn">{_("Lowest")}</span>',
        }
        self._buttons = {
            "unlock": _press("lift", icon("lock") + _("Unlock"), pressed=True),
            "allow": _press("lift", icon("ban") + _("Allow again"), pressed=True),
            "lock": _press("locked", icon("lock") + _("Lock")),
            "forbid": _press("forbidden", icon("ban") + _("Forbid")),
        }
        self._swap, self._compare = icon("swap") + _("Swap"), icon("sort") + _("Compare")
        self._with_else = _("with somebody else")
        self._states = {
            "accepted": icon("tick") + _("A pair"),
            "accepted_one": _("One side said yes"),
            "proposed": _("Waits for both"),
            "withdrawn": _("Taken back"),
        }
        self._not_gone_ahead = _("Not gone ahead")

    def row(self, row: Mapping[str, Any]) -> str:
        proposal: Proposal = row["proposal"]
        mentor, mentee = escape(row["mentor"].name), escape(row["mentee"].name)
        state = ' data-state="locked"' if row["decided"] == "locked" else ""
        bars = f'<td role="cell" class="by-criterion" data-label="">{criteria(row["criteria"])}</td>'
        return (
            f'<tr role="row"{state}>{self._two(row, mentee=mentee, mentor=mentor)}'
            f'<td role="cell" class="num" data-label="{self._fit}">'
            f'<a class="score" href="{self._at["compare"]}?{_both(proposal)}">{percent(proposal.score)}'
            f'<span class="visually-hidden"> {self._why % {"mentee": mentee, "mentor": mentor}}</span></a></td>'
            f"{bars if 'criteria' in self._columns else ''}"
            f'<td role="cell" data-label="">{self._decision(row)}</td></tr>'
        )

    def _two(self, row: Mapping[str, Any], *, mentee: str, mentor: str) -> str:
        leads, advises = row["mentee"], row["mentor"]
        jobs = ("", "")
        if "jobs" in self._columns:
            place = f", {escape(advises.function)}" if advises.function else ""
            jobs = (f"<small>{escape(leads.job_title)}</small>", f"<small>{escape(advises.job_title)}{place}</small>")
        return (
            '<th role="rowheader" scope="row"><div class="stack" data-gap="2">'
            f'<div class="person">{face(leads, "leader")}<div><b>{mentee}</b>{jobs[0]}</div></div>'
            f'<div class="person">{face(advises, "mentor")}<div><b>{mentor}</b>{jobs[1]}</div></div></div></th>'
        )

    def _decision(self, row: Mapping[str, Any]) -> str:
        proposal: Proposal = row["proposal"]
        both = f'<span class="visually-hidden"> {escape(row["both"])}</span>'
        drawn = []
        if "why" in self._columns:
            cautions = " ".join(escape(words) for words in row["cautions"])
            quiet = f' <span class="quiet">{cautions}</span>' if cautions else ""
            drawn.append(f'<p class="small">{escape(row["why"])}{quiet}</p>')
        is_draft = proposal.state == Proposal.State.DRAFT
        if row["tickable"]:
            what = self._publish if is_draft else self._take_back
            tick = f'<input type="checkbox" form="part" name="proposal" value="{proposal.public_id}">'
            drawn.append(f'<label class="choice">{tick}<span class="small">{what}{both}</span></label>')
        drawn.append(self._decide(row, both=both) if is_draft else self._state(proposal.state))
        return "".join(drawn)

    def _state(self, state: str) -> str:
        words, tone = self._states.get(state, self._not_gone_ahead), PROPOSAL_STATES.get(state, "warn")
        return f'<div class="row-actions"><span class="tag" data-tone="{tone}">{words}</span></div>'

    def _decide(self, row: Mapping[str, Any], *, both: str) -> str:
        proposal, decided = row["proposal"], row["decided"]
        token, back = self._hidden
        mentor, mentee = proposal.mentor.public_id, proposal.mentee.public_id
        return (
            f'<form class="row-actions" method="post" action="{self._at["decide"]}">{token}'
            f'<input type="hidden" name="mentor" value="{mentor}"><input type="hidden" name="mentee" value="{mentee}">'
            f'{back}<input type="hidden" name="seen" value="{decided or "nothing"}">'
            f"{self._tags['by_hand'] if proposal.by_hand else ''}{self._decided(row, both=both)}"
            f'<a class="link-btn" href="{self._at["swap"]}?choose=1&amp;mentee={mentee}">{self._swap}{both}</a>'
            f'<a class="link-btn" href="{self._at["compare"]}?choose=1&amp;{_both(proposal)}">{self._compare}'
            f"{both.removesuffix('</span>')} {self._with_else}</span></a></form>"
        )

    def _decided(self, row: Mapping[str, Any], *, both: str) -> str:
        """What was decided of the pair and how to take that back, else what can be decided."""
        if row["decided"] == "locked":
            return self._tags["locked"] + self._buttons["unlock"].format(both)
        if row["decided"] == "forbidden":
            return self._tags["forbidden"] + self._buttons["allow"].format(both)
        lowest = self._tags["lowest"] if row["is_lowest"] else ""
        return lowest + self._buttons["lock"].format(both) + self._buttons["forbid"].format(both)


def _press(kind: str, words: str, *, pressed: bool = False) -> str:
    """A button of a row, with a place for whom it is about."""
    state = ' aria-pressed="true"' if pressed else ""
    words = words.replace("{", "{{").replace("}", "}}")
    return f'<button class="link-btn" type="submit" name="kind" value="{kind}"{state}>{words}{{}}</button>'


def _both(proposal: Proposal) -> str:
    return f"mentor={proposal.mentor.public_id}&amp;mentee={proposal.mentee.public_id}"


@register.simple_tag(takes_context=True)
def proposal_rows(context: RequestContext) -> SafeString:
    """The rows of a run's page, as ``result_context`` gives them."""
    rows = ProposalRows(context)
    return mark_safe("".join(map(rows.row, context["rows"])))  # noqa: S308 - escaped where it is typed, above


class PairRows:
    """The pairs of a cohort: who, in which state, which dates."""

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self._person = address_of("person")
        self._with, self._state, self._held = _("with"), _("State"), _("Held")
        self._of, self._next = _("%(held)s of %(all)s"), _("Next date")
        self._behind = f'<span class="tag" data-tone="warn">{_("Behind")}</span>'
        self._no_date = {True: f'<span class="muted">{_("none yet")}</span>', False: '<span class="muted">–</span>'}

    def row(self, row: Row) -> str:
        leader, mentor = row.pair.mentee.person, row.pair.mentor.person
        held = self._of % {"held": row.held, "all": len(row.meetings)}
        faces = two_faces(leader, mentor, "canvas")
        return (
            f'<tr role="row"><th role="rowheader" scope="row"><span class="person">{faces}'
            f'<span><a href="{self._person(leader.public_id)}">{escape(leader.name)}</a><small>{self._with} '
            f'<a href="{self._person(mentor.public_id)}">{escape(mentor.name)}</a></small></span></span></th>'
            f'<td role="cell" data-label="{self._state}"><span class="cluster">{pair_state(row.pair.state)}'
            f'{self._behind if row.is_late else ""}</span></td><td role="cell" data-label="">{strip(row)}</td>'
            f'<td role="cell" class="num nowrap" data-label="{self._held}">{held}</td>'
            f'<td role="cell" data-label="{self._next}">{self._next_date(row)}</td></tr>'
        )

    def _next_date(self, row: Row) -> str:
        if row.next_at is None:
            return self._no_date[row.next is not None]
        told = escape(wall_time(self._context, row.next_at, form="short"))
        return f'<time class="nowrap" datetime="{localtime(row.next_at).isoformat()}">{told}</time>'


@register.simple_tag(takes_context=True)
def pair_rows(context: RequestContext) -> SafeString:
    """The rows of the list of pairs."""
    rows = PairRows(context)
    return mark_safe("".join(map(rows.row, context["rows"])))  # noqa: S308 - escaped where it is typed, above


class EnrolmentRows:
    """Who was invited, how far they are, and what can be done for them."""

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self._answers = address_of("enrolment_answers")
        self._is_shut: bool = context["cohort"].is_shut
        self._paused: Mapping[int, Any] = context["paused"]
        self._may_have_a_link, self._may_be_asked_again = context["may_have_a_link"], context["may_be_asked_again"]
        self._invite = reverse("invite", args=[context["programme"].public_id])
        self._token = token(context)
        self._roles = {Enrolment.Role.MENTEE.value: escape(context["programme"].mentee_word)}
        self._mentor, self._outside, self._until = (
            _("mentor"),
            _("From outside: %(organisation)s"),
            _("paused until %(day)s"),
        )
        self._side, self._state, self._invited = _("Side"), _("State"), _("Invited on")
        self._again, self._to = _("Send again"), _("to %(name)s")
        self._link, self._for = _("Make a link"), _("for %(name)s")

    def row(self, row: Any) -> str:
        name, about = escape(row.person.name), escape(row.person.job_title)
        if row.person.is_external:
            about = self._outside % {"organisation": escape(row.person.organisation)}
        linked = name
        if row.state not in (Enrolment.State.DECLINED, Enrolment.State.WITHDRAWN):
            linked = f'<a href="{self._answers(row.public_id)}">{name}</a>'
        invited = escape(wall_time(self._context, row.invited_at, form="day")) or "–"
        return (
            f'<tr role="row"><th role="rowheader" scope="row"><span class="person">{face(row.person, row.side)}'
            f'<span>{linked}<span class="quiet">{about}</span></span></span></th>'
            f'<td role="cell" data-label="{self._side}">{self._roles.get(row.role, self._mentor)}</td>'
            f'<td role="cell" data-label="{self._state}">{enrolment_state(row.state)}{self._pause(row)}</td>'
            f'<td role="cell" data-label="{self._invited}">{invited}</td>'
            f'<td role="cell" data-label="">{self._actions(row, name=name)}</td></tr>'
        )

    def _pause(self, row: Any) -> str:
        until = self._paused.get(row.pk)
        if not until:
            return ""
        words = self._until % {"day": date_format(until, "j M Y")}
        return f' <span class="tag" data-tone="warn">{words}</span>'

    def _actions(self, row: Any, *, name: str) -> str:
        """Another letter, or a link for whoever has no account yet."""
        if self._is_shut:
            return ""
        buttons, kind = "", ""
        if row.state in self._may_be_asked_again and row.person.email:
            buttons = self._button("again", row.public_id, self._again, about=self._to % {"name": name})
        if row.state in self._may_have_a_link and not row.person.user_id:
            buttons += self._button("link", row.public_id, self._link, about=self._for % {"name": name})
            kind = ' class="cluster"'
        return f'<form method="post"{kind} action="{self._invite}">{self._token}{buttons}</form>' if buttons else ""

    def _button(self, what: str, public_id: str, words: str, *, about: str) -> str:
        hidden = f'<span class="visually-hidden"> {about}</span>'
        return f'<button class="link-btn" type="submit" name="{what}" value="{public_id}">{words}{hidden}</button>'


@register.simple_tag(takes_context=True)
def enrolment_rows(context: RequestContext) -> SafeString:
    """The rows of the list of a cohort's enrolments."""
    rows = EnrolmentRows(context)
    return mark_safe("".join(map(rows.row, context["rows"])))  # noqa: S308 - escaped where it is typed, above
