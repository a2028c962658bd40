"""Forms of a programme: begin it, a cohort, an objective."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateformat import format as date_words
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.programmes.actions import ObjectiveContent
from viceversa.programmes.beginning import CohortDates
from viceversa.programmes.models import Cohort
from viceversa.programmes.playbook_content import Playbook


def text_field(label: Any, *, most: int, missing: Any, hint: Any = "") -> forms.CharField:
    messages = {"required": missing, "max_length": too_long(label)}
    return forms.CharField(label=label, help_text=hint, max_length=most, error_messages=messages)


def too_long(label: Any) -> Any:
    """The sentence for a text that is too long, with the field's own name."""
    words = _("Shorten “{label}” to %(limit_value)d characters. You wrote %(show_value)d.")
    return format_lazy(words, label=label)


def _date(label: Any, *, missing: Any, hint: Any = "", required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": _("Enter a date such as 2026-09-01")},
    )


class CohortForm(forms.Form):
    """The name of a cohort, and when it runs: between two days, or always on."""

    cohort_name = text_field(
        _("Name of the cohort"),
        most=80,
        missing=_("Enter a name for the cohort, such as “Autumn 2026”"),
        hint=_("A programme may run again later; this tells the rounds apart."),
    )
    starts_on = _date(_("First day"), missing=_("Enter the first day"))
    kind = forms.ChoiceField(
        label=_("How long it runs"),
        choices=[
            (Cohort.Kind.DATED.value, _("Until a last day that is the same for everybody")),
            (Cohort.Kind.ALWAYS_ON.value, _("Always on: people join at any time, and each pair runs its own months")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    ends_on = _date(
        _("Last day"),
        missing=_("Enter the last day"),
        hint=_("The last meeting lies before it. Leave it empty if the cohort is always on."),
        required=False,
    )
    pair_months = forms.IntegerField(
        label=_("Months for each pair, if always on"),
        min_value=1,
        max_value=36,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-fit": ""}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Enter a number of months from 1 to 36")),
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Cohort.Kind.DATED.value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Cohort.Kind.ALWAYS_ON:
            data["ends_on"] = None
            if data.get("pair_months") is None and "pair_months" not in self.errors:
                self.add_error("pair_months", _("Enter for how many months each pair runs"))
            return data
        data["pair_months"] = None
        first, last = data.get("starts_on"), data.get("ends_on")
        if last is None and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Enter the last day"))
        elif first and last and last <= first:
            words = _now("Enter a last day after the first day, %(day)s") % {"day": date_words(first, "j F Y")}
            self.add_error("ends_on", words)
        return data

    @property
    def dates(self) -> CohortDates:
        data = self.cleaned_data
        return CohortDates(data["cohort_name"], data["starts_on"], data["ends_on"], data["pair_months"])


def next_dates(today: date, *, months: int) -> dict[str, Any]:
    """Six weeks to recruit in, then some months, from a Monday on."""
    first = today + timedelta(weeks=6)
    first += timedelta(days=-first.weekday() % 7)
    return {
        "cohort_name": date_words(first, "F Y"),
        "starts_on": first,
        "kind": Cohort.Kind.DATED.value,
        "ends_on": first + timedelta(days=round(months * 30.44)),
    }


class OpenProgrammeForm(CohortForm):
    """Begin a programme: from a playbook, or with the design of another."""

    name = text_field(
        _("Name of the programme"),
        most=120,
        missing=_("Enter a name for the programme"),
        hint=_("Everybody who takes part sees it."),
    )
    field_order = ["name", "cohort_name", "starts_on", "kind", "ends_on", "pair_months"]

    @staticmethod
    def suggestion(plan: Playbook, *, today: date) -> dict[str, Any]:
        return {"name": plan.title, **next_dates(today, months=plan.months)}


def _decimal(label: Any, hint: Any) -> forms.DecimalField:
    words = _("Enter a number such as 40 or 7.5")
    too_many = _("Enter a number with up to ten digits before the point and two after it")
    return PlainNumber(
        label=label,
        help_text=hint,
        max_digits=12,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": words}
        | dict.fromkeys(("max_digits", "max_whole_digits", "max_decimal_places"), too_many),
    )


class PlainNumber(forms.DecimalField):
    """A number as people write it: 48, not 48.00."""

    def prepare_value(self, value: object) -> object:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class ObjectiveForm(forms.Form):
    """An objective. What is not known yet may stay empty until the launch asks for it."""

    title = text_field(
        _("Objective"),
        most=200,
        missing=_("Enter what should be different afterwards"),
        hint=_("What should be different afterwards, in one sentence."),
    )
    metric = text_field(
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
