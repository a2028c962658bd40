"""Forms about who hears concerns, about readiness, about beginning from scratch and about closing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.programmes.beginning import Outline
from viceversa.programmes.models import Cohort
from viceversa.programmes.scratch import LEAST_MEETINGS, MOST_MEETINGS
from viceversa.programmes.self_assessment import QUESTIONS, Word

from .programme_parts import cadence_field, minutes_field, purpose_field
from .programmes import OpenProgrammeForm, text_field, too_long


def _outside_hr(*, unless_told: bool = False) -> forms.BooleanField:
    label = _("Stands outside the line of the HR department")
    return forms.BooleanField(label=label, initial=unless_told, required=False)


class HandlerForm(forms.Form):
    """Choose one of those who hold the role."""

    user = forms.ChoiceField(label=_("Who"), error_messages={"required": _("Choose who hears concerns")})
    is_outside_hr = _outside_hr()

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *people]
        field.error_messages["invalid_choice"] = _("Choose somebody from the list who still holds the role")


class ContactForm(forms.Form):
    """Name somebody outside the organisation."""

    name = text_field(_("Name of the contact"), most=120, missing=_("Enter a name, such as “Employee helpline”"))
    reach = text_field(
        _("How they are reached"),
        most=200,
        missing=_("Enter a number, an address or a web page"),
        hint=_("A telephone number, an e-mail address or a web page."),
    )
    is_outside_hr = _outside_hr(unless_told=True)


class ReadinessForm(forms.Form):
    """The questions that only people can answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(Word.YES.value, _("Yes")), (Word.PARTLY.value, _("Partly")), (Word.NO.value, _("No"))]
        for question in QUESTIONS.values():
            self.fields[question.code] = forms.ChoiceField(
                label=str(question.asks), choices=choices, required=False, widget=forms.RadioSelect
            )

    @property
    def answers(self) -> dict[str, Word]:
        return {code: Word(word) for code, word in self.cleaned_data.items() if word}


class ScratchForm(OpenProgrammeForm):
    """Begin without a playbook."""

    purpose = purpose_field()
    meeting_count = forms.IntegerField(
        label=_("Number of meetings"),
        min_value=LEAST_MEETINGS,
        max_value=MOST_MEETINGS,
        initial=9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-fit": ""}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a number of meetings from 3 to 24")
        ),
    )
    meeting_minutes = minutes_field()
    cadence_days = cadence_field()
    field_order = ["name", "purpose", "cohort_name", "starts_on", "kind", "ends_on", "pair_months"]

    @property
    def outline(self) -> Outline:
        names = ("purpose", "meeting_count", "meeting_minutes", "cadence_days")
        return Outline(**{name: self.cleaned_data[name] for name in names})


class ClosingForm(forms.Form):
    """What happens to pairs that run."""

    pairs_end = forms.ChoiceField(
        label=_("Pairs that run"),
        choices=[
            (Cohort.PairsEnd.ON_THEIR_DAY.value, _("go on until their last day, as they were told")),
            (Cohort.PairsEnd.NOW.value, _("end today; both get a kind letter, and keep their own notes")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens to the pairs that run")},
    )

    @property
    def choice(self) -> Cohort.PairsEnd:
        return Cohort.PairsEnd(self.cleaned_data["pairs_end"])


class LaunchForm(forms.Form):
    """Why a programme is launched though the check says not yet."""

    acknowledgement = forms.CharField(
        label=_("Why you launch it all the same"),
        help_text=_("It is kept with the launch, with your name and the day, for you and the other coordinators."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write why you launch it though the check says not yet"),
            "max_length": too_long(_("Why you launch it all the same")),
        },
    )
