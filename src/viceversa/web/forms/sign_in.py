from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from .passwords import LONGEST

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADDRESS_NEEDED = _("Enter an e-mail address, such as name@example.org.")


def address_field(label: StrOrPromise) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": ADDRESS_NEEDED, "invalid": ADDRESS_NEEDED},
    )


class SignInForm(forms.Form):
    email = address_field(_("E-mail address"))
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={
            "required": _("Enter your password."),
            "max_length": _("Enter a password of 200 characters or fewer."),
        },
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def refuse(self) -> None:
        """One sentence for every reason, so that it tells nobody who has an account."""
        self.add_error(
            None, _("This address and this password do not belong together. Check both, or get a new password.")
        )


class PasswordForgottenForm(forms.Form):
    email = address_field(_("E-mail address"))
