"""How somebody wants to be known, what else their programme asks, and what of themself may be used for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.people.identity import IdentitySaid, Purpose, identity_said
from viceversa.people.own_profile import boundaries_of
from viceversa.programmes.enrolment_answers import AboutAnswer, IdentityStepAnswer, QuestionsAnswer
from viceversa.programmes.identity_questions import asked_for, identity_uses
from viceversa.programmes.models import Enrolment, IdentityQuestion, Question
from viceversa.programmes.question_answers import AnswerValue, answers_of
from viceversa.programmes.questions import questions_for

from .enrolment import StepForm
from .you import boundaries_field, pronouns_field

LONGEST_SHORT = 200
LONGEST_LONG = 2_000
OWN_WORDS = "own-words"


class AboutForm(StepForm):
    """Raises ``KeysMissing`` when the boundaries of before cannot be opened; then nothing is shown or saved."""

    preferred_name = forms.CharField(
        label=_("What people call you"),
        max_length=200,
        required=False,
        help_text=_("Where it differs from your given name."),
        error_messages={"max_length": _("Enter a name of 200 characters or fewer.")},
    )
    pronouns = pronouns_field()
    boundaries = boundaries_field()

    def stored(self) -> dict[str, Any]:
        return {
            "preferred_name": self.person.preferred_name,
            "pronouns": self.person.pronouns,
            "boundaries": boundaries_of(self.person),
        }

    @property
    def answer(self) -> AboutAnswer:
        said = self.cleaned_data
        return AboutAnswer(said["preferred_name"], said["pronouns"], said["boundaries"].replace("\r\n", "\n"))


@dataclass(frozen=True)
class AskedQuestion:
    """A question beside its field, for the page."""

    bound: forms.BoundField
    question: Question


class QuestionsForm(StepForm):
    """The programme's own questions, each in the form that its kind asks for."""

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        self.questions = list(questions_for(enrolment))
        self._given = answers_of(enrolment)
        super().__init__(data, enrolment=enrolment)
        for question in self.questions:
            self.fields[_field(question)] = _field_for(question)

    def stored(self) -> dict[str, Any]:
        given = {one: self._given[one.public_id] for one in self.questions if one.public_id in self._given}
        return {_field(one): _typed(one, value) for one, value in given.items()}

    @property
    def asked(self) -> list[AskedQuestion]:
        return [AskedQuestion(self[_field(one)], one) for one in self.questions]

    @property
    def answer(self) -> QuestionsAnswer:
        said = self.cleaned_data
        return QuestionsAnswer({one.public_id: _answer(one, said.get(_field(one))) for one in self.questions})


def _field(question: Question) -> str:
    return f"q_{question.public_id}"


def _field_for(question: Question) -> forms.Field:
    """The field of a question; what is missing is named with the question itself."""
    words = {"required": _now("Answer “%(question)s”") % {"question": question.words}}
    common: dict[str, Any] = {"label": question.words, "help_text": question.hint, "required": question.required}
    if question.kind in (Question.Kind.SHORT, Question.Kind.LONG):
        most = LONGEST_SHORT if question.kind == Question.Kind.SHORT else LONGEST_LONG
        words["max_length"] = _now("Shorten your answer to “%(question)s” to %(most)s characters") % {
            "question": question.words,
            "most": most,
        }
        widget = forms.TextInput() if question.kind == Question.Kind.SHORT else forms.Textarea(attrs={"rows": 4})
        return forms.CharField(max_length=most, widget=widget, error_messages=words, **common)
    words["invalid_choice"] = _now("Choose one of the answers to “%(question)s”") % {"question": question.words}
    if question.kind == Question.Kind.SEVERAL:
        return forms.MultipleChoiceField(
            choices=[(one, one) for one in question.choices],
            widget=forms.CheckboxSelectMultiple,
            error_messages=words,
            **common,
        )
    return forms.ChoiceField(choices=_choices(question), widget=forms.RadioSelect, error_messages=words, **common)


def _choices(question: Question) -> list[tuple[str, str]]:
    if question.kind == Question.Kind.YES_NO:
        found = [("yes", _now("Yes")), ("no", _now("No"))]
    elif question.kind == Question.Kind.SCALE:
        low, high = (*question.choices, "", "")[:2]
        ends = {1: low, 5: high}
        found = [(str(step), f"{step} {ends[step]}" if ends.get(step) else str(step)) for step in range(1, 6)]
    else:
        found = [(one, one) for one in question.choices]
    return found if question.required else [*found, ("", _now("No answer"))]


def _typed(question: Question, value: AnswerValue) -> Any:
    """A kept answer as its field shows it."""
    if question.kind == Question.Kind.YES_NO:
        return "yes" if value else "no"
    return value if question.kind == Question.Kind.SEVERAL else str(value)


