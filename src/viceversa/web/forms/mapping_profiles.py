"""Keep a mapping under a name, and change one that is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.people.models import MappingProfile

from .roster_columns import ColumnsForm

MOST_CHARACTERS = 80


class FileColumnsForm(ColumnsForm):
    """The columns of a file, with a name to keep the answers under."""

    save_as = forms.CharField(
        label=_("Keep these answers as"),
        help_text=_("A name such as “Workday, weekly”. The next file with these headings is then read the same way."),
        max_length=MOST_CHARACTERS,
        required=False,
        error_messages={"max_length": _("Choose a name of at most 80 characters")},
    )
    profile = forms.CharField(required=False, widget=forms.HiddenInput, max_length=24)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def version_of(self, name: str) -> int | None:
        """The version of the profile that was read, where the name is still its own."""
        known = MappingProfile.objects.filter(public_id=self.cleaned_data["profile"]).first()
        is_own = known is not None and known.name.casefold() == name.casefold()
        return self.cleaned_data["version"] if is_own else None

    def clean_save_as(self) -> str:
        return " ".join(self.cleaned_data["save_as"].split())


class ProfileForm(ColumnsForm):
    """A kept mapping, without a file beside it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=MOST_CHARACTERS,
        error_messages={"required": _("Enter a name"), "max_length": _("Choose a name of at most 80 characters")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": _("Load the page again")})

    field_order = ("name",)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


def profile_initial(profile: MappingProfile) -> dict[str, Any]:
    return {"name": profile.name, "version": profile.version}
