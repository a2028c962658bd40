"""Rows of the lists of people, drawn without a template's nodes for each; see ``rows.py``."""

from __future__ import annotations

from html import escape
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from .rows import address_of, token
from .viceversa import enrolment_state, person_face, wall_time

register = template.Library()


class PersonRows:
    """The directory: who, what they do, where, and what the people file says of their part."""

    def __init__(self, context: RequestContext) -> None:
        self._address = address_of("person")
        self._job, self._place, self._grade, self._in_file = (
            escape(str(context[name])) for name in ("job", "place", "grade", "in_file")
        )
        parts = {"mentor": context["mentor"], "mentee": context["leader"], "both": context["both"]}
        self._parts = {role: f'<span class="tag">{escape(str(words))}</span>' for role, words in parts.items()}
        self._no_part = f'<span class="muted">{escape(str(context["no_part"]))}</span>'
        self._has_left: bool = bool(context["wish"].left)
        self._left = _("left %(day)s")

    def row(self, person: Person) -> str:
        number = f"<small>{escape(person.person_id)}</small>" if person.name != person.person_id else ""
        function = f'<span class="quiet">{escape(person.function)}</span>' if person.function else ""
        return (
            f'<tr role="row"><th role="rowheader" scope="row"><div class="person">{person_face(person)}'
            f'<div><a href="{self._address(person.public_id)}">{escape(person.name)}</a>{number}</div></div></th>'
            f'<td role="cell" data-label="{self._job}"><span>{escape(person.job_title) or "–"}{function}</span></td>'
            f'<td role="cell" data-label="{self._place}">{escape(person.location) or "–"}</td>'
            f'<td role="cell" data-label="{self._grade}" class="num">{_or_dash(person.grade)}</td>'
            f'<td role="cell" data-label="{self._in_file}">{self._part(person)}</td></tr>'
        )

    def _part(self, person: Person) -> str:
        if not self._has_left:
            return self._parts.get(person.role, self._no_part)
        day = date_format(person.leave_date, "j M Y") if person.leave_date else ""
        return f'<span class="tag" data-tone="plain">{self._left % {"day": day}}</span>'


@register.simple_tag(takes_context=True)
def person_rows(context: RequestContext) -> SafeString:
    """The rows of the directory."""
    rows = PersonRows(context)
    return mark_safe("".join(map(rows.row, context["page"])))  # noqa: S308 - escaped where it is typed, above


class CandidateRows:
    """Who can be invited, and what stands in the way of whom."""

    def __init__(self, context: RequestContext) -> None:
        programme = context["programme"]
        self._is_launched: bool = programme.is_launched
        self._ticked: set[str] = context["ticked"]
        self._function, self._grade, self._in_file = _("Function"), _("Grade"), _("In the file")
        self._state, self._link, self._for = _("State"), _("Make a link"), _("for %(name)s")
        self._roles = {"mentee": escape(programme.mentee_word), "mentor": _("mentor"), "both": _("both")}
        self._no_email = f'<span class="muted small">{_("No e-mail; cannot be invited by mail")}</span>'
        self._no_grade = f'<span class="muted small">{_("No grade; cannot be matched")}</span>'
        self._not_invited = f'<span class="muted small">{_("Not invited")}</span>'

    def row(self, row: Any) -> str:
        person: Person = row.person
        return (
            f'<tr role="row"><th role="rowheader" scope="row">{self._choice(row)}</th>'
            f'<td role="cell" data-label="{self._function}">{escape(person.function) or "–"}</td>'
            f'<td role="cell" class="num" data-label="{self._grade}">{_or_dash(person.grade)}</td>'
            f'<td role="cell" data-label="{self._in_file}">{self._roles.get(person.role, "–")}</td>'
            f'<td role="cell" data-label="{self._state}">{self._standing(row)}</td></tr>'
        )

    def _choice(self, row: Any) -> str:
        key = row.person.public_id
        name = f'<span>{escape(row.person.name)}<span class="quiet">{escape(row.person.job_title)}</span></span>'
        if not (row.can_be_enrolled and self._is_launched):
            return f'<span class="choice" data-state="closed"><span></span>{name}</span>'
        ticked = " checked" if key in self._ticked else ""
        box = f'<input type="checkbox" id="p-{key}" name="person" value="{key}"{ticked}>'
        return f'<label class="choice" for="p-{key}">{box}{name}</label>'

    def _standing(self, row: Any) -> str:
        if row.state:
            return enrolment_state(row.state)
        if row.obstacle == "no_email":
            return f"<span>{self._no_email}{self._by_hand(row.person)}</span>"
        return self._no_grade if row.obstacle == "no_grade" else self._not_invited

    def _by_hand(self, person: Person) -> str:
        if not self._is_launched or person.user_id:
            return ""
        told = f'<span class="visually-hidden"> {self._for % {"name": escape(person.name)}}</span>'
        key = f'form="by-hand" name="hand" value="{person.public_id}"'
        return f' <button class="link-btn" type="submit" {key}>{self._link}{told}</button>'


