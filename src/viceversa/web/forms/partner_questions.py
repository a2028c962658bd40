"""A question to the proposed partner, its answer, and a coordinator's word back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 1000


def _words(label: Any, *, missing: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": missing, "max_length": _("Shorten it to 1,000 characters or fewer")},
    )


class QuestionForm(forms.Form):
    question = _words(_("What would you like to know first?"), missing=_("Enter what you would like to know"))


class ReplyForm(forms.Form):
    """The partner's answer."""

    answer = _words(_("Your answer"), missing=_("Enter an answer"))


class NotPassedOnForm(forms.Form):
    reply = _words(
        _("A kind word to whoever asked"),
        hint=_("They read it in place of an answer; the partner hears nothing of it."),
        missing=_("Enter a word to whoever asked, so that they know why nothing comes"),
    )
