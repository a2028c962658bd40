"""Freezing a list, and the seed of its draw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.programmes.lottery import STRATA
from viceversa.programmes.models import Lottery

STRATUM_WORDS = {"function": _("Function"), "location": _("Place of work"), "grade_band": _("Grade, two to a band")}


class FreezeForm(forms.Form):
    strata = forms.MultipleChoiceField(
        label=_("Share the places out by"),
        help_text=_("Each group gets its share of the places; within a group everybody has the same chance."),
        choices=[(code, STRATUM_WORDS[code]) for code in STRATA],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the three")},
    )
    seed_from = forms.ChoiceField(
        label=_("Where the seed will come from"),
        choices=[
            (Lottery.SeedFrom.PUBLIC, _("A number published later that nobody here can choose")),
            (Lottery.SeedFrom.COORDINATOR, _("A word or number that is said aloud before witnesses")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose where the seed will come from")),
    )
    seed_plan = forms.CharField(
        label=_("Which one exactly"),
        help_text=_("For instance: the closing figure of the DAX on 2 October 2026, with two decimals."),
        max_length=200,
        error_messages={
            "required": _("Enter which number it will be, so that nobody can choose among several afterwards"),
            "max_length": _("Enter 200 characters or fewer"),
        },
    )


class SeedForm(forms.Form):
    seed = forms.CharField(
        label=_("Seed"),
        help_text=_("Exactly as it was published or said: every sign counts."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter the seed"),
            "max_length": _("Enter a seed of 200 characters or fewer"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