@register.simple_tag(takes_context=True)
def candidate_rows(context: RequestContext) -> SafeString:
    """The rows of the people who can be invited."""
    rows = CandidateRows(context)
    return mark_safe("".join(map(rows.row, context["rows"])))  # noqa: S308 - escaped where it is typed, above


@register.simple_tag(takes_context=True)
def code_rows(context: RequestContext) -> SafeString:
    """The rows of the people who need a code."""
    number, place, state = _("Number"), _("Place of work"), _("State")

    def drawn(row: Enrolment) -> str:
        key, person = row.public_id, row.person
        box = f'<input type="checkbox" id="c-{key}" name="enrolment" value="{key}">'
        name = f'<span>{escape(person.name)}<span class="quiet">{escape(person.job_title)}</span></span>'
        return (
            f'<tr role="row"><th role="rowheader" scope="row"><label class="choice" for="c-{key}">{box}{name}</label>'
            f'</th><td role="cell" data-label="{number}">{escape(person.person_id)}</td>'
            f'<td role="cell" data-label="{place}">{escape(person.location) or "–"}</td>'
            f'<td role="cell" data-label="{state}">{enrolment_state(row.state)}</td></tr>'
        )

    return mark_safe("".join(map(drawn, context["page"])))  # noqa: S308 - escaped where it is typed, above


@register.simple_tag(takes_context=True)
def grant_rows(context: RequestContext) -> SafeString:
    """The rows of those who hold a role."""
    role, where, given, end, by = _("Role"), _("Where"), _("Given"), _("End"), _("by %(name)s")
    own, hidden = f' <span class="tag" data-tone="plain">{_("You")}</span>', token(context)

    def drawn(row: Any) -> str:
        name, told = escape(row.name), escape(str(row.role))
        giver = f'<span class="quiet">{by % {"name": escape(row.given_by)}}</span>' if row.given_by else ""
        press = f'<button class="link-btn small" type="submit" name="end" value="{row.key}">{end}'
        return (
            f'<tr role="row"><th role="rowheader" scope="row">{name}{own if row.is_own else ""}'
            f'<span class="quiet">{escape(row.email)}</span></th><td role="cell" data-label="{role}">{told}</td>'
            f'<td role="cell" data-label="{where}">{escape(str(row.where))}</td>'
            f'<td role="cell" data-label="{given}">{escape(wall_time(context, row.given_at, form="day"))}{giver}</td>'
            f'<td role="cell" data-label=""><form method="post">{hidden}{press}'
            f'<span class="visually-hidden"> {told}, {name}</span></button></form></td></tr>'
        )

    return mark_safe("".join(map(drawn, context["rows"])))  # noqa: S308 - escaped where it is typed, above


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)
