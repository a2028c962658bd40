"""What every template may say: icons, the mark, faces, bars, who sees this, times on the reader's clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, Form
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from viceversa.programmes.design_words import dates_words
from viceversa.programmes.models import Cohort

from ..ending_words import ending_words
from ..icons import ICONS

register = template.Library()

REACHES = {"me": "lock", "two": "pair", "more": "eye"}


@register.simple_tag
@cache  # our own few drawings: hundreds of them stand on a page
def icon(name: str) -> SafeString:
    """A line icon; always beside a word, so hidden from assistive technology."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - our own constant drawings
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', drawing)


@register.simple_tag
def cohort_dates(cohort: Cohort) -> str:
    """From when to when a cohort runs, or that it is always on."""
    return dates_words(cohort)


@register.simple_tag
def why_ended(view: Any) -> str:
    """Why a pair ended before its time, for the one of its two who reads; empty where nothing is known."""
    return ending_words(view.pair, side=view.side, partner=view.partner.name)


@register.simple_tag
@cache
def mark(css_class: str = "mark") -> SafeString:
    return render_to_string("parts/mark.html", {"css_class": css_class})


@register.simple_tag
def face(who: Any, side: str = "staff", size: str = "") -> SafeString:
    """A person's initials in the shape of their side: leader, mentor or staff."""
    initials = escape(who if isinstance(who, str) else who.initials)
    large = ' data-size="large"' if size else ""
    drawn = f'<span class="face" data-side="{escape(side)}"{large} aria-hidden="true">{initials}</span>'
    return mark_safe(drawn)  # noqa: S308 - escaped above; a list has a hundred of them


@register.simple_tag
def person_face(who: Any, size: str = "") -> SafeString:
    """A person's face in the shape of what the people file says they are."""
    return face(who, {"mentor": "mentor", "mentee": "leader"}.get(who.role, "staff"), size)


@register.simple_tag
def two_faces(mentee: Any, mentor: Any, on: str = "") -> SafeString:
    ground = ' data-on="canvas"' if on == "canvas" else ""
    both = face(mentee, "leader") + face(mentor, "mentor")
    return mark_safe(f'<span class="pair"{ground}>{both}</span>')  # noqa: S308 - two faces, drawn above


@register.simple_tag
def strip(row: Any) -> SafeString:
    """A pair's meetings as dots, without words for the eye: number and state for everybody else."""
    language, next_number = get_language(), row.next.number if row.next else 0
    dots = [
        _dot(language, one.number, one.state, bool(one.times_moved), one.number == next_number) for one in row.meetings
    ]
    return mark_safe(f'<ol class="months" data-dense>{"".join(dots)}</ol>')  # noqa: S308 - our own drawings


@lru_cache(maxsize=2_000)  # a page of the list has hundreds of them, and few are different
def _dot(_language: str | None, number: int, state: str, moved: bool, is_next: bool) -> str:
    drawn, looks, words = {
        "held": ("tick", "held", _("held")),
        "missed": ("ban", "missed", _("did not take place")),
        "planned": ("", "plan", _("planned")),
    }.get(state, ("", "plan", _("no date yet")))
    if state == "held" and moved:
        drawn, looks, words = "moved", "moved", _("moved, then held")
    looks = "next" if is_next else looks
    told = escape(f"{_('Meeting %(number)s') % {'number': number}}: {words}", quote=True)
    shape = icon(drawn) if drawn else ""
    return f'<li data-state="{looks}"><span class="dot">{shape}</span><span class="visually-hidden">{told}</span></li>'


PAIR_STATES = {"trial": "accent", "active": "good", "paused": "plain", "closed": ""}


@register.simple_tag
def pair_state(state: str) -> SafeString:
    """Where a pair stands, as a word in a tag."""
    return _pair_state(get_language(), state)


@cache  # five states in a few languages, once for each row of the list
def _pair_state(_language: str | None, state: str) -> SafeString:
    words = {"trial": _("On trial"), "active": _("Active"), "paused": _("Paused"), "closed": _("Closed")}
    tone = format_html(' data-tone="{}"', PAIR_STATES[state]) if PAIR_STATES.get(state) else ""
    return format_html('<span class="tag"{}>{}</span>', tone, words.get(state, _("Ended early")))


@register.simple_tag
def bar(percent: float, side: str = "", tone: str = "") -> SafeString:
    """A bar whose length is an SVG attribute, so that no inline style is needed; 0 to 100."""
    width = f"{max(0.0, min(100.0, float(percent))):.1f}".removesuffix(".0")
    return _bar(width, side, tone)


@lru_cache(maxsize=4_000)  # a page of proposals draws hundreds, and there are a thousand lengths
def _bar(width: str, side: str, tone: str) -> SafeString:
    marks = (f' data-side="{escape(side)}"' if side else "") + (f' data-tone="{escape(tone)}"' if tone else "")
    fill = f'<rect class="bar-fill"{marks} width="{width}%" height="100%"/>'
    return mark_safe(f'<svg class="bar" aria-hidden="true" focusable="false">{fill}</svg>')  # noqa: S308 - escaped


