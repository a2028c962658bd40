"""What a coordinator decides about two people of a run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from viceversa.formats.caps import MAX_FILE_BYTES
from viceversa.pairing.actions import LIFT
from viceversa.pairing.models import MatchRun, PairDecision
from viceversa.programmes.models import Enrolment


class EnrolmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The name, and the job title where there is one: names occur twice."""

    def label_from_instance(self, obj: Any) -> str:
        person = obj.person
        return f"{person.name}, {person.job_title}" if person.job_title else str(person.name)


class TwoForm(forms.Form):
    """A mentor and a mentee of the run's cohort: whoever takes part, and whoever the page was asked about."""

    mentor = EnrolmentChoice(
        label=_("Mentor"),
        queryset=Enrolment.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose a mentor"),
        error_messages={"required": _("Choose a mentor"), "invalid_choice": _("Choose a mentor of this cohort")},
    )
    mentee = EnrolmentChoice(
        queryset=Enrolment.objects.none(),
        to_field_name="public_id",
        error_messages={"required": _("Choose who learns"), "invalid_choice": _("Choose somebody of this cohort")},
    )

    def __init__(self, data: Any, *, run: MatchRun) -> None:
        super().__init__(data)
        word = run.cohort.programme.mentee_word
        asked = [data.get(name) for name in ("mentor", "mentee")] if data is not None else []
        listed = Q(state__in=Enrolment.TAKING_PART) | Q(public_id__in=[one for one in asked if one])
        people = Enrolment.objects.filter(listed, cohort=run.cohort).select_related("person")
        people = people.order_by("person__family_name", "person__given_name", "pk")
        for name in ("mentor", "mentee"):
            field = self.fields[name]
            assert isinstance(field, EnrolmentChoice)
            field.queryset = people.filter(role=name)
        self.fields["mentee"].label = word[:1].upper() + word[1:]
        self.fields["mentee"].empty_label = _("Choose a %(leader)s") % {"leader": word}  # type: ignore[attr-defined]


class DecisionForm(TwoForm):
    kind = forms.ChoiceField(choices=[*PairDecision.Kind.choices, (LIFT, LIFT)])
    reason = forms.CharField(required=False, max_length=1000)


class SwapForm(TwoForm):
    """Who gets which mentor, and why in the coordinator's own words."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("For yourself and the other coordinators of this programme. Nobody else reads it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("Write at most 1,000 characters")},
    )


class CorrectionForm(forms.Form):
    file = forms.FileField(
        label=_("The corrected file"),
        help_text=_(
            "The workbook or CSV that the run gave, with mentor_id and mentee_id; rows changed, added, removed."
        ),
        error_messages={"required": _("Choose a file"), "empty": _("The file is empty; choose another")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is too large; take one that the run gave."))
        return file
