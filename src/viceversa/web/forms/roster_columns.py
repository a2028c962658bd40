"""What the columns of a people file mean: one choice a column, the meaning of its values, and what holds for all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from viceversa.accounts.numbers import filled
from viceversa.formats.dates import guess_date_form
from viceversa.formats.grades import grade_order
from viceversa.formats.headings import topic_in
from viceversa.formats.mapping import DATE_COLUMNS, HERE, LEFT, SEVERAL_COLUMNS, ColumnUse, FileMapping
from viceversa.formats.meanings import ROLE_WORDS, STATUS_WORDS
from viceversa.formats.topics import normal
from viceversa.people.column_words import COLUMN_WORDS

from .mapping_columns import MOST_LABELS, SECRET, UNSEEN, VALUED, Column

NOT_TAKING_PART = "none"
# Instead of a column that tells people apart.
MAKE_NUMBERS = "make"
LARGEST = 1_000_000

TARGET_CHOICES: list[tuple[str, str | Promise]] = [("", _("Leave out")), *COLUMN_WORDS.items()]
ROLE_CHOICES: list[tuple[str, str | Promise]] = [
    ("", _("Choose")),
    ("mentor", _("Mentor")),
    ("mentee", _("Leader")),
    ("both", _("Both")),
    (NOT_TAKING_PART, _("Does not take part")),
]
STATUS_CHOICES: list[tuple[str, str | Promise]] = [("", _("Choose")), (HERE, _("Works here")), (LEFT, _("Has left"))]
DATE_CHOICES: list[tuple[str, str | Promise]] = [
    ("", _("Choose")),
    ("day_first", _("Day first, 31/12")),
    ("month_first", _("Month first, 12/31")),
]
ROLE_OF_ALL: list[tuple[str, str | Promise]] = [
    ("", _("Nothing, until somebody says so")),
    ("mentor", _("A mentor")),
    ("mentee", _("A leader")),
    ("both", _("Both")),
]


class ColumnsForm(forms.Form):
    """Choices start from the mapping given; ``mapping()`` is what was chosen."""

    key = forms.ChoiceField(
        label=_("What tells people apart"),
        help_text=_("It finds the same person in the next file."),
        required=False,
    )
    role = forms.ChoiceField(
        label=_("Whoever has no role in the file is"),
        help_text=_("For a list of mentors alone, or of leaders alone."),
        choices=ROLE_OF_ALL,
        required=False,
    )
    grade = forms.IntegerField(
        label=_("Whoever has no grade in the file has"),
        help_text=_("A whole number, higher for more senior. Empty: no grade."),
        min_value=-LARGEST,
        max_value=LARGEST,
        required=False,
        error_messages={"invalid": _("Enter a whole number, or nothing")},
    )

    def __init__(self, data: Any = None, *, columns: list[Column], mapping: FileMapping, **settings: Any) -> None:
        initial = {
            "key": next((column.key for column in columns if column.guess.identifies), ""),
            "role": mapping.role,
            "grade": mapping.grade,
        } | settings.pop("initial", {})
        if mapping.makes_ids:
            initial["key"] = MAKE_NUMBERS
        super().__init__(data, initial=initial, **settings)
        self.columns = columns
        self._choose_key()
        for column in self.columns:
            if column.is_fixed:
                continue
            self.fields[column.to_name] = forms.ChoiceField(
                label=column.heading, choices=TARGET_CHOICES, initial=column.guess.to, required=False
            )
            self._ask_for_values(column, column.guess.to if data is None else data.get(column.to_name, ""))

    def _choose_key(self) -> None:
        field = self.fields["key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("The column that is the person number")),
            *(
                (column.key, gettext("“%(heading)s”, whatever else it is") % {"heading": column.heading})
                for column in self.columns
                if column.guess.identifies or (column.tells_apart and not column.reason)
            ),
            (MAKE_NUMBERS, _("Nothing: make a number from each e-mail address or name")),
        ]

    def _ask_for_values(self, column: Column, to: str) -> None:
        if to in DATE_COLUMNS and column.open_date:
            self._ask_for_dates(column)
        if to not in VALUED or column.too_many:
            return
        known = _meanings(column, to)
        if to == "grade":
            known = {normal(cell): meaning for cell, meaning in grade_order(column.labels).items()} | known
        else:
            known = (ROLE_WORDS if to == "role" else STATUS_WORDS) | known
        for place, label in enumerate(column.labels_for(to)):
            name, meaning = column.value_name(place), known.get(normal(label))
            self.fields[name] = _grade_field(label, meaning) if to == "grade" else _meaning_field(label, meaning, to)

    def _ask_for_dates(self, column: Column) -> None:
        self.fields[column.date_name] = forms.ChoiceField(
            label=column.heading,
            help_text=gettext("Such as %(date)s") % {"date": column.open_date} if column.open_date != UNSEEN else "",
            choices=DATE_CHOICES,
            initial=column.guess.date_form or guess_date_form(column.labels),
            error_messages={
                "required": gettext("Choose how the dates in “%(heading)s” are written") % {"heading": column.heading}
            },
        )

    def clean(self) -> None:
        chosen: dict[str, Column] = {}
        for column in self.columns:
            to = self.cleaned_data.get(column.to_name, "")
            first = chosen.setdefault(to, column)
            if first is not column and to and to not in SEVERAL_COLUMNS:
                words = {"first": first.heading, "then": column.heading, "target": COLUMN_WORDS[to]}
                self.add_error(
                    column.to_name,
                    gettext("Choose one column for “%(target)s”: “%(first)s” or “%(then)s”") % words,
                )
            if to in VALUED and column.too_many:
                self.add_error(
                    column.to_name,
                    gettext("“%(heading)s” has more than %(most)d different values. Choose another column")
                    % {"heading": column.heading, "most": MOST_LABELS},
                )
        self._check_key(chosen.get("person_id"))

    def _check_key(self, numbers: Column | None) -> None:
        key = self.cleaned_data.get("key", "")
        if "key" in self.errors:
            return
        if not key and numbers is None:
            self.add_error("key", gettext("Choose which column holds the person number: it finds people again"))
        elif key and numbers is not None and key != numbers.key:
            words = {"heading": numbers.heading}
            self.add_error(
                "key",
                gettext("Choose one: “%(heading)s” is the person number already, or leave that column out") % words,
            )

    def mapping(self) -> FileMapping:
        """What was chosen, once the form is valid."""
        grade = self.cleaned_data["grade"]
        return FileMapping(
            {column.heading: self._use(column) for column in self.columns},
            role=self.cleaned_data["role"],
            grade="" if grade is None else str(grade),
            makes_ids=self.cleaned_data["key"] == MAKE_NUMBERS,
        )

    def _use(self, column: Column) -> ColumnUse:
        to = self.cleaned_data.get(column.to_name, "")
        identifies = self.cleaned_data["key"] == column.key and to != "person_id"
        if column.is_fixed or not (to or identifies):
            return ColumnUse(reason=column.guess.reason if not column.guess.to else "unknown")
        if not to:
            return ColumnUse("person_id")
        # What is usual in the column's language stays known, for the words of the next file.
        values = _meanings(column, to)
        for place, label in enumerate(column.labels_for(to)):
            meaning = self.cleaned_data[column.value_name(place)]
            values.pop(normal(label), None)
            values[label] = "" if meaning == NOT_TAKING_PART else str(meaning)
        return ColumnUse(to, values, self.cleaned_data.get(column.date_name, ""), identifies)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The table of the page: heading, first value, the choice, a note."""
        for column in self.columns:
            bound = None if column.is_fixed else self[column.to_name]
            yield {
                "column": column,
                "bound": bound,
                "drawn": _drawn(bound, column) if bound else "",
                "note": self._note(column),
            }

    def _note(self, column: Column) -> str:
        to = self[column.to_name].value() if column.to_name in self.fields else ""
        if column.reason == "identity":
            return gettext("About identity: not needed for matching, so we do not keep it")
        if not to:
            return _why_left_out(column.guess.reason)
        if to == "person_id" or self["key"].value() == column.key:
            return gettext("Key: finds the same person next time")
        if to in SECRET:
            return gettext("Kept secret: shown to its author alone")
        if to in ("offered_topic", "wanted_topic"):
            return gettext("“%(topic)s” is the topic") % {"topic": topic_in(column.heading)[1] or column.heading}
        if to in VALUED and not column.too_many:
            number = len(column.labels_for(to))
            words = ngettext("%(n)s value, see below", "%(n)s values, see below", number)
            return filled(words, n=number) if number else ""
        return str(_NOTES.get(to, ""))

    @property
    def identity(self) -> list[str]:
        """The headings that are left out because they are about identity."""
        return [column.heading for column in self.columns if column.is_fixed]

    def value_groups(self) -> Iterator[dict[str, Any]]:
        """The values that need a meaning, by column."""
        for column in self.columns:
            to = self[column.to_name].value() if column.to_name in self.fields else ""
            fields = [
                self[name]
                for place in range(len(column.labels_for(to)))
                if (name := column.value_name(place)) in self.fields
            ]
            if to == "grade":
                fields.sort(key=lambda bound: _place(bound.field.initial))
            if fields:
                yield {"column": column, "to": to, "fields": fields}

    def date_fields(self) -> list[Any]:
        return [self[column.date_name] for column in self.columns if column.date_name in self.fields]


