"""What a coordinator tries on the bench: the programme's policy as its own form asks it, and what only a run has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.programmes.policy import complete_policy
from viceversa.programmes.policy_form import PolicyForm

MOST_SEED = 2_147_483_647
"""What a database keeps in a positive whole number."""

PERCENT = _("Enter a percentage from 0 to 100, such as 0.5. 0 gives nothing up.")
SEED = _("Enter a whole number from 0 to 2147483647, such as 0")


class BenchForm(PolicyForm):
    """``variant_policy(before)`` gives the whole policy to try."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("What the column is called, for you and the other coordinators: “Style left out”."),
        max_length=60,
        required=False,
        error_messages={"max_length": _("Enter a name of at most 60 letters")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    fairness = forms.FloatField(
        label=_("Give up for the lowest pair, in %"),
        help_text=_("So much of the total fit may go to lift the pair that fits least. 0.5 is nearly free."),
        min_value=0,
        max_value=100,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), PERCENT),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    stable = forms.BooleanField(
        label=_("Stable instead of best"),
        help_text=_(
            "Each side ranks by its own wishes first, then by fit, and no two would both leave whom they have for each "
            "other. It costs pairs and total fit; the column says how much. Nothing is given up for the lowest pair."
        ),
        required=False,
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        help_text=_("Decides between matchings that are equally good. Another number may give other pairs."),
        min_value=0,
        max_value=MOST_SEED,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), SEED),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = self.fields["reporting_line"]
        assert isinstance(line, forms.ChoiceField)
        line.widget = forms.Select(
            choices=cast(Iterable[Any], line.choices)
        )  # a column of radios would push the weights out of sight

    @classmethod
    def values_from(cls, policy: Mapping[str, Any]) -> dict[str, Any]:
        options = complete_policy(policy)["options"]
        given = {"fairness": f"{100 * options.get('fairness', 0.0):g}", "seed": options.get("seed", 0)}
        return super().values_from(policy) | given

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("stable") and not self.errors and self.quotas_from():
            self.add_error("stable", _("Stable pairs know no quotas; take the quotas out, or untick this"))
        return data

    def variant_policy(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """What the form does not ask stays as it was. Only for a form without errors."""
        whole = self.policy_from(before)
        gives_nothing_up = self.cleaned_data["stable"] or self.quotas_from()
        whole["options"]["fairness"] = 0.0 if gives_nothing_up else self.cleaned_data["fairness"] / 100
        return whole
