"""Coming in through an invitation: a password, and an address where the organisation gave none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.accounts.models import User
from viceversa.people.models import Person

from .passwords import NewPasswordForm


class JoinForm(NewPasswordForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Where letters may reach you and what you sign in with."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={
            "required": _("Enter an e-mail address that you read"),
            "invalid": _("Enter an e-mail address such as kim@example.org"),
            "max_length": _("Enter an e-mail address of 254 characters or fewer"),
        },
    )
    field_order = ["email", "password"]

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        # Not saved: for the rule that a password is not the name or the address.
        super().__init__(*args, user=User(email=person.email, name=person.name), **kwargs)
        if person.email:
            del self.fields["email"]

    def clean_email(self) -> str:
        """Asked before the password, which must not be the address."""
        email: str = self.cleaned_data["email"]
        self.user.email = email
        return email

    def say_taken(self) -> None:
        """Somebody else has the address."""
        if "email" in self.fields:
            words = _now("Somebody else here has this address. Enter another one that is yours alone")
            self.add_error("email", words)
        else:
            words = _now("There is an account with your address that is not yours. Write to whoever invited you")
            self.add_error(None, words)
