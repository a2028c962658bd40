"""The pages of enrolment as forms: each shows what is stored, checks what is typed, and gives one answer."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.formats.cells import CellFault
from viceversa.formats.cells import time_zone as zone_name
from viceversa.formats.topics import distinct
from viceversa.people.languages import name_of, tag_of
from viceversa.programmes.enrolment_answers import (
    Answer,
    InterestsAnswer,
    StyleAnswer,
    TimeAnswer,
)
from viceversa.programmes.models import Enrolment

MOST_PARTNERS = 10
MOST_INTERESTS = 20
LONGEST_INTEREST = 60


class StepForm(forms.Form):
    """One page. ``answer`` only after the form was found to be in order."""

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        self.enrolment = enrolment
        self.person = enrolment.person
        super().__init__(data, initial=self.stored())

    def stored(self) -> dict[str, Any]:
        return {}

    @property
    def answer(self) -> Answer:
        raise NotImplementedError


def _items(text: str) -> tuple[str, ...]:
    """What is separated by commas, semicolons or new lines; each once."""
    pieces = text.replace("\n", ",").replace(";", ",").split(",")
    return distinct(tuple(piece.strip() for piece in pieces if piece.strip()))


class TimeForm(StepForm):
    """When and in which languages somebody can meet, and how many people."""

    languages = forms.CharField(
        label=_("Languages you could hold a meeting in"),
        help_text=_("Separate them with commas, for example English, Polish."),
        max_length=300,
        error_messages={
            "required": _("Enter at least one language that you could hold a meeting in"),
            "max_length": _("Name up to ten languages"),
        },
    )
    time_zone = forms.CharField(
        label=_("Time zone you work in"),
        help_text=_("Begin to type a city, for example Europe/London."),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter your time zone, such as Europe/London"),
            "max_length": _("Enter your time zone, such as Europe/London"),
        },
    )
    hours_from = forms.TimeField(
        label=_("You usually work from"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Enter when you begin to work, such as 09:00")),
    )
    hours_to = forms.TimeField(
        label=_("Until"),
        help_text=_("A night shift may end before it begins."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Enter when you stop working, such as 17:00")),
    )
    capacity = forms.IntegerField(
        label=_("Partners you could take at the same time"),
        help_text=_("Most people choose one."),
        min_value=1,
        max_value=MOST_PARTNERS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a number of partners from 1 to 10")
        ),
    )

    def stored(self) -> dict[str, Any]:
        return {
            "languages": ", ".join(name_of(tag) for tag in self.person.languages),
            "time_zone": self.person.time_zone,
            "hours_from": _clock(self.person.hours_start),
            "hours_to": _clock(self.person.hours_end),
            "capacity": self.enrolment.capacity,
        }

    def clean_languages(self) -> tuple[str, ...]:
        names = _items(self.cleaned_data["languages"])
        unknown = [name for name in names if not tag_of(name)]
        if unknown:
            words = _now("We do not know “%(name)s”. Write the language’s name in English, or its code such as “en”.")
            raise forms.ValidationError([words % {"name": name} for name in unknown])
        return tuple(dict.fromkeys(tag_of(name) for name in names))

    def clean_time_zone(self) -> str:
        typed = self.cleaned_data["time_zone"]
        try:
            return str(zone_name(typed))
        except CellFault as fault:
            near = fault.facts.get("nearest")
            if near:
                words = _now("There is no time zone “%(typed)s”. Did you mean %(near)s?")
                raise forms.ValidationError(words % {"typed": typed, "near": near}) from None
            words = _now("There is no time zone “%(typed)s”. Enter a continent and a city, such as Europe/London.")
            raise forms.ValidationError(words % {"typed": typed}) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("hours_from") and data.get("hours_from") == data.get("hours_to"):
            self.add_error("hours_to", _("Enter an end that differs from the beginning"))
        return data

    @property
    def answer(self) -> TimeAnswer:
        data = self.cleaned_data
        return TimeAnswer(
            languages=data["languages"],
            time_zone=data["time_zone"],
            hours_start=_minutes(data["hours_from"]),
            hours_end=_minutes(data["hours_to"]),
            capacity=data["capacity"],
        )


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


class InterestsForm(StepForm):
    interests = forms.CharField(
        label=_("What do you like besides work?"),
        help_text=_("Separate them with commas, for example choir, allotment, chess."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def stored(self) -> dict[str, Any]:
        return {"interests": ", ".join(self.person.interests)}

    def clean_interests(self) -> tuple[str, ...]:
        interests = _items(self.cleaned_data["interests"])
        problems = [
            _now("Shorten “%(interest)s…” to %(most)s characters") % {"interest": each[:30], "most": LONGEST_INTEREST}
            for each in interests
            if len(each) > LONGEST_INTEREST
        ]
        if len(interests) > MOST_INTERESTS:
            counts = {"most": MOST_INTERESTS, "count": len(interests)}
            problems.append(_now("Keep up to %(most)s interests. You wrote %(count)s.") % counts)
        if problems:
            raise forms.ValidationError(problems)
        return interests

    @property
    def answer(self) -> InterestsAnswer:
        return InterestsAnswer(self.cleaned_data["interests"])


class StyleForm(StepForm):
    """Two scales; whoever answers neither is matched without them."""

    FORMALITY: ClassVar = [
        ("1", _("Very casual")),
        ("2", _("Casual")),
        ("3", _("In between")),
        ("4", _("Formal")),
        ("5", _("Very formal")),
    ]
    STRUCTURE: ClassVar = [
        ("1", _("See what comes")),
        ("2", _("Rough plan")),
        ("3", _("In between")),
        ("4", _("A plan")),
        ("5", _("To the minute")),
    ]
    formality = forms.ChoiceField(label=_("How do you like to talk?"), choices=FORMALITY, required=False)
    structure = forms.ChoiceField(label=_("How do you like a meeting to run?"), choices=STRUCTURE, required=False)

    def stored(self) -> dict[str, Any]:
        formality, structure = self.person.style_formality, self.person.style_structure
        return {"formality": str(formality or ""), "structure": str(structure or "")}

    @property
    def rows(self) -> list[forms.BoundField]:
        return [self["formality"], self["structure"]]

    @property
    def answer(self) -> StyleAnswer:
        data = self.cleaned_data
        return StyleAnswer(
            formality=int(data["formality"]) if data["formality"] else None,
            structure=int(data["structure"]) if data["structure"] else None,
        )
