"""One side's answer to a proposal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.pairing.models import ProposalAnswer


class AnswerForm(forms.Form):
    """A yes or a no; a no may carry a reason, which its author alone can ever read."""

    word = forms.ChoiceField(
        choices=ProposalAnswer.Word.choices,
        error_messages={
            "required": _("Choose yes or no with one of the buttons"),
            "invalid_choice": _("Choose yes or no with one of the buttons"),
        },
    )
    reason = forms.CharField(
        label=_("Why not, in a word for yourself"),
        help_text=_("You need no reason. Up to 500 characters."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"max_length": _("Shorten the reason to 500 characters or fewer")},
    )
