"""Quotas of a policy as rows of a form: how many pairs of a group at most, and which share of all pairs at least.

There is a row for each quota that is kept, and one more to fill in. An empty row is no quota.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

MOST_ROWS = 50
"""More than anybody keeps by hand; a policy file may have more, and they stay unseen."""
LIMIT = ("pairs", "mentors", "mentees")
SHARE = ("at_least", "of")

ATTRIBUTES = (("function", _("the same function")), ("location", _("the same location")))
SIDES = [("", _("any")), *ATTRIBUTES, ("job_title", _("the same job title"))]
SHARES = [
    ("", _("Choose")),
    ("different:function", _("from different functions")),
    ("different:location", _("from different locations")),
    ("different:job_title", _("with different job titles")),
    ("same:function", _("from one function")),
    ("same:location", _("from one location")),
    ("same:job_title", _("with one job title")),
]
PAIRS = _("Enter a whole number of pairs from 0 to 100000, or leave the row empty")
PERCENT = _("Enter a percentage above 0 and up to 100, such as 40, or leave the row empty")


class QuotaForm(forms.Form):
    """The part of a form that asks for quotas; ``quotas_from`` gives them in the policy file's shape."""

    def add_quotas(self) -> None:
        """Rows for those in ``initial``, for those that were typed, and one more of each kind."""
        for kind, names, add in (("limit", LIMIT, self._add_limit), ("share", SHARE, self._add_share)):
            for number in range(1, self._rows(kind, names) + 1):
                add(f"{kind}_{number}", number)

    def _rows(self, kind: str, names: Sequence[str]) -> int:
        given = [data for data in (self.initial, self.data) if data]
        filled = [
            number
            for number in range(1, MOST_ROWS + 1)
            if any(data.get(f"{kind}_{number}_{name}") not in (None, "") for data in given for name in names)
        ]
        return min(MOST_ROWS, max(filled, default=0) + 1)

    def _add_limit(self, row: str, number: int) -> None:
        self.fields[f"{row}_pairs"] = forms.IntegerField(
            label=format_lazy(_("Limit {number}: pairs at most"), number=number),
            min_value=0,
            max_value=100_000,
            required=False,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), PAIRS),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-fit": ""}),
        )
        self.fields[f"{row}_mentors"] = forms.ChoiceField(label=_("of mentors with"), choices=SIDES, required=False)
        self.fields[f"{row}_mentees"] = forms.ChoiceField(label=_("and partners with"), choices=SIDES, required=False)

    def _add_share(self, row: str, number: int) -> None:
        self.fields[f"{row}_at_least"] = forms.DecimalField(
            label=format_lazy(_("Share {number}: at least, in %"), number=number),
            min_value=Decimal("0.01"),
            max_value=100,
            max_digits=5,
            decimal_places=2,
            required=False,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"), PERCENT
            ),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-fit": ""}),
        )
        self.fields[f"{row}_of"] = forms.ChoiceField(label=_("of all pairs"), choices=SHARES, required=False)

    def quota_rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The kind of each row and its fields, for the page."""
        for kind, names in (("limit", LIMIT), ("share", SHARE)):
            for number in range(1, MOST_ROWS + 1):
                if f"{kind}_{number}_{names[0]}" in self.fields:
                    yield kind, [self[f"{kind}_{number}_{name}"] for name in names]

    def quota_fields(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(field.name for _kind, row in self.quota_rows() for field in row)

    def check_quotas(self) -> None:
        """Say which rows are filled in by half."""
        for number in range(1, MOST_ROWS + 1):
            self._check_limit(f"limit_{number}")
            self._check_share(f"share_{number}")

    def _check_limit(self, row: str) -> None:
        chosen = self.cleaned_data.get(f"{row}_mentors") or self.cleaned_data.get(f"{row}_mentees")
        if chosen and f"{row}_pairs" not in self.errors and self.cleaned_data.get(f"{row}_pairs") is None:
            self.add_error(f"{row}_pairs", _("Enter how many pairs at most, or choose “any” on both sides"))

    def _check_share(self, row: str) -> None:
        data = self.cleaned_data
        if f"{row}_at_least" not in self.fields or f"{row}_at_least" in self.errors:
            return
        if data.get(f"{row}_of") and data.get(f"{row}_at_least") is None:
            self.add_error(f"{row}_at_least", _("Enter the percentage, or choose nothing beside it"))
        if data.get(f"{row}_at_least") is not None and not data.get(f"{row}_of") and f"{row}_of" not in self.errors:
            self.add_error(f"{row}_of", _("Choose of which pairs this share is"))

    def quotas_from(self) -> dict[str, list[dict[str, Any]]]:
        """``at_most`` and ``share``, each left out where there is none. Only for a form without errors."""
        at_most = [self._limit(f"limit_{number}") for number in range(1, MOST_ROWS + 1)]
        share = [self._share(f"share_{number}") for number in range(1, MOST_ROWS + 1)]
        found = {"at_most": [one for one in at_most if one], "share": [one for one in share if one]}
        return {kind: quotas for kind, quotas in found.items() if quotas}

    def _limit(self, row: str) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get(f"{row}_pairs") is None:
            return {}
        sides = {side: data[f"{row}_{side}"] for side in ("mentors", "mentees") if data[f"{row}_{side}"]}
        return {"pairs": data[f"{row}_pairs"], **sides}

    def _share(self, row: str) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get(f"{row}_at_least") is None:
            return {}
        how, attribute = data[f"{row}_of"].split(":")
        return {"at_least": float(data[f"{row}_at_least"] / 100), how: attribute}

    @staticmethod
    def quota_values(rules: Mapping[str, Any]) -> dict[str, Any]:
        """What the rows show for stored rules."""
        values: dict[str, Any] = {}
        for number, limit in enumerate(rules.get("at_most", ()), start=1):
            values |= {f"limit_{number}_{name}": limit.get(name, "") for name in LIMIT}
        for number, share in enumerate(rules.get("share", ()), start=1):
            how = "different" if share.get("different") else "same"
            percent = Decimal(str(share["at_least"])) * 100
            values |= {
                f"share_{number}_at_least": f"{percent.normalize():f}",
                f"share_{number}_of": f"{how}:{share[how]}",
            }
        return values
