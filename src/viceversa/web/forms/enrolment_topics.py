"""What somebody wants to learn, knows today, or can show: one row a topic, one answer a row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.formats.topics import normal
from viceversa.people.models import Topic
from viceversa.programmes.enrolment_answers import LearnAnswer, OffersAnswer, TodayAnswer
from viceversa.programmes.models import Enrolment
from viceversa.programmes.topic_choice import MENTEE, MENTOR, names_shown, topics_in

from .enrolment import StepForm

NO = "no"
OWN_ROWS = 2
MOST_TO_COMPLETE = 500  # some 15 kB of page
LONGEST_HOPE = 300
FAMILIES: dict[str, Any] = {
    "tool": _("A tool or a skill"),
    "market": _("Customers and markets"),
    "culture": _("What working here is like"),
    "strategy": _("How the house is run"),
}


@dataclass(frozen=True)
class OwnRow:
    """A topic in the person's own words, and its answer."""

    words: forms.BoundField
    level: forms.BoundField


class TopicsForm(StepForm):
    """Rows for the programme's topics of one side, for what the person named before, and for their own words."""

    LEVELS: ClassVar[list[tuple[str, Any]]] = []

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        self.needs_one: Any = ""
        self._levels = self.stored_levels(enrolment)
        self._names = self._topic_names(enrolment)
        super().__init__(data, enrolment=enrolment)
        for key, name in self._names.items():
            self.fields[_field(key)] = self._level_field(name)
            self.initial[_field(key)] = str(self._levels[key][1]) if key in self._levels else NO
        for number in range(1, OWN_ROWS + 1):
            self.fields[f"own_{number}"] = _own_words()
            self.fields[f"own_{number}_level"] = self._level_field(_("How much"))
            self.initial[f"own_{number}_level"] = NO

    def side(self, enrolment: Enrolment) -> str:
        """Which side's topics the page shows."""
        raise NotImplementedError

    def stored_levels(self, enrolment: Enrolment) -> dict[str, tuple[str, int]]:
        """Topic key → name and level that the person gave before."""
        raise NotImplementedError

    def _topic_names(self, enrolment: Enrolment) -> dict[str, str]:
        programme = enrolment.cohort.programme
        side = self.side(enrolment)
        names = names_shown([topic.name for topic in topics_in(programme) if topic.side == side])
        return names | {key: name for key, (name, _level) in self._levels.items() if key not in names}

    def _level_field(self, label: Any) -> forms.ChoiceField:
        words = _("Choose one of the answers")
        return forms.ChoiceField(
            label=label, choices=self.LEVELS, required=False, error_messages={"invalid_choice": words}
        )

    @property
    def rows(self) -> list[forms.BoundField]:
        return [self[_field(key)] for key in self._names]

    @property
    def own_rows(self) -> list[OwnRow]:
        return [OwnRow(self[f"own_{number}"], self[f"own_{number}_level"]) for number in range(1, OWN_ROWS + 1)]

    @property
    def own_words(self) -> tuple[str, ...]:
        """What was written in the person's own words this time."""
        written = (self.cleaned_data.get(f"own_{number}", "") for number in range(1, OWN_ROWS + 1))
        return tuple(words for words in written if words in self.chosen)

    @property
    def known_topics(self) -> list[str]:
        """The catalogue's names that are not on the page, for the browser to complete; none of a large catalogue."""
        names = Topic.objects.listed().exclude(key__in=list(self._names)).order_by("key")
        known = list(names.values_list("name", flat=True)[: MOST_TO_COMPLETE + 1])
        return known if len(known) <= MOST_TO_COMPLETE else []

    @property
    def hints(self) -> dict[str, Any]:
        """Field name → what kind of topic it is; nothing where all are of one kind and it would only repeat."""
        topics = self.enrolment.cohort.programme.topics
        families = {normal(topic["name"]): topic.get("family", "") for topic in topics}
        words = {_field(key): FAMILIES.get(families.get(key, ""), "") for key in self._names}
        return words if len(set(words.values())) > 1 else {}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = {key: data.get(_field(key)) for key in self._names}
        self.chosen = {self._names[key]: int(level) for key, level in chosen.items() if level and level != NO}
        for number in range(1, OWN_ROWS + 1):
            self._add_own(number, data)
        if self.needs_one and not self.chosen and not self.errors:
            self.add_error(_field(next(iter(self._names))) if self._names else "own_1", self.needs_one)
        return data

    def _add_own(self, number: int, data: dict[str, Any]) -> None:
        words, level = data.get(f"own_{number}", ""), data.get(f"own_{number}_level") or NO
        if not words:
            if level != NO:
                self.add_error(f"own_{number}", _("Write the topic that this answer is for"))
            return
        if normal(words) in {normal(name) for name in (*self._names.values(), *self.chosen)}:
            message = _now("“%(topic)s” is on this page already. Answer it there and leave this empty.")
            self.add_error(f"own_{number}", message % {"topic": words})
        elif level == NO:
            message = _now("Choose an answer for “%(topic)s”, or take it out")
            self.add_error(f"own_{number}", message % {"topic": words})
        else:
            self.chosen[words] = int(level)


