"""What a coordinator decides about two people of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from viceversa.formats.caps import MAX_UPLOAD_BYTES
from viceversa.journey.kept import kept
from viceversa.pairing.actions import LIFT
from viceversa.pairing.models import MatchRun, PairDecision
from viceversa.programmes.models import Cohort, Enrolment

from .any_two import PersonNamed
from .long_select import LongSelect


class EnrolmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The name, and the job title where there is one: names occur twice."""

    widget = LongSelect
    listed: Mapping[str, Enrolment] = {}
    """Read already for the list to choose from."""

    def to_python(self, value: Any) -> Any:
        return self.listed.get(value) or super().to_python(value)

    def label_from_instance(self, obj: Any) -> str:
        return told_in_a_list(obj)


def told_in_a_list(enrolment: Enrolment) -> str:
    person = enrolment.person
    return f"{person.name}, {person.job_title}" if person.job_title else str(person.name)


BY_NAME = ("person__family_name", "person__given_name", "pk")

MOST_LISTED = 100
"""People of one side in one list to choose from; of more, those whose names were looked for."""

MOST_WORDS = 5


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

    lists_people = True

    def __init__(
        self, data: Any, *, run: MatchRun, now: datetime, find: str = "", chosen: Collection[str | None] = ()
    ) -> None:
        super().__init__(data)
        word = run.cohort.programme.mentee_word
        asked = [data.get(name) for name in ("mentor", "mentee")] if data is not None else []
        listed = Q(state__in=Enrolment.TAKING_PART) | Q(public_id__in=[one for one in asked if one])
        people = Enrolment.objects.filter(listed, cohort=run.cohort).select_related("person")
        people = people.order_by(*BY_NAME)
        for name in ("mentor", "mentee"):
            field = self.fields[name]
            assert isinstance(field, EnrolmentChoice)
            field.queryset = people.filter(role=name)
        self.fields["mentee"].label = word[:1].upper() + word[1:]
        self.fields["mentee"].empty_label = _("Choose a %(leader)s") % {"leader": word}  # type: ignore[attr-defined]
        self.is_long = False
        if self.lists_people:
            first = {one for one in (*asked, *chosen) if one}
            self._list(run.cohort, find=find.replace("\0", ""), first=first, asked=asked, now=now)

    def _list(
        self, cohort: Cohort, *, find: str, first: Collection[str], asked: Collection[str | None], now: datetime
    ) -> None:
        """Everybody of a small cohort; of a large one the first names, or those looked for. ``first`` always."""
        fields: dict[str, Any] = {name: self.fields[name] for name in ("mentor", "mentee")}
        people = [field.queryset.filter(public_id__in=first) for field in fields.values()]
        loaded: dict[str, Enrolment] = {}

        def by_name() -> Names:
            found = _by_name([*people, *(_first_names(field.queryset, find=find) for field in fields.values())])
            loaded.update({one.public_id: one for one in found})
            of = {name: [one for one in found if one.role == name] for name in fields}
            is_long = any(len(rows) > MOST_LISTED for rows in of.values())
            told = {name: [(one.public_id, told_in_a_list(one)) for one in rows] for name, rows in of.items()}
            return Names({name: tuple(rows[:MOST_LISTED]) for name, rows in told.items()}, is_long)

        names = by_name() if find else kept("names", cohort, now=now, count=by_name, is_large=_is_long).value
        if first and not loaded:
            loaded.update({one.public_id: one for one in _named(cohort, first) if _may_be_listed(one, asked)})
        self.is_long = bool(find) or names.is_long
        for name, field in fields.items():
            field.listed = {key: one for key, one in loaded.items() if one.role == name}
            told = [(key, told_in_a_list(one)) for key, one in field.listed.items() if key in first]
            others = [one for one in names.by_role[name] if one not in told]
            field.choices = [("", field.empty_label), *told, *others]


@dataclass(frozen=True)
class Names:
    """Keys and names to choose from, by role; ``is_long`` where there are more than these."""

    by_role: Mapping[str, tuple[tuple[str, str], ...]]
    is_long: bool


def _is_long(names: Names) -> bool:
    return names.is_long


def _named(cohort: Cohort, public_ids: Collection[str]) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(cohort=cohort, public_id__in=public_ids).select_related("person").order_by(*BY_NAME)


def _may_be_listed(enrolment: Enrolment, asked: Collection[str | None]) -> bool:
    """As the fields' own querysets say it: whoever takes part, and whoever the page was asked about."""
    return enrolment.state in Enrolment.TAKING_PART or enrolment.public_id in asked


def _first_names(people: Any, *, find: str) -> Any:
    for word in find.split()[:MOST_WORDS]:
        named = Q(person__given_name__icontains=word) | Q(person__family_name__icontains=word)
        people = people.filter(named | Q(person__person_id__iexact=word))
    return people[: MOST_LISTED + 1]


def _by_name(several: Collection[Any]) -> list[Enrolment]:
    """All of these, by one query, whatever each is sliced to."""
    chosen = Q(pk__in=[])
    for people in several:
        chosen |= Q(pk__in=people.values("pk"))
    return list(Enrolment.objects.filter(chosen).select_related("person").order_by(*BY_NAME))


class OneForm(forms.Form):
    """Somebody of the run's cohort, by name or number, in the role in which a partner is sought."""

    named = PersonNamed(
        label=_("For whom"),
        help_text=_("By name or number. Of somebody in both roles, the one who learns comes first."),
        error_messages={"required": _("Enter a name or number")},
    )

    def __init__(self, data: Any, *, run: MatchRun) -> None:
        super().__init__(data)
        self.cohort = run.cohort

    def clean_named(self) -> Enrolment:
        person = self.cleaned_data["named"]
        rows = Enrolment.objects.filter(cohort=self.cohort, person=person).select_related("person")
        found = sorted(rows, key=lambda one: (one.state not in Enrolment.TAKING_PART, one.role != "mentee"))
        if not found:
            words = _("%(name)s is not enrolled in %(cohort)s; invite them first")
            raise forms.ValidationError(words, params={"name": person.name, "cohort": self.cohort.name})
        return found[0]


class DecisionForm(TwoForm):
    lists_people = False
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
        if file.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is too large; take one that the run gave."))
        return file
