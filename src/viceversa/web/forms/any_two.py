"""Two people whom a coordinator names in their own words: a name, a part of it, or a number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from viceversa.pairing.any_two import people_called
from viceversa.people.models import Person


class PersonNamed(forms.CharField):
    """Cleans to the one person whom the words name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=100, **more)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        found = people_called(words)
        if not found:
            told = _("Nobody is called “%(words)s”, and nobody has that number; look under People")
            raise ValidationError(told, code="nobody", params={"words": words})
        if len(found) > 1:
            told = _("“%(words)s” names several: %(several)s. Enter the number of one")
            several = ", ".join(f"{one.name} ({one.person_id})" for one in found)
            raise ValidationError(told, code="several", params={"words": words, "several": several})
        return found[0]


class AnyTwoForm(forms.Form):
    one = PersonNamed(label=_("One person"), error_messages={"required": _("Enter a name or number")})
    other = PersonNamed(label=_("Another person"), error_messages={"required": _("Enter another name or number")})

    def two(self) -> tuple[Person, Person]:
        return self.cleaned_data["one"], self.cleaned_data["other"]
