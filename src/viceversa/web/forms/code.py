"""Coming in with a number, and a code or a password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from .passwords import LONGEST


def number_field(label: Any) -> forms.CharField:
    words = _("Enter the number that stands on the slip, or on the pay slip")
    return forms.CharField(
        label=label,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": words, "max_length": words},
    )


class CodeForm(forms.Form):
    number = number_field(_("Your number at work"))
    secret = forms.CharField(
        label=_("Your code, or the password that you chose"),
        help_text=_("Small or capital letters, with or without the dash: for a code it is all the same."),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter your code, or your password if you have chosen one"),
            "max_length": _("Enter 200 characters or fewer"),
        },
    )

    def refuse(self) -> None:
        """One sentence for every reason, so that it tells nobody who is here."""
        words = _now(
            "This number and this code or password do not belong together, or the code was used already. Check both, "
            "or ask whoever gave you the slip for a new code."
        )
        self.add_error(None, words)


class CodeAgainForm(forms.Form):
    number = number_field(_("Number of the person"))

    def say_nobody(self) -> None:
        words = _now(
            "Nobody here has this number and no e-mail address. Whoever has an address gets a new password by mail"
        )
        self.add_error("number", words)
