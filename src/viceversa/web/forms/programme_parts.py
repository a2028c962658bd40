"""Forms of the parts of a programme's design, one page each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.formats.topics import distinct
from viceversa.programmes.design_parts import Part, values_of
from viceversa.programmes.models import Programme
from viceversa.programmes.scratch import LEAST_MEETINGS, MOST_MEETINGS, Meeting
from viceversa.programmes.survey_plan import INSTRUMENTS, WAVE_WORDS, Wave

from .programmes import CohortForm, text_field, too_long

MOST_TOPICS = 40
LONGEST_TOPIC = 80
FURTHEST_DAY = 1200


def _long(label: Any, *, missing: Any, hint: Any = "", rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing, "max_length": too_long(label)},
    )


def _whole(label: Any, *, low: int, high: int, words: Any, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=low,
        max_value=high,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-fit": ""}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
    )


def minutes_field() -> forms.IntegerField:
    words = _("Enter a number of minutes from 15 to 240")
    return _whole(_("Minutes in a meeting"), low=15, high=240, words=words)


def cadence_field() -> forms.IntegerField:
    words = _("Enter a number of days from 5 to 92")
    hint = _("30 is about once a month. Whoever waits much longer stands on your list of who needs you.")
    return _whole(_("Days between two meetings"), low=5, high=92, words=words, hint=hint)


def purpose_field() -> forms.CharField:
    return _long(
        _("Purpose"),
        hint=_("What it is for, in two or three sentences that a tired leader would read."),
        missing=_("Write what the programme is for"),
    )


class PartForm(forms.Form):
    """A form that is drawn from a part's values and gives them back."""

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        self.programme = programme
        super().__init__(*args, **kwargs)

    @classmethod
    def shown(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(values)

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PurposeForm(PartForm):
    name = text_field(_("Name of the programme"), most=120, missing=_("Enter a name for the programme"))
    purpose = purpose_field()
    mentee_word = text_field(
        _("Your word for those who learn"),
        most=40,
        missing=_("Enter a word such as “leader”"),
        hint=_("Shown everywhere instead of “mentee”: leader, executive, consultant …"),
    )


class DatesForm(PartForm, CohortForm):
    field_order = ["cohort_name", "starts_on", "kind", "ends_on", "pair_months"]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.field_order}


class TopicsForm(PartForm):
    topics_of_mentors = forms.CharField(
        label=_("Topics that mentors teach"),
        help_text=_("One a line. People see them first when they enrol, and may add their own."),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write at least one topic that mentors teach")},
    )
    topics_of_mentees = forms.CharField(
        label=_("Topics that come back from the other side"),
        help_text=_("One a line. What the mentors get in return."),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )

    @classmethod
    def shown(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: "\n".join(names) for name, names in values.items()}

    def clean_topics_of_mentors(self) -> tuple[str, ...]:
        return _topics(self.cleaned_data["topics_of_mentors"])

    def clean_topics_of_mentees(self) -> tuple[str, ...]:
        return _topics(self.cleaned_data["topics_of_mentees"])


def _topics(text: str) -> tuple[str, ...]:
    topics = distinct(tuple(line.strip() for line in text.splitlines() if line.strip()))
    problems = [
        _now("Shorten “%(topic)s…” to %(most)s characters") % {"topic": topic[:30], "most": LONGEST_TOPIC}
        for topic in topics
        if len(topic) > LONGEST_TOPIC
    ]
    if len(topics) > MOST_TOPICS:
        counts = {"most": MOST_TOPICS, "count": len(topics)}
        problems.append(_now("Keep up to %(most)s topics. You wrote %(count)s.") % counts)
    if problems:
        raise forms.ValidationError(problems)
    return topics


class ConsentForm(PartForm):
    consent_text = _long(
        _("What people agree to when they enrol"),
        hint=_("In plain words, in the first person. Whoever agreed to other words before is asked again."),
        missing=_("Write what people agree to"),
        rows=14,
    )


class LimitsForm(PartForm):
    limits_text = _long(
        _("Where confidentiality ends"),
        hint=_("Both read it before their first meeting. Say what is passed on, to whom, and that nothing else is."),
        missing=_("Write where confidentiality ends"),
        rows=14,
    )


