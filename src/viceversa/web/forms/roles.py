"""Give somebody a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.accounts.access import Role
from viceversa.programmes.models import Programme

NEEDS_PROGRAMME = frozenset({Role.SPONSOR})
MAY_HAVE_PROGRAMME = frozenset({Role.COORDINATOR, Role.SPONSOR})

ROLES = (
    (Role.COORDINATOR.value, _("Coordinator: runs a programme, or begins one")),
    (Role.SPONSOR.value, _("Sponsor: reads how a programme goes")),
    (Role.ANALYST.value, _("Analyst: reads the facts of all programmes")),
    (Role.ADMINISTRATOR.value, _("Administrator: looks after the installation")),
    (Role.PRIVACY_OFFICER.value, _("Privacy officer: reads who did what")),
    (Role.HANDLER.value, _("Handler: receives concerns")),
)


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a role")), *ROLES],
        error_messages={"required": _("Choose a role"), "invalid_choice": _("Choose a role from the list")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("They get a letter. Somebody new chooses a password with the link in it."),
        error_messages={
            "required": _("Enter an e-mail address"),
            "invalid": _("Enter an e-mail address like ada@example.com"),
            "max_length": _("Enter an e-mail address of at most 254 characters"),
        },
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("Only for somebody who is new here."),
        error_messages={"max_length": _("Enter a name of at most 200 characters")},
    )
    programme = forms.ChoiceField(
        label=_("Programme"),
        required=False,
        help_text=_("Always for a sponsor. A coordinator without one may begin programmes. None for the others."),
        error_messages={"invalid_choice": _("Choose a programme from the list")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Programme.objects.order_by("name", "pk").values_list("public_id", "name")
        programme = self.fields["programme"]
        assert isinstance(programme, forms.ChoiceField)
        programme.choices = [("", _("No programme")), *rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, programme = cleaned.get("role"), cleaned.get("programme")
        if not role or programme is None:
            return cleaned
        if Role(role) in NEEDS_PROGRAMME and not programme:
            self.add_error("programme", _("Choose the programme that this sponsor may read"))
        if Role(role) not in MAY_HAVE_PROGRAMME and programme:
            self.add_error("programme", _("Choose “No programme”: this role is for the whole installation"))
        return cleaned