def _field(key: str) -> str:
    """A field's name that follows from the topic, so that a list that changed meanwhile mixes nothing up."""
    return f"t_{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def _own_words() -> forms.CharField:
    return forms.CharField(
        label=_("Something else, in your own words"),
        max_length=80,
        required=False,
        error_messages={"max_length": _("Shorten it to %(limit_value)d characters. You wrote %(show_value)d.")},
    )


class LearnForm(TopicsForm):
    """What somebody would like to learn. At most one thing is “Most”, so that the matching can keep its word."""

    LEVELS: ClassVar = [(NO, _("Not now")), ("1", _("Curious")), ("2", _("Want")), ("3", _("Most"))]

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        super().__init__(data, enrolment=enrolment)
        if enrolment.role == Enrolment.Role.MENTEE:
            self.needs_one = _("Choose at least one topic that you would like to learn")
        self.fields["hope"] = forms.CharField(
            label=_("What do you hope to be able to do at the end?"),
            help_text=_("Plain words, up to 300 characters. You can leave it empty."),
            widget=forms.Textarea(attrs={"rows": 4}),
            required=False,
        )
        self.initial["hope"] = enrolment.hope

    def side(self, enrolment: Enrolment) -> str:
        """A mentee learns what mentors teach, and the other way round."""
        return MENTOR if enrolment.role == Enrolment.Role.MENTEE else MENTEE

    def stored_levels(self, enrolment: Enrolment) -> dict[str, tuple[str, int]]:
        rows = enrolment.person.wants.order_by("pk").values_list("topic__key", "topic__name", "priority")
        return {key: (name, priority) for key, name, priority in rows}

    def clean_hope(self) -> str:
        hope = str(self.cleaned_data["hope"]).replace("\r\n", "\n")
        if len(hope) > LONGEST_HOPE:
            words = _now("Write what you hope to be able to do, in up to 300 characters. You wrote %(count)s.")
            raise forms.ValidationError(words % {"count": len(hope)})
        return hope

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        most = [(name, _field(key)) for key, name in self._names.items() if data.get(_field(key)) == "3"]
        own = [f"own_{number}" for number in range(1, OWN_ROWS + 1)]
        most += [(data.get(field, ""), field) for field in own if data.get(field) and data.get(f"{field}_level") == "3"]
        words = _now("Choose “Most” for one topic only. “%(topic)s” has it too.")
        for _name, field in most[1:]:
            self.add_error(field, words % {"topic": most[0][0]})
        return data

    @property
    def answer(self) -> LearnAnswer:
        return LearnAnswer(wants=self.chosen, hope=self.cleaned_data["hope"])


class OffersForm(TopicsForm):
    """What somebody can show, and how well they know it."""

    LEVELS: ClassVar = [
        (NO, _("No")),
        ("1", "1"),
        ("2", "2"),
        ("3", "3"),
        ("4", "4"),
        ("5", "5"),
    ]

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        super().__init__(data, enrolment=enrolment)
        if enrolment.role == Enrolment.Role.MENTOR:
            self.needs_one = _("Choose at least one topic that you could show somebody")

    def side(self, enrolment: Enrolment) -> str:
        return MENTOR if enrolment.role == Enrolment.Role.MENTOR else MENTEE

    def stored_levels(self, enrolment: Enrolment) -> dict[str, tuple[str, int]]:
        rows = enrolment.person.offers.order_by("pk").values_list("topic__key", "topic__name", "level")
        return {key: (name, level) for key, name, level in rows}

    @property
    def answer(self) -> OffersAnswer:
        return OffersAnswer(self.chosen)


class TodayForm(StepForm):
    """How well somebody knows today what they want to learn; nobody but the matching uses it."""

    LEVELS: ClassVar = [
        ("0", _("Nothing yet")),
        ("1", _("A little")),
        ("2", _("Some")),
        ("3", _("Quite well")),
        ("4", _("Well")),
    ]

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        rows = enrolment.person.wants.order_by("-priority", "topic__name")
        self._wants = list(rows.values_list("topic__key", "topic__name", "current"))
        super().__init__(data, enrolment=enrolment)
        for key, name, current in self._wants:
            words = _("Choose one of the answers")
            field = forms.ChoiceField(
                label=name, choices=self.LEVELS, required=False, error_messages={"invalid_choice": words}
            )
            self.fields[_field(key)] = field
            self.initial[_field(key)] = str(current)

    @property
    def rows(self) -> list[forms.BoundField]:
        return [self[_field(key)] for key, _name, _current in self._wants]

    @property
    def answer(self) -> TodayAnswer:
        levels = {key: self.cleaned_data[_field(key)] for key, _name, _current in self._wants}
        return TodayAnswer({key: int(level) for key, level in levels.items() if level})
