"""One side's word after the trial."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.pairing.models import TrialWord

_CHOOSE = _("Choose with one of the two buttons")


class TrialForm(forms.Form):
    word = forms.ChoiceField(
        choices=TrialWord.Word.choices, error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE}
    )