@register.simple_tag
def criteria(rows: Iterable[tuple[str, float, str]]) -> SafeString:
    """A pair's fit by criterion, each as a number and a bar: label, percent and tone."""
    drawn = [
        f"<div><dt>{escape(label)}</dt><dd>{_rounded(percent)}</dd><dd>{bar(percent, '', tone)}</dd></div>"
        for label, percent, tone in rows
    ]
    return mark_safe(f'<dl class="criteria">{"".join(drawn)}</dl>')  # noqa: S308 - labels escaped above


def _rounded(percent: float) -> Decimal:
    return Decimal(repr(float(percent))).quantize(Decimal(1), rounding=ROUND_HALF_UP)  # a half goes up, as everywhere


ENROLMENT_TONES = {
    "invited": "plain",
    "draft": "accent",
    "applied": "accent",
    "waiting": "plain",
    "not_now": "",
    "declined": "",
    "withdrawn": "",
}
"""Whoever takes part is told by a tick."""


@register.simple_tag
def enrolment_state(state: str) -> SafeString:
    """How far somebody is in a cohort, as a word in a tag."""
    return _enrolment_state(get_language(), str(state))


@cache  # ten states in a few languages, once for each row of a list
def _enrolment_state(_language: str | None, state: str) -> SafeString:
    words = {
        "invited": _("Invited"),
        "draft": _("Begun"),
        "applied": _("Applied"),
        "waiting": _("On the wait-list"),
        "not_now": _("Not this time"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
        "matched": _("Matched"),
        "completed": _("Completed"),
    }
    tone = ENROLMENT_TONES.get(state, "good")
    looks = format_html(' data-tone="{}"', tone) if tone else ""
    ticked = icon("tick") if tone == "good" else ""
    return format_html('<span class="tag"{}>{}{}</span>', looks, ticked, words.get(state, _("Taking part")))


@register.simple_tag
def seen_by(reach: str, words: str) -> SafeString:
    """Who sees this, beside the thing itself: reach is me, two or more."""
    return format_html(
        '<span class="seen-by" data-reach="{}">{}<span>{}</span></span>', reach, icon(REACHES[reach]), words
    )


@register.filter
def percent(share: float | None) -> str:
    """0.814 → 81; a score or share for a reader."""
    return "–" if share is None else str(round(float(share) * 100))


@register.simple_tag(takes_context=True)
def wall_time(context: RequestContext, moment: datetime | None, time_zone: str = "", form: str = "long") -> str:
    """A moment on a wall clock: the zone given, else the reader's own."""
    if moment is None:
        return ""
    zone = str(time_zone or context.get("reader_zone") or "UTC")
    local = moment.astimezone(ZoneInfo(zone))
    return _told_time(get_language(), local.replace(second=0, microsecond=0, tzinfo=None), form)


TIME_FORMS = {
    "long": "l j F, H:i",
    "date": "l j F",
    "short": "j M, H:i",
    "time": "H:i",
    "day": "j F Y",
    "weekday": "D",
    "number": "j",
    "month": "M",
}


@lru_cache(maxsize=4_000)  # rows of a list share their moments, and no form tells less than a minute
def _told_time(_language: str | None, local: datetime, form: str) -> str:
    return str(date_format(local, TIME_FORMS[form]))


@register.filter
def field_errors(form: Form) -> list[tuple[str, str]]:
    """Every error of a form with the id it belongs to, in the order of the fields, for the summary at the top."""
    rows = [("", str(error)) for error in form.non_field_errors()]
    rows += [(field.id_for_label or field.auto_id, str(error)) for field in form for error in field.errors]
    return rows


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, seen: str = "", reach: str = "more", optional: bool = False) -> dict[str, Any]:
    """Label, hint, error, input; and who sees it, when that is not plain from the page."""
    widget_type = getattr(bound.field.widget, "input_type", "")
    group = widget_type in ("radio", "checkbox") and bound.field.widget.__class__.__name__ != "CheckboxInput"
    described = [
        name for name, there in ((f"{bound.auto_id}-h", bound.help_text), (f"{bound.auto_id}-e", bound.errors)) if there
    ]
    attrs: dict[str, Any] = {} if group else {"class": "input"}
    if widget_type == "checkbox" and not group:
        attrs = {}
    if described and not group:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors and not group:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "drawn": bound.as_widget(attrs=attrs),
        "group": group,
        "single": widget_type == "checkbox" and not group,
        "described": " ".join(described),
        "seen": seen,
        "reach": reach,
        "optional": optional,
    }


@register.simple_tag(takes_context=True)
def with_query(context: RequestContext, **changes: object) -> str:
    """This page's address with some query values changed; an empty value takes its key away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def without_query(context: RequestContext, names: Iterable[str]) -> str:
    """This page's address from its first page on, without some of the query's names."""
    return with_query(context, **dict.fromkeys((*names, "page"), ""))


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.simple_tag
def optional_word() -> str:
    return _("optional")
