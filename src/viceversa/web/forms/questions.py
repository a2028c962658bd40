"""What a coordinator writes: a question of the programme's own, an identity attribute and its reasons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.people.identity import ASKED_FOR
from viceversa.programmes.identity_questions import IdentityContent, about_age, choice_list
from viceversa.programmes.models import IdentityQuestion, Question
from viceversa.programmes.questions import QuestionContent

MOST_CHOICES = 20
LONGEST_CHOICE = 80
CHOSEN_FROM = (Question.Kind.ONE, Question.Kind.SEVERAL)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(choice_list(text))


def _too_long(choices: tuple[str, ...]) -> list[str]:
    problems = [
        _now("Shorten “%(choice)s…” to %(most)s characters") % {"choice": one[:30], "most": LONGEST_CHOICE}
        for one in choices
        if len(one) > LONGEST_CHOICE
    ]
    if len(choices) > MOST_CHOICES:
        counts = {"most": MOST_CHOICES, "count": len(choices)}
        problems.append(_now("Keep up to %(most)s answers. You wrote %(count)s.") % counts)
    return problems


class QuestionForm(forms.Form):
    words = forms.CharField(
        label=_("The question"),
        max_length=200,
        error_messages={
            "required": _("Enter the question"),
            "max_length": _("Shorten the question to 200 characters"),
        },
    )
    hint = forms.CharField(
        label=_("A hint below it"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Shorten the hint to 200 characters")},
    )
    kind = forms.ChoiceField(
        label=_("How it is answered"),
        widget=forms.RadioSelect,
        choices=[
            ("short", _("A line of text")),
            ("long", _("A few lines of text")),
            ("one", _("One of several answers")),
            ("several", _("Any of several answers")),
            ("scale", _("A scale from 1 to 5")),
            ("yes_no", _("Yes or no")),
        ],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose how it is answered")),
    )
    choices = forms.CharField(
        label=_("The answers, one a line"),
        help_text=_("For a scale: what 1 means and what 5 means, on two lines. Not needed for text, or yes and no."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2_000,
        required=False,
    )
    side = forms.ChoiceField(
        label=_("Who is asked"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose who is asked")),
    )
    required = forms.BooleanField(label=_("Nobody can send their enrolment without an answer"), required=False)
    readers = forms.ChoiceField(
        label=_("Who reads the answers"),
        help_text=_("People read this beside the question, before they answer."),
        widget=forms.RadioSelect,
        choices=[
            ("coordinator", _("The coordinator")),
            ("partner_too", _("The coordinator, and a partner once the two are a pair")),
        ],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose who reads the answers")),
    )

    def __init__(self, data: Any = None, *, leader: str, question: Question | None = None) -> None:
        super().__init__(data, initial=_shown(question))
        side = self.fields["side"]
        assert isinstance(side, forms.ChoiceField)
        side.choices = [
            ("both", _now("Mentors and %(leader)ss") % {"leader": leader}),
            ("mentor", _now("Mentors")),
            ("mentee", _now("%(leader)ss") % {"leader": leader.capitalize()}),
        ]

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"])
        if about_age(words):
            raise forms.ValidationError(
                _now("Ask something else: age, date of birth and generation are never asked for here")
            )
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, lines = data.get("kind"), _lines(data.get("choices", ""))
        problems = _too_long(lines)
        if kind in CHOSEN_FROM and len(lines) < 2:
            problems.append(_now("Write at least two answers, one a line"))
        if kind == Question.Kind.SCALE and len(lines) not in (0, 2):
            problems.append(_now("Write two lines, what 1 means and what 5 means, or none"))
        for words in problems:
            self.add_error("choices", words)
        return data

    @property
    def content(self) -> QuestionContent:
        data = self.cleaned_data
        takes_choices = data["kind"] in (*CHOSEN_FROM, Question.Kind.SCALE)
        return QuestionContent(
            kind=data["kind"],
            side=data["side"],
            words=data["words"],
            hint=data["hint"],
            choices=_lines(data["choices"]) if takes_choices else (),
            required=data["required"],
            readers=data["readers"],
        )


def _shown(question: Question | None) -> dict[str, Any]:
    if question is None:
        return {"side": "both", "readers": "coordinator"}
    names = ("words", "hint", "kind", "side", "required", "readers")
    return {name: getattr(question, name) for name in names} | {"choices": "\n".join(question.choices)}


def suggestions() -> dict[str, tuple[str, list[str]]]:
    """Attributes that programmes ask for most, with answers to begin with."""
    return {
        "gender": (_now("Gender"), [_now("Woman"), _now("Man"), _now("Non-binary")]),
        "ethnicity": (_now("Ethnicity"), []),
        "disability": (_now("Disability"), [_now("Disabled"), _now("Not disabled")]),
        "caring": (_now("Caring for somebody"), [_now("I care for children"), _now("I care for an adult"), _now("No")]),
        "first-generation": (
            _now("First in the family to study"),
            [_now("I am the first"), _now("Somebody before me did"), _now("I did not study")],
        ),
        "lgbtq": (_now("LGBTQ+"), [_now("Yes"), _now("No")]),
    }


class IdentityQuestionForm(forms.Form):
    label = forms.CharField(
        label=_("What is asked"),
        max_length=60,
        error_messages={
            "required": _("Enter what is asked, such as Gender"),
            "max_length": _("Shorten it to 60 characters"),
        },
    )
    choices = forms.CharField(
        label=_("Answers to choose from, one a line"),
        help_text=_("“I prefer not to say” comes first, and own words last, without you writing them."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2_000,
        required=False,
    )
    match = forms.CharField(
        label=_("Why the matching would use it"),
        help_text=_("Pairs of people who differ in it score higher. Leave it empty, and nobody is asked for this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )
    partner = forms.CharField(
        label=_("Why a partner would read it"),
        help_text=_("Once the two are a pair. Leave it empty, and nobody is asked for this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )

    def __init__(self, data: Any = None, *, question: IdentityQuestion | None = None, suggested: str = "") -> None:
        super().__init__(data, initial=_identity_shown(question, suggested))

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"])
        if about_age(label):
            raise forms.ValidationError(
                _now("“%(label)s” is about age or generation, which are never asked for here. Ask something else.")
                % {"label": label}
            )
        return label

    def clean_choices(self) -> tuple[str, ...]:
        lines = _lines(self.cleaned_data["choices"])
        words = _now("“%(choice)s” is about age or generation, which are never asked for here. Take it out.")
        problems = [*_too_long(lines), *(words % {"choice": one} for one in lines if about_age(one))]
        if problems:
            raise forms.ValidationError(problems)
        return lines

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(purpose) for purpose in ASKED_FOR) and not self.errors:
            self.add_error("match", _("Write at least one reason: what nobody uses is not asked for"))
        return data

    @property
    def content(self) -> IdentityContent:
        data = self.cleaned_data
        purposes = {purpose: data[purpose] for purpose in ASKED_FOR if data[purpose]}
        return IdentityContent(data["label"], data["choices"], purposes)


def _identity_shown(question: IdentityQuestion | None, suggested: str) -> dict[str, Any]:
    if question is not None:
        return {"label": question.label, "choices": "\n".join(question.choices)} | dict(question.purposes)
    label, choices = suggestions().get(suggested, ("", []))
    return {"label": label, "choices": "\n".join(choices)}