_NOTES: dict[str, Promise] = {
    "manager_id": _("By number, e-mail or name"),
    "offers": _("Whoever says no level has 3 of 5"),
    "wants": _("Whoever says no priority has 2 of 3"),
    "full_name": _("Split into given and family name"),
    "preferred_name": _("Wins over the given name"),
    "languages": _("By name or by tag"),
}


def _meanings(column: Column, to: str) -> dict[str, str]:
    """What the values were taken for, where the column still means what it was taken for."""
    return {normal(cell): meaning for cell, meaning in column.guess.values.items()} if to == column.guess.to else {}


def _why_left_out(reason: str) -> str:
    if reason == "pay":
        return gettext("About pay: not needed, so we do not keep it")
    if reason == "private":
        return gettext("Private: not needed, so we do not keep it")
    if reason == "same":
        return gettext("Another column says the same")
    return gettext("No cell is filled") if reason == "empty" else ""


def _place(meaning: str | None) -> float:
    """Lowest first, as grades are read; what nobody has placed yet comes last."""
    return int(meaning) if meaning and meaning.isdecimal() else math.inf


def _grade_field(label: str, place: str | None) -> forms.Field:
    words = {"label": label}
    return forms.IntegerField(
        label=label,
        initial=place,
        min_value=-LARGEST,
        max_value=LARGEST,
        error_messages={
            "required": gettext("Enter where “%(label)s” stands, higher for more senior") % words,
            "invalid": gettext("Enter a whole number for “%(label)s”") % words,
        },
    )


def _meaning_field(label: str, meaning: str | None, to: str) -> forms.Field:
    return forms.ChoiceField(
        label=label,
        choices=ROLE_CHOICES if to == "role" else STATUS_CHOICES,
        initial=NOT_TAKING_PART if meaning == "" else meaning,
        error_messages={"required": gettext("Choose what “%(label)s” means") % {"label": label}},
    )


def _drawn(bound: Any, column: Column) -> str:
    attrs = {"class": "input", "data-size": "small", "aria-labelledby": f"col-{column.number} goes-to"}
    if bound.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{bound.auto_id}-e"}
    return str(bound.as_widget(attrs=attrs))
