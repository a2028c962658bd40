"""What somebody who takes part decides for themself: a pause, and whether others may look at their profile."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.programmes.models import Pause, ShownProfile

LONGEST_PAUSE = timedelta(days=366)


def _day(label: Any, hint: Any, words: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), words),
    )


class PauseForm(forms.Form):
    from_on = _day(_("First day"), "", _("Enter the first day as a date, such as 2027-03-01"))
    until_on = _day(
        _("Last day"),
        _("From the day after it you can be proposed again."),
        _("Enter the last day as a date, such as 2027-03-31"),
    )

    def __init__(self, data: Any = None, *, pause: Pause | None, today: date) -> None:
        self.today = today
        shown = {"from_on": pause.from_on, "until_on": pause.until_on} if pause else {"from_on": today}
        super().__init__(data, initial=shown)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begin, end = data.get("from_on"), data.get("until_on")
        if end and end < self.today:
            self.add_error("until_on", _("Enter a last day that is not over yet"))
        elif begin and end and end < begin:
            self.add_error("until_on", _("Enter a last day that is not before the first"))
        elif begin and end and end - begin > LONGEST_PAUSE:
            self.add_error("until_on", _("Enter a last day within a year of the first"))
        return data


class ShownForm(forms.Form):
    sentence = forms.CharField(
        label=_("One sentence about you"),
        help_text=_("What somebody who looks for a partner would like to know. Up to 200 characters."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )

    def __init__(self, data: Any = None, *, shown: ShownProfile | None) -> None:
        super().__init__(data, initial={"sentence": shown.sentence if shown else ""})

    def clean_sentence(self) -> str:
        sentence = " ".join(str(self.cleaned_data["sentence"]).split())
        if len(sentence) > 200:
            words = _now("Shorten the sentence to 200 characters. You wrote %(count)s.")
            raise forms.ValidationError(words % {"count": len(sentence)})
        return sentence
