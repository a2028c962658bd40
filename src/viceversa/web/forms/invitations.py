"""Whom to invite: the filters of the invitation page, and who was ticked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.programmes.candidates import CandidateFilter
from viceversa.programmes.models import Enrolment


def _grade(label: Any) -> forms.IntegerField:
    words = _("Enter a whole grade such as 7")
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label,
        required=False,
        widget=widget,
        min_value=-(2**31),
        max_value=2**31 - 1,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
    )


class CandidateFilterForm(forms.Form):
    side = forms.ChoiceField(
        label=_("Invite as"),
        choices=[],
        required=False,
        error_messages={"invalid_choice": _("Choose whether you invite leaders or mentors")},
    )
    file_role = forms.ChoiceField(
        label=_("In the people file"),
        choices=[],
        required=False,
        error_messages={"invalid_choice": _("Choose a role word of the people file")},
    )
    function = forms.ChoiceField(
        label=_("Function"),
        required=False,
        error_messages={"invalid_choice": _("Choose a function that occurs in the people file")},
    )
    grade_least = _grade(_("Grade at least"))
    grade_most = _grade(_("Grade at most"))
    teaches = forms.CharField(label=_("Could teach"), max_length=120, required=False)
    words = forms.CharField(label=_("Name or number"), max_length=120, required=False)

    def __init__(self, data: Any, *, functions: list[str], leader: str) -> None:
        super().__init__(data)
        self._names: dict[str, dict[str, str]] = {}
        self._choices("side", [("mentee", leader), ("mentor", str(_("mentor")))])
        roles = [("mentor", str(_("mentor"))), ("mentee", leader), ("both", str(_("both")))]
        self._choices("file_role", [("", str(_("Anybody"))), *roles])
        self._choices("function", [("", str(_("Any function"))), *((name, name) for name in functions)])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        self._names[name] = {value: str(words) for value, words in choices}

    @property
    def role(self) -> Enrolment.Role:
        wanted = self.cleaned_data.get("side") if self.is_valid() else ""
        return Enrolment.Role.MENTOR if wanted == "mentor" else Enrolment.Role.MENTEE

    @property
    def asked(self) -> CandidateFilter:
        data = self.cleaned_data if self.is_valid() else {}
        return CandidateFilter(
            words=data.get("words", ""),
            function=data.get("function", ""),
            file_role=data.get("file_role", ""),
            grade_least=data.get("grade_least"),
            grade_most=data.get("grade_most"),
            teaches=data.get("teaches", ""),
        )

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """Each filter that is set, as its label and what was chosen."""
        shown = []
        for name in ("file_role", "function", "grade_least", "grade_most", "teaches", "words"):
            value = self.cleaned_data.get(name)
            if value not in ("", None):
                names = self._names.get(name, {})
                shown.append((str(self.fields[name].label), names.get(value, str(value))))
        return shown

    @property
    def is_narrowed(self) -> bool:
        return self.asked != CandidateFilter()