def _answer(question: Question, said: Any) -> AnswerValue | None:
    """What was typed, as it is kept; None where nothing was."""
    if not said:
        return None
    if question.kind == Question.Kind.YES_NO:
        return bool(said == "yes")
    if question.kind == Question.Kind.SCALE:
        return int(said)
    if question.kind == Question.Kind.SEVERAL:
        return list(said)
    return str(said).replace("\r\n", "\n")


@dataclass(frozen=True)
class AskedAttribute:
    """An attribute on the page: its answer, and one box a purpose with the programme's own reason."""

    question: IdentityQuestion
    value: forms.BoundField
    own: forms.BoundField
    consents: list[forms.BoundField]


def purpose_words() -> dict[str, Any]:
    """What each consent is for, in the order in which they are asked."""
    return {
        Purpose.MATCH.value: _("Use it for matching"),
        Purpose.PARTNER.value: _("Show it to my partner, once we are a pair"),
        Purpose.COUNTED.value: _("Count it together with the answers of at least nine others"),
    }


class IdentityForm(StepForm):
    """Nothing is chosen beforehand, and "prefer not to say" is the first answer. Raises ``KeysMissing``."""

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        programme = enrolment.cohort.programme
        prefetch_related_objects([programme], "identity_questions")
        self.attributes = [one for one in programme.identity_questions.all() if asked_for(one.purposes)]
        uses = identity_uses(programme)
        self._said = identity_said(enrolment.person, uses=uses, scope=programme.public_id)
        super().__init__(data, enrolment=enrolment)
        for question in self.attributes:
            self._add(question)

    def _add(self, question: IdentityQuestion) -> None:
        choices = [("", _now("I prefer not to say")), *((one, one) for one in question.choices)]
        self.fields[f"{question.attribute}-value"] = forms.ChoiceField(
            label=question.label,
            choices=[*choices, (OWN_WORDS, _now("In my own words"))],
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": _now("Choose one of the answers for “%s”") % question.label},
        )
        self.fields[f"{question.attribute}-own"] = forms.CharField(
            label=_now("Your own words"), max_length=100, required=False
        )
        words = purpose_words()
        for purpose, why in asked_for(question.purposes).items():
            self.fields[f"{question.attribute}-{purpose}"] = forms.BooleanField(
                label=words[purpose], help_text=why, required=False
            )

    def stored(self) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for question in self.attributes:
            said = self._said[question.attribute]
            is_own = bool(said.value) and said.value not in question.choices
            shown[f"{question.attribute}-value"] = OWN_WORDS if is_own else said.value
            shown[f"{question.attribute}-own"] = said.value if is_own else ""
            shown |= {f"{question.attribute}-{purpose}": True for purpose in said.consents}
        return shown

    @property
    def asked(self) -> list[AskedAttribute]:
        return [
            AskedAttribute(
                question=one,
                value=self[f"{one.attribute}-value"],
                own=self[f"{one.attribute}-own"],
                consents=[self[f"{one.attribute}-{each}"] for each in asked_for(one.purposes)],
            )
            for one in self.attributes
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.attributes:
            self._check(question, data)
        return data

    def _check(self, question: IdentityQuestion, data: dict[str, Any]) -> None:
        """An answer without a use would be kept for nothing, and a use without an answer has nothing to use."""
        names = {"label": question.label}
        value, own = data.get(f"{question.attribute}-value", ""), data.get(f"{question.attribute}-own", "")
        if value == OWN_WORDS and not own:
            self.add_error(f"{question.attribute}-own", _now("Write it in your own words, or choose another answer"))
        agreed = self._agreed(question, data)
        if value and not agreed:
            words = _now("Say what “%(label)s” may be used for, or choose “I prefer not to say”")
            self.add_error(f"{question.attribute}-value", words % names)
        if agreed and not value:
            words = _now("Choose an answer for “%(label)s”, or untick what it may be used for")
            self.add_error(f"{question.attribute}-value", words % names)

    def _agreed(self, question: IdentityQuestion, data: dict[str, Any]) -> frozenset[str]:
        return frozenset(each for each in question.purposes if data.get(f"{question.attribute}-{each}"))

    @property
    def answer(self) -> IdentityStepAnswer:
        return IdentityStepAnswer(tuple(self._one(question) for question in self.attributes))

    def _one(self, question: IdentityQuestion) -> IdentitySaid:
        data = self.cleaned_data
        value = data[f"{question.attribute}-value"]
        own = data[f"{question.attribute}-own"]
        return IdentitySaid(question.attribute, own if value == OWN_WORDS else value, self._agreed(question, data))
