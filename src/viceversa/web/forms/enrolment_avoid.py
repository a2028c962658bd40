"""People somebody does not want to be paired with: found by name, named in private.

What is searched for travels in the form's body, never in an address that a log or a history would keep.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.people.models import Person
from viceversa.people.models.person import PersonQuerySet
from viceversa.programmes.enrolment_answers import AvoidAnswer, people_to_avoid
from viceversa.programmes.models import Enrolment

from .enrolment import StepForm

MOST = 20
SHOWN = 10
SHORTEST = 2


class AvoidForm(StepForm):
    """Raises ``KeysMissing`` when what was named before cannot be read; then nothing of it is shown or saved."""

    words = forms.CharField(
        label=_("Find somebody"),
        help_text=_("Part of their name, or their e-mail."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    keep = forms.MultipleChoiceField(
        label=_("You named"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Untick to take out.")
    )
    add = forms.MultipleChoiceField(label=_("Found"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        self.named = people_to_avoid(enrolment.person)
        super().__init__(data, enrolment=enrolment)
        ticked = self._ticked(data)
        self.found = self._find(str(data.get("words", "")) if data else "", besides=ticked)
        self._choices("keep", [(str(each.exclusion), _line(each.name, each.about)) for each in self.named])
        people = [*ticked, *self.found[:SHOWN]]
        self._choices("add", [(person.public_id, _line(person.name, person.job_title)) for person in people])
        self.offered = people

    def stored(self) -> dict[str, Any]:
        return {"keep": [str(each.exclusion) for each in self.named]}

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def _ticked(self, data: Any) -> list[Person]:
        wanted = data.getlist("add")[:MOST] if data else []
        return list(self._others().filter(public_id__in=wanted)) if wanted else []

    def _others(self) -> PersonQuerySet:
        """Everybody who is not the author, and not named yet."""
        named = [each.person_id for each in self.named]
        return Person.objects.exclude(pk=self.person.pk).exclude(person_id__in=named)

    def _find(self, words: str, *, besides: list[Person]) -> list[Person]:
        """A few people with these words in their name or as their address; one more than are shown."""
        if len(words.strip()) < SHORTEST:
            return []
        named = Q()
        for word in words.split()[:5]:
            named &= Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(preferred_name__icontains=word)
        named |= Q(email__iexact=words.strip())
        others = self._others().filter(named).exclude(pk__in=[each.pk for each in besides])
        return list(others[: SHOWN + 1])

    @property
    def search_words(self) -> str:
        """What the page says about the search."""
        words = str(self.data.get("words", "")).strip() if self.is_bound else ""
        if not words:
            return ""
        if len(words) < SHORTEST:
            return _now("Write at least two letters of the name.")
        if not self.found:
            return _now("Nobody else here is called “%(words)s”.") % {"words": words}
        if len(self.found) > SHOWN:
            return _now("More than ten people are called like that. Write more of the name.")
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        count = len(data.get("keep", [])) + len(data.get("add", []))
        if count > MOST:
            words = _now("Name up to %(most)s people. You named %(count)s; talk to the coordinator about the others.")
            self.add_error("words", words % {"most": MOST, "count": count})
        return data

    @property
    def answer(self) -> AvoidAnswer:
        chosen = set(self.cleaned_data["add"])
        fresh = [person for person in self.offered if person.public_id in chosen]
        return AvoidAnswer(keep=frozenset(map(int, self.cleaned_data["keep"])), add=tuple(fresh))


def _line(name: str, about: str) -> str:
    return f"{name}, {about}" if about else name
