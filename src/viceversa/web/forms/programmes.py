"""Forms of a programme: begin it, its design, an objective."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dateformat import format as date_words
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.formats.topics import distinct
from viceversa.programmes.actions import Design, ObjectiveContent
from viceversa.programmes.playbook_content import Playbook

MOST_TOPICS = 40
LONGEST_TOPIC = 80


def _text(label: Any, *, most: int, missing: Any, hint: Any = "") -> forms.CharField:
    messages = {"required": missing, "max_length": too_long(label)}
    return forms.CharField(label=label, help_text=hint, max_length=most, error_messages=messages)


def too_long(label: Any) -> Any:
    """The sentence for a text that is too long, with the field's own name."""
    words = _("Shorten “{label}” to %(limit_value)d characters. You wrote %(show_value)d.")
    return format_lazy(words, label=label)


def _date(label: Any, *, missing: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": _("Enter a date such as 2026-09-01")},
    )


class CohortDates(forms.Form):
    """The name and the dates of a cohort."""

    cohort_name = _text(
        _("Name of the cohort"),
        most=80,
        missing=_("Enter a name for the cohort, such as “Autumn 2026”"),
        hint=_("A programme may run again later; this tells the rounds apart."),
    )
    starts_on = _date(_("First day"), missing=_("Enter the first day"))
    ends_on = _date(_("Last day"), missing=_("Enter the last day"), hint=_("The last meeting lies before it."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last <= first:
            words = _now("Enter a last day after the first day, %(day)s") % {"day": date_words(first, "j F Y")}
            self.add_error("ends_on", words)
        return data


class OpenProgrammeForm(CohortDates):
    """Begin a programme from a playbook."""

    name = _text(
        _("Name of the programme"),
        most=120,
        missing=_("Enter a name for the programme"),
        hint=_("Everybody who takes part sees it."),
    )
    field_order = ["name", "cohort_name", "starts_on", "ends_on"]

    @staticmethod
    def suggestion(plan: Playbook, *, today: date) -> dict[str, Any]:
        """Six weeks to recruit in, then as many months as the playbook runs, from a Monday on."""
        first = today + timedelta(weeks=6)
        first += timedelta(days=-first.weekday() % 7)
        last = first + timedelta(days=round(plan.months * 30.44))
        return {
            "name": plan.title,
            "cohort_name": date_words(first, "F Y"),
            "starts_on": first,
            "ends_on": last,
        }


class DesignForm(CohortDates):
    """Everything about the design that a coordinator may change."""

    name = _text(_("Name of the programme"), most=120, missing=_("Enter a name for the programme"))
    purpose = forms.CharField(
        label=_("Purpose"),
        help_text=_("What it is for, in two or three sentences that a tired leader would read."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write what the programme is for"),
            "max_length": too_long(_("Purpose")),
        },
    )
    mentee_word = _text(
        _("Your word for those who learn"),
        most=40,
        missing=_("Enter a word such as “leader”"),
        hint=_("Shown everywhere instead of “mentee”: leader, executive, consultant …"),
    )
    meeting_minutes = forms.IntegerField(
        label=_("Minutes in a meeting"),
        min_value=15,
        max_value=240,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a number of minutes from 15 to 240")
        ),
    )
    cadence_days = forms.IntegerField(
        label=_("Days between two meetings"),
        help_text=_("30 is about once a month."),
        min_value=5,
        max_value=92,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a number of days from 5 to 92")
        ),
    )
    topics_of_mentors = forms.CharField(
        label=_("Topics that mentors teach"),
        help_text=_("One a line. People see them first when they enrol, and may add their own."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write at least one topic that mentors teach")},
    )
    topics_of_mentees = forms.CharField(
        label=_("Topics that come back from the other side"),
        help_text=_("One a line. What the mentors get in return."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    field_order = [
        "name",
        "purpose",
        "mentee_word",
        "cohort_name",
        "starts_on",
        "ends_on",
        "meeting_minutes",
        "cadence_days",
        "topics_of_mentors",
        "topics_of_mentees",
    ]

    @staticmethod
    def initial_of(design: Design) -> dict[str, Any]:
        values = {name: getattr(design, name) for name in DesignForm.field_order}
        for name in ("topics_of_mentors", "topics_of_mentees"):
            values[name] = "\n".join(values[name])
        return values

    def clean_topics_of_mentors(self) -> tuple[str, ...]:
        return _topics(self.cleaned_data["topics_of_mentors"])

    def clean_topics_of_mentees(self) -> tuple[str, ...]:
        return _topics(self.cleaned_data["topics_of_mentees"])

    @property
    def design(self) -> Design:
        return Design(**{name: self.cleaned_data[name] for name in self.field_order})


def _topics(text: str) -> tuple[str, ...]:
    topics = distinct(tuple(line.strip() for line in text.splitlines() if line.strip()))
    problems = [
        _now("Shorten “%(topic)s…” to %(most)s characters") % {"topic": topic[:30], "most": LONGEST_TOPIC}
        for topic in topics
        if len(topic) > LONGEST_TOPIC
    ]
    if len(topics) > MOST_TOPICS:
        counts = {"most": MOST_TOPICS, "count": len(topics)}
        problems.append(_now("Keep up to %(most)s topics. You wrote %(count)s.") % counts)
    if problems:
        raise forms.ValidationError(problems)
    return topics


def _decimal(label: Any, hint: Any) -> forms.DecimalField:
    words = _("Enter a number such as 40 or 7.5")
    too_many = _("Enter a number with up to ten digits before the point and two after it")
    return forms.DecimalField(
        label=label,
        help_text=hint,
        max_digits=12,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": words}
        | dict.fromkeys(("max_digits", "max_whole_digits", "max_decimal_places"), too_many),
    )


class ObjectiveForm(forms.Form):
    """An objective. What is not known yet may stay empty until the launch asks for it."""

    title = _text(
        _("Objective"),
        most=200,
        missing=_("Enter what should be different afterwards"),
        hint=_("What should be different afterwards, in one sentence."),
    )
    metric = _text(
        _("How you will know"),
        most=200,
        missing=_("Enter what is counted or asked"),
        hint=_("What is counted or asked, so that two people would get the same number."),
    )
    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("For example %, points, changes."),
        max_length=40,
        required=False,
        error_messages={"max_length": too_long(_("Unit"))},
    )
    baseline = _decimal(_("Today"), _("Where you stand before the first meeting; 0 is an answer."))
    target = _decimal(_("Target"), _("Where you want to stand when the cohort ends."))
    owner = forms.CharField(
        label=_("Who answers for it"),
        help_text=_("One person by name, not a department."),
        max_length=200,
        required=False,
        error_messages={"max_length": too_long(_("Who answers for it"))},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        baseline, target = data.get("baseline"), data.get("target")
        if baseline is not None and baseline == target:
            self.add_error("target", _("Enter a target that differs from today’s number"))
        return data

    @property
    def content(self) -> ObjectiveContent:
        return ObjectiveContent(**self.cleaned_data)
