"""What somebody may change about themself: their account, their profile, who acts for them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.accounts.models import User
from viceversa.people.models import Person

from .long_select import LongSelect
from .sign_in import address_field

MOST_IN_A_LIST = 30
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
LONGEST_DELEGATION = timedelta(days=366)


def zone_choices(*, empty: str) -> list[tuple[str, str]]:
    """Every zone that people live in; no abbreviations and no fixed offsets, which know no summer time."""
    return [("", empty), ("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in _zones())]


@cache
def _zones() -> list[str]:
    """Read once: looking through the machine's zones takes longer than most pages."""
    regions = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return sorted(zone for zone in available_timezones() if zone.split("/")[0] in regions)


class AccountForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("How we greet you and how letters address you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": _("Enter a name of 200 characters or fewer.")},
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Times on every page and in every letter are told in it.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), required=False, choices=[("", _now("The installation’s own")), *settings.LANGUAGES]
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=zone_choices(empty=_now("As in your profile")),
            widget=LongSelect,
            help_text=_("Times on every page and in every letter are told in it."),
            error_messages={"invalid_choice": _("Choose a time zone from the list.")},
        )


def _lines(text: str) -> list[str]:
    """One item a line or between semicolons, trimmed, each once."""
    items = [" ".join(item.split()) for item in re.split(r"[;\n]", text)]
    return list(dict.fromkeys(item for item in items if item))


def pronouns_field() -> forms.CharField:
    return forms.CharField(
        label=_("Pronouns"),
        max_length=40,
        required=False,
        help_text=_("Beside your name wherever a partner reads it, for example she/her or they/them."),
        error_messages={"max_length": _("Enter pronouns of 40 characters or fewer.")},
    )


def boundaries_field() -> forms.CharField:
    return forms.CharField(
        label=_("What you do not want to be asked about"),
        required=False,
        help_text=_("Topics, in your own words. A partner reads them once you are a pair."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        error_messages={"max_length": _("Enter 2,000 characters or fewer.")},
    )


class ProfileForm(forms.Form):
    """``boundaries`` is None where they cannot be opened: then the page asks nothing about them and keeps them."""

    preferred_name = forms.CharField(
        label=_("What people call you"),
        max_length=200,
        required=False,
        help_text=_("Where it differs from your given name."),
        error_messages={"max_length": _("Enter a name of 200 characters or fewer.")},
    )
    pronouns = pronouns_field()
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, widget=LongSelect)
    hours_start = forms.TimeField(
        label=_("Your day begins"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Enter when your day begins, such as 09:00."),
            "invalid": _("Enter when your day begins as a time, such as 09:00."),
        },
    )
    hours_end = forms.TimeField(
        label=_("Your day ends"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("A day that ends before it begins runs past midnight."),
        error_messages={
            "required": _("Enter when your day ends, such as 17:00."),
            "invalid": _("Enter when your day ends as a time, such as 17:00."),
        },
    )
    languages = forms.CharField(
        label=_("Languages you would talk in"),
        required=False,
        help_text=_("Short tags, one a line: en, de, pt-BR."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=600,
        error_messages={"max_length": _("Enter 600 characters or fewer.")},
    )
    interests = forms.CharField(
        label=_("What you like to do and talk about"),
        required=False,
        help_text=_("One a line. What two people share makes the first meeting easier."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3_000,
        error_messages={"max_length": _("Enter 3,000 characters or fewer.")},
    )
    style_formality = forms.ChoiceField(label=_("How formal you like it"), required=False, widget=forms.RadioSelect)
    style_structure = forms.ChoiceField(label=_("How planned you like it"), required=False, widget=forms.RadioSelect)
    boundaries = boundaries_field()

    def __init__(self, *args: Any, person: Person, boundaries: str | None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "pronouns": person.pronouns,
            "preferred_name": person.preferred_name,
            "time_zone": person.time_zone,
            "hours_start": _clock(person.hours_start),
            "hours_end": _clock(person.hours_end),
            "languages": "\n".join(person.languages),
            "interests": "\n".join(person.interests),
            "style_formality": str(person.style_formality or ""),
            "style_structure": str(person.style_structure or ""),
            "boundaries": boundaries or "",
        }
        super().__init__(*args, **kwargs)
        if boundaries is None:
            del self.fields["boundaries"]
        self._choose("time_zone", zone_choices(empty=_now("Not said")))
        formal = [_now("Quite informal"), _now("Rather informal"), _now("In between"), _now("Rather formal")]
        planned = [_now("See where it goes"), _now("A loose thread"), _now("In between"), _now("A clear agenda")]
        self._choose("style_formality", _scale([*formal, _now("Quite formal")]))
        self._choose("style_structure", _scale([*planned, _now("Planned to the minute")]))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = _now("Choose one from the list.")

    def clean_languages(self) -> list[str]:
        tags = _lines(self.cleaned_data["languages"].replace(",", "\n"))
        strange = [tag for tag in tags if not LANGUAGE_TAG.fullmatch(tag)]
        if strange:
            raise ValidationError(
                _now("“%(tag)s” is not a language tag. Enter tags such as en, de or pt-BR, one a line.")
                % {"tag": strange[0][:40]}
            )
        return _not_too_many(tags)

    def clean_interests(self) -> list[str]:
        return _not_too_many(_lines(self.cleaned_data["interests"]))


def _scale(words: list[str]) -> list[tuple[str, str]]:
    return [("", _now("Not said")), *((str(step), word) for step, word in enumerate(words, start=1))]


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _not_too_many(items: list[str]) -> list[str]:
    if len(items) > MOST_IN_A_LIST:
        raise ValidationError(_now("Enter %(most)s or fewer.") % {"most": MOST_IN_A_LIST})
    return items


class DelegationForm(forms.Form):
    name = forms.CharField(
        label=_("Their name"),
        max_length=200,
        error_messages={
            "required": _("Enter their name, as your partner would know it."),
            "max_length": _("Enter a name of 200 characters or fewer."),
        },
    )
    email = address_field(_("Their e-mail address"))
    until = forms.DateField(
        label=_("Until"),
        help_text=_("At most a year. You can end it earlier at any time."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the last day on which they act for you."),
            "invalid": _("Enter the last day as a date, such as 2027-03-31."),
        },
    )

    def __init__(self, *args: Any, by: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.today = by, today

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).strip().lower()
        if address == self.by.email:
            raise ValidationError(_now("This is your own address. Enter the address of somebody else."))
        return address

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise ValidationError(_now("Enter a day after today."))
        if until > self.today + LONGEST_DELEGATION:
            raise ValidationError(_now("Enter a day within a year from today."))
        return until
