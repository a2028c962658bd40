"""How people come into a cohort, and people from outside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.programmes.admission import CHOICES, values_of
from viceversa.programmes.models import Admission, Enrolment

MOST_PLACES = 1_000_000
LONGEST_REASON = 300


def _number(label: Any, *, hint: Any = "", least: int, most: int, words: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
    )


def _places(label: Any) -> forms.IntegerField:
    words = _("Enter a whole number of places, 0 or more, or leave it empty for no limit")
    return _number(label, hint=_("Empty: no limit."), least=0, most=MOST_PLACES, words=words)


def _grade(label: Any, hint: Any) -> forms.IntegerField:
    words = _("Enter a whole grade such as 7, or leave it empty")
    return _number(label, hint=hint, least=-(2**31), most=2**31 - 1, words=words)


class AdmissionForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How people come in"),
        choices=[
            (Admission.Way.INVITATION, _("By invitation only")),
            (Admission.Way.OPEN, _("Open: whoever fits is in until the places are full, then there is a wait-list")),
            (Admission.Way.APPROVAL, _("You decide on each application")),
            (Admission.Way.LOTTERY, _("By lot among all who apply, when there are more people than places")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how people come in"), "invalid_choice": _("Choose one of the four")},
    )
    mentee_places = _places(_("Places for those who learn"))
    mentor_places = _places(_("Places for mentors"))
    mentee_grade_least = _grade(
        _("Lowest grade of those who learn"),
        _("Empty: any grade. Who registers below it is told that it is not for them."),
    )
    mentor_grade_most = _grade(_("Highest grade of mentors"), _("Empty: any grade."))
    until_on = forms.DateField(
        label=_("Last day to register"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a day such as 2026-09-30, or leave it empty")},
    )
    outside_welcome = forms.BooleanField(
        label=_("People from outside may register too"),
        help_text=_("You say a word on each of them, whatever the way."),
        required=False,
    )
    tells_managers = forms.BooleanField(
        label=_("Tell line managers the hours"),
        help_text=_(
            "When somebody takes part, their line manager gets a letter: who, how many hours a month, from when "
            "to when. Nothing about the side, the topics or the partner."
        ),
        required=False,
    )

    def __init__(self, data: Any = None, *, admission: Admission) -> None:
        super().__init__(data, initial=values_of(admission))

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CHOICES}


class MoveForm(forms.Form):
    """A place in the wait-list, and why."""

    to = forms.IntegerField(
        label=_("To place"),
        min_value=1,
        max_value=MOST_PLACES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter the place as a whole number, 1 for the first")
        ),
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Kept with the move. Write nothing about health or private life."),
        max_length=LONGEST_REASON,
        error_messages={
            "required": _("Enter why: a move without a reason would not be fair to those who are passed"),
            "max_length": _("Enter a reason of 300 characters or fewer"),
        },
    )


def _text(label: Any, *, words: Any, hint: Any = "", longest: int = 200) -> forms.CharField:
    too_long = _("Enter fewer characters")
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": words, "max_length": too_long},
    )


def side_field(leader: str, *, sides: tuple[str, ...] = ("mentee", "mentor")) -> forms.ChoiceField:
    words = {
        "mentee": _now("to learn, as a %(leader)s") % {"leader": leader},
        "mentor": _now("to teach, as a mentor"),
    }
    choose = _("Choose a side")
    return forms.ChoiceField(
        label=_("Takes part"),
        choices=[(side, words[side]) for side in sides],
        widget=forms.RadioSelect,
        error_messages={"required": choose, "invalid_choice": choose},
    )


class OutsideForm(forms.Form):
    """Somebody from outside, told by whoever adds them."""

    given_name = _text(_("Given name"), words=_("Enter the given name"))
    family_name = _text(_("Family name"), words=_("Enter the family name"))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation goes there."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "max_length"), _("Enter an e-mail address such as kim@example.org")
        ),
    )
    organisation = _text(_("Organisation"), words=_("Enter where they work or study"))
    grade = forms.IntegerField(
        label=_("Grade that comes nearest"),
        help_text=_("On your own scale: the rules of matching need it."),
        min_value=-(2**31),
        max_value=2**31 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a whole grade such as 3")
        ),
    )

    def __init__(self, *args: Any, leader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = side_field(leader)
        self.order_fields(["role", *(name for name in self.fields if name != "role")])

    def say_known(self, name: str) -> None:
        words = _now("%(name)s has this address already. Invite them from the list of people")
        self.add_error("email", words % {"name": name})

    @property
    def told(self) -> dict[str, Any]:
        return dict(self.cleaned_data) | {"role": Enrolment.Role(self.cleaned_data["role"])}


class RegisterForm(forms.Form):
    """A work e-mail address and a side."""

    email = forms.EmailField(
        label=_("Your work e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "max_length"), _("Enter an e-mail address such as kim@example.org")
        ),
    )

    def __init__(self, *args: Any, leader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = side_field(leader)
        self.fields["role"].label = _("I would like")


class OutsiderForm(forms.Form):
    """Who somebody from outside is, told by themself."""

    given_name = _text(_("Your given name"), words=_("Enter your given name"))
    family_name = _text(_("Your family name"), words=_("Enter your family name"))
    organisation = _text(_("Your organisation"), words=_("Enter where you work or study"))


class OwnSideForm(forms.Form):
    """The side, for somebody who is known; only those that fit."""

    def __init__(self, *args: Any, leader: str, sides: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = side_field(leader, sides=tuple(sides))
        self.fields["role"].label = _("I would like")
        if len(sides) == 1:
            self.initial["role"] = sides[0]
