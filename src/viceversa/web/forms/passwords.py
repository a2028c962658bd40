"""A new password, and why one is not taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from viceversa.accounts.models import User

LONGEST = 200  # the hash is made of all of it; a megabyte of password would only burn the processor

WHY_NOT = {
    "password_too_short": _("Enter a password of 12 characters or more."),
    "password_too_common": _("Enter a password that is not on the list of common ones."),
    "password_too_similar": _("Enter a password that is not so close to your name or address."),
}


def new_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("New password"),
        help_text=_("12 characters or more. Three or four words that only you would put together do well."),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": _("Enter a password of 12 characters or more."),
            "max_length": _("Enter a password of 200 characters or fewer."),
        },
    )


def checked_password(password: str, *, user: User) -> str:
    """The password, if the rules take it; raises ``ValidationError`` with every reason in our words."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        reasons: list[Any] = [WHY_NOT.get(error.code or "", error.message) for error in refusal.error_list]
        raise ValidationError(reasons) from None
    return password


class NewPasswordForm(forms.Form):
    password = new_password_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        return checked_password(self.cleaned_data["password"], user=self.user)


class ChangePasswordForm(NewPasswordForm):
    """For somebody who is signed in: the present password first, so that a borrowed screen is not enough."""

    present = forms.CharField(
        label=_("Present password"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your present password.")},
    )
    field_order = ["present", "password"]

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("This is not your present password. Enter the one you signed in with."))
        return present
