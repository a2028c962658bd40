"""The matching policy as a form in plain words, with its own ranges; the engine checks the policy once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .policy import DEFAULT_RULES, DEFAULT_WEIGHTS, complete_policy
from .quota_form import QuotaForm

ANY_DEPTH = "any"
QUOTAS = ("at_most", "share")
"""Rules about all pairs together; the engine keeps them where nothing is given up for the lowest pair."""


def _whole(label: Any, hint: Any, *, low: int, high: int, words: Any) -> forms.IntegerField:
    messages = {"required": words, "invalid": words, "min_value": words, "max_value": words}
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=low,
        max_value=high,
        error_messages=messages,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-fit": ""}),
    )


def _number(label: Any, hint: Any, *, high: float, words: Any) -> forms.FloatField:
    messages = {"required": words, "invalid": words, "min_value": words, "max_value": words}
    return forms.FloatField(
        label=label, help_text=hint, min_value=0, max_value=high, error_messages=messages, widget=_text_number()
    )


def _text_number() -> forms.TextInput:
    """A text box for numbers: number boxes change under a mouse wheel and refuse commas without a word."""
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-fit": ""})


def _weight(label: Any, hint: Any) -> forms.FloatField:
    words = _("Enter a weight from 0 to 100, such as 0.2. 0 leaves it out.")
    return _number(label, hint, high=100, words=words)


class PolicyForm(QuotaForm):
    """Rules, quotas and weights. ``policy_from(before)`` gives the whole policy with this form's part changed."""

    grade_gap_min = _whole(
        _("Grades between the two, at least"),
        _("How many grades the leader is above the mentor. 2 keeps the conversation honest; 0 allows the same grade."),
        low=-20,
        high=20,
        words=_("Enter a whole number of grades from -20 to 20, such as 2"),
    )
    reporting_line = forms.ChoiceField(
        label=_("Reporting line"),
        help_text=_("Nobody can speak freely to somebody who decides about their work."),
        choices=[
            (ANY_DEPTH, _("Neither may be above the other, at any distance")),
            ("1", _("Neither may be the other’s direct manager")),
            ("2", _("Up to two levels apart is not allowed")),
            ("3", _("Up to three levels apart is not allowed")),
            ("0", _("Reporting lines do not matter")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what counts as the same reporting line")},
    )
    same_manager = forms.BooleanField(label=_("Two people with the same manager may be paired"), required=False)
    common_language = forms.BooleanField(label=_("The two share a language"), required=False)
    overlap_hours_min = _number(
        _("Working hours that the two share on one day, at least"),
        _("In hours. 2 leaves room to find a date; 0 lets any two meet."),
        high=24,
        words=_("Enter a number of hours from 0 to 24, such as 2"),
    )
    must_teach = forms.BooleanField(
        label=_("The mentor knows one of the topics that the leader wants most"), required=False
    )
    teach_level_min = _whole(
        _("How well the mentor knows it, at least"),
        _("From 1, has begun, to 5, could teach a course."),
        low=1,
        high=5,
        words=_("Enter a whole level from 1 to 5, such as 3"),
    )
    score_min = _number(
        _("Score of a pair, at least"),
        _("From 0 to 1. 0 sets no floor; a floor leaves more people without a partner."),
        high=1,
        words=_("Enter a score from 0 to 1, such as 0.3"),
    )
    objective = forms.ChoiceField(
        label=_("What the matching aims for"),
        choices=[
            ("coverage", _("As many pairs as possible, and among those the best")),
            ("quality", _("The highest total score, even if fewer people get a partner")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the matching aims for")},
    )
    difference_on = forms.MultipleChoiceField(
        label=_("What “different” means"),
        help_text=_("The two should come from different places. Age and generation are never used."),
        choices=[("function", _("Function")), ("location", _("Location")), ("job_title", _("Job title"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    complementarity = _weight(_("Teaches what is wanted"), _("The mentor knows what the leader wants to learn."))
    interests = _weight(_("Shared interests"), _("What the two have in common besides work."))
    preference = _weight(_("Own wishes"), _("Whom the two named as somebody they would like."))
    difference = _weight(_("Different parts of the house"), _("Another function, another place."))
    style = _weight(_("Way of working"), _("How formal and how planned each likes it."))
    reciprocity = _weight(_("Return"), _("The leader knows what the mentor wants to learn."))
    overlap = _weight(_("Hours in common"), _("More shared working hours than the rule asks for."))

    RULES = tuple(DEFAULT_RULES)
    OPTIONS = ("objective", "difference_on")
    WEIGHTS = tuple(DEFAULT_WEIGHTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_own_depth(str(self.initial.get("reporting_line", "")))
        self.add_quotas()

    def _offer_own_depth(self, depth: str) -> None:
        """A depth that came from a policy file stays choosable, though the page does not suggest it."""
        line = self.fields["reporting_line"]
        assert isinstance(line, forms.ChoiceField)
        offered = list(cast(Iterable[Any], line.choices))
        if depth.isdigit() and depth not in dict(offered):
            words = format_lazy(_("Up to {depth} levels apart is not allowed"), depth=depth)
            line.choices = [*offered[:-1], (depth, words), offered[-1]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        weights = [data.get(name) for name in DEFAULT_WEIGHTS]
        if None not in weights and not any(weights):
            self.add_error("complementarity", _("Give at least one weight more than 0"))
        self.check_quotas()
        return data

    @classmethod
    def values_from(cls, policy: Mapping[str, Any]) -> dict[str, Any]:
        """What the form shows for a stored policy."""
        whole = complete_policy(policy)
        values = {name: whole["rules"][name] for name in cls.RULES} | dict(whole["weights"])
        values |= {name: whole["options"][name] for name in cls.OPTIONS}
        values |= {name: f"{value:g}" for name, value in values.items() if isinstance(value, float)}
        return values | {"reporting_line": str(values["reporting_line"])} | cls.quota_values(whole["rules"])

    def policy_from(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The whole policy: what the form does not ask stays as it was. Only for a form without errors."""
        whole, data = complete_policy(before), self.cleaned_data
        whole["rules"] |= {name: data[name] for name in self.RULES}
        line = data["reporting_line"]
        whole["rules"]["reporting_line"] = line if line == ANY_DEPTH else int(line)
        whole["weights"] = {name: data[name] for name in DEFAULT_WEIGHTS}
        quotas = self.quotas_from()
        whole["rules"] = {name: rule for name, rule in whole["rules"].items() if name not in QUOTAS} | quotas
        if quotas and whole["options"].get("fairness"):
            whole["options"]["fairness"] = 0.0
        whole["options"] |= {"objective": data["objective"], "difference_on": list(data["difference_on"])}
        return whole