class SurveysForm(PartForm):
    """For each wave, which sets of questions are asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.name} ({one.hint})") for one in INSTRUMENTS.values()]
        for wave in Wave:
            self.fields[wave.value] = forms.MultipleChoiceField(
                label=str(WAVE_WORDS[wave]), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )

    @classmethod
    def shown(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(values["survey_plan"])

    @property
    def values(self) -> dict[str, Any]:
        return {"survey_plan": {wave.value: list(self.cleaned_data[wave.value]) for wave in Wave}}


class RhythmForm(PartForm):
    """Length and distance of the meetings, and each of them: its title, its day, and whether it is kept.

    Once a programme is launched, pairs go by the plan's places: then none is taken out, and a new one comes last.
    """

    meeting_minutes = minutes_field()
    cadence_days = cadence_field()
    has_trial = forms.TypedChoiceField(
        label=_("Trial"),
        help_text=_("After the first meeting each side says in private whether they go on or want another partner."),
        choices=[("yes", _("Every pair begins on trial")), ("no", _("Pairs go on without being asked"))],
        coerce=lambda word: word == "yes",
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose whether pairs begin on trial")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, plan in enumerate(self._plans()):
            self.fields[f"title_{place}"] = text_field(
                _("Title"), most=120, missing=_now("Enter a title for meeting %(number)s") % {"number": place + 1}
            )
            self.fields[f"day_{place}"] = _day(place + 1)
            self.initial.setdefault(f"title_{place}", plan["title"])
            self.initial.setdefault(f"day_{place}", plan["day"])
            if not self.is_fixed and len(self._plans()) > LEAST_MEETINGS:
                self.fields[f"drop_{place}"] = forms.BooleanField(label=_("Leave it out"), required=False)
        if len(self._plans()) < MOST_MEETINGS:
            self.fields["new_title"] = forms.CharField(
                label=_("Title of one more meeting"), max_length=120, required=False
            )
            self.fields["new_day"] = _day(0, required=False)

    def _plans(self) -> Sequence[Meeting]:
        plans: list[Meeting] = self.programme.meetings
        return plans

    @property
    def is_fixed(self) -> bool:
        return self.programme.state != Programme.State.DRAFT

    @classmethod
    def shown(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: values[name] for name in ("meeting_minutes", "cadence_days")}
        return told | {"has_trial": "yes" if values["has_trial"] else "no"}

    @property
    def rows(self) -> list[tuple[int, BoundField, BoundField, BoundField | None]]:
        """Number, title, day and the tick that leaves it out, for the page."""
        return [
            (
                place + 1,
                self[f"title_{place}"],
                self[f"day_{place}"],
                self[f"drop_{place}"] if f"drop_{place}" in self.fields else None,
            )
            for place in range(len(self._plans()))
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rows = self._rows(data)
        if data.get("new_title") and data.get("new_day") is None and "new_day" not in self.errors:
            self.add_error("new_day", _("Enter the day of the new meeting"))
        if data.get("new_day") is not None and not data.get("new_title"):
            self.add_error("new_title", _("Enter a title for the new meeting"))
        if not self.errors:
            self._check_rows(rows)
        data["meetings"] = rows
        return data

    def _rows(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = [
            {"title": data.get(f"title_{place}"), "day": data.get(f"day_{place}"), "of": place}
            for place in range(len(self._plans()))
            if not data.get(f"drop_{place}")
        ]
        if data.get("new_title") and data.get("new_day") is not None:
            rows.append({"title": data["new_title"], "day": data["new_day"], "of": None})
        if not self.is_fixed and all(row["day"] is not None for row in rows):
            rows.sort(key=itemgetter("day"))
        return rows

    def _check_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        days = [row["day"] for row in rows]
        if len(rows) < LEAST_MEETINGS:
            self.add_error(None, _now("Keep at least %(least)s meetings") % {"least": LEAST_MEETINGS})
        if len(set(days)) < len(days):
            self.add_error(None, _("Two meetings are on the same day. Give each its own."))
        elif self.is_fixed and days != sorted(days):
            words = _("Pairs already go by this plan: keep the meetings in their order, and add a new one at the end.")
            self.add_error(None, words)

    @property
    def values(self) -> dict[str, Any]:
        names = ("meeting_minutes", "cadence_days", "meetings")
        told = {name: self.cleaned_data[name] for name in names}
        has_trial = self.cleaned_data["has_trial"]
        return told if has_trial is None else told | {"has_trial": has_trial}


def _day(number: int, *, required: bool = True) -> forms.IntegerField:
    words = (
        _("Enter a day from 0 to 1200") if not number else _now("Enter a day from 0 to 1200 for meeting %s") % number
    )
    field = _whole(_("Day"), low=0, high=FURTHEST_DAY, words=words)
    field.required = required
    return field


FORMS: Mapping[Part, type[PartForm]] = {
    Part.PURPOSE: PurposeForm,
    Part.DATES: DatesForm,
    Part.RHYTHM: RhythmForm,
    Part.TOPICS: TopicsForm,
    Part.CONSENT: ConsentForm,
    Part.LIMITS: LimitsForm,
    Part.SURVEYS: SurveysForm,
}


def form_of(programme: Programme, *, part: Part, data: Any = None) -> PartForm:
    """The part's form, filled with what stands there; ``data`` is what was sent."""
    kind = FORMS[part]
    return kind(data, initial=kind.shown(values_of(programme, part=part)), programme=programme)
