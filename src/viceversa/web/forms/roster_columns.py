"""What the columns of a people file mean: one choice a column, and the meaning of its values where needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from viceversa.formats.guessing import grade_order, guess_date_form
from viceversa.formats.headings import reason_to_leave_out
from viceversa.formats.mapping import DATE_COLUMNS, ColumnUse
from viceversa.formats.person import ROLES
from viceversa.formats.problems import ProblemLog
from viceversa.formats.table import Table
from viceversa.formats.topics import normal
from viceversa.people.column_words import COLUMN_WORDS
from viceversa.people.roster_problems import HIDDEN

# E-mail that is the person's number as well, for files that have no other.
KEY_EMAIL = "email_as_number"
NOT_TAKING_PART = "none"
# Enough to see every label; what comes later and is unknown is a problem at its row.
SAMPLE_ROWS = 20_000
MOST_LABELS = 100
WHOLE = re.compile(r"[+-]?[0-9]{1,7}([.,]0+)?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
SEVERAL_ALLOWED = frozenset({"", "role"})
SECRET = frozenset({"excludes"})

TARGET_CHOICES: list[tuple[str, str | Promise]] = [
    ("", _("Leave out")),
    *((name, COLUMN_WORDS[name]) for name in ("person_id",)),
    (KEY_EMAIL, _("E-mail, also the person number")),
    *((name, word) for name, word in COLUMN_WORDS.items() if name != "person_id"),
]
ROLE_CHOICES: list[tuple[str, str | Promise]] = [
    ("", _("Choose")),
    ("mentor", _("Mentor")),
    ("mentee", _("Leader")),
    ("both", _("Both")),
    (NOT_TAKING_PART, _("Does not take part")),
]
DATE_CHOICES: list[tuple[str, str | Promise]] = [
    ("", _("Choose")),
    ("day_first", _("Day first: 31/12/2026")),
    ("month_first", _("Month first: 12/31/2026")),
]


@dataclass
class Column:
    """One column of the file as the page shows it."""

    number: int
    heading: str
    reason: str
    guess: ColumnUse
    labels: dict[str, None] = field(default_factory=dict)
    too_many: bool = False

    @property
    def first_value(self) -> str:
        """The first value; of what is private only that there is one."""
        first = next(iter(self.labels), "")
        return HIDDEN * 2 if first and (self.reason or self.guess.to in SECRET) else first

    @property
    def is_fixed(self) -> bool:
        """Identity stays out whatever anybody chooses."""
        return self.reason == "identity"

    @property
    def to_name(self) -> str:
        return f"to-{self.number}"

    @property
    def date_name(self) -> str:
        return f"date-{self.number}"

    def value_name(self, place: int) -> str:
        return f"value-{self.number}-{place}"

    def labels_for(self, to: str) -> list[str]:
        """The values that the people format cannot read as they are."""
        if to == "grade":
            return [label for label in self.labels if not WHOLE.fullmatch(label)]
        if to == "role":
            return [label for label in self.labels if normal(label) not in ROLES]
        return []

    @property
    def has_other_dates(self) -> bool:
        return any(not ISO_DAY.fullmatch(label) for label in self.labels)


class ColumnsForm(forms.Form):
    """Choices start from the mapping given; ``mapping()`` is what was chosen."""

    def __init__(self, data: Any = None, *, table: Table, mapping: Mapping[str, ColumnUse]) -> None:
        super().__init__(data)
        self.columns = _columns(table, mapping)
        for column in self.columns:
            if column.is_fixed:
                continue
            to = _choice_of(column.guess)
            self.fields[column.to_name] = forms.ChoiceField(
                label=column.heading, choices=TARGET_CHOICES, initial=to, required=False
            )
            chosen = to if data is None else data.get(column.to_name, "")
            self._ask_for_values(column, chosen)

    def _ask_for_values(self, column: Column, to: str) -> None:
        if column.too_many and to in ("grade", "role"):
            return
        known = {normal(cell): meaning for cell, meaning in column.guess.values.items()}
        if to == "grade" and not known:
            known = {normal(cell): meaning for cell, meaning in grade_order(column.labels).items()}
        for place, label in enumerate(column.labels_for(to)):
            name = column.value_name(place)
            if to == "grade":
                self.fields[name] = forms.IntegerField(
                    label=label,
                    initial=known.get(normal(label)),
                    min_value=-1_000_000,
                    max_value=1_000_000,
                    error_messages={
                        "required": gettext("Enter where “%(label)s” stands, higher for more senior")
                        % {"label": label},
                        "invalid": gettext("Enter a whole number for “%(label)s”") % {"label": label},
                    },
                )
            else:
                meaning = known.get(normal(label))
                self.fields[name] = forms.ChoiceField(
                    label=label,
                    choices=ROLE_CHOICES,
                    initial=NOT_TAKING_PART if meaning == "" else meaning,
                    error_messages={"required": gettext("Choose what “%(label)s” means") % {"label": label}},
                )
        if to in DATE_COLUMNS and column.has_other_dates:
            self.fields[column.date_name] = forms.ChoiceField(
                label=column.heading,
                choices=DATE_CHOICES,
                initial=column.guess.date_form or guess_date_form(column.labels),
                error_messages={
                    "required": gettext("Choose how the dates in “%(heading)s” are written")
                    % {"heading": column.heading}
                },
            )

    def clean(self) -> None:
        chosen: dict[str, Column] = {}
        for column in self.columns:
            to = self.cleaned_data.get(column.to_name, "")
            target = "email" if to == KEY_EMAIL else to
            first = chosen.setdefault(target, column)
            if first is not column and target not in SEVERAL_ALLOWED:
                words = {"first": first.heading, "then": column.heading, "target": COLUMN_WORDS[target]}
                self.add_error(
                    column.to_name,
                    gettext("Choose one column for “%(target)s”: “%(first)s” or “%(then)s”") % words,
                )
            if to in ("grade", "role") and column.too_many:
                self.add_error(
                    column.to_name,
                    gettext("“%(heading)s” has more than %(most)d different values. Choose another column")
                    % {"heading": column.heading, "most": MOST_LABELS},
                )
        keys = {self.cleaned_data.get(column.to_name, "") for column in self.columns} & {"person_id", KEY_EMAIL}
        if not keys and self.columns:
            self.add_error(None, gettext("Choose which column holds the person number: it finds people again"))
        if len(keys) > 1:
            self.add_error(None, gettext("Choose one person number: the number itself, or the e-mail address"))

    def mapping(self) -> dict[str, ColumnUse]:
        """What was chosen, once the form is valid."""
        return {column.heading: self._use(column) for column in self.columns}

    def _use(self, column: Column) -> ColumnUse:
        to = self.cleaned_data.get(column.to_name, "")
        if column.is_fixed or not to:
            return ColumnUse(reason=column.guess.reason if not column.guess.to else "unknown")
        if to == KEY_EMAIL:
            return ColumnUse("email", identifies=True)
        values = dict(column.guess.values) if to == column.guess.to else {}
        for place, label in enumerate(column.labels_for(to)):
            meaning = self.cleaned_data[column.value_name(place)]
            values[label] = "" if meaning == NOT_TAKING_PART else str(meaning)
        return ColumnUse(to, values=values, date_form=self.cleaned_data.get(column.date_name, ""))

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
        if not to and column.guess.reason == "pay":
            return gettext("About pay: not needed, so we do not keep it")
        if not to and column.guess.reason == "private":
            return gettext("Private: not needed, so we do not keep it")
        if not to and column.guess.reason == "same":
            return gettext("Another column says the same")
        if to in ("person_id", KEY_EMAIL):
            return gettext("Key: finds the same person next time")
        if to in SECRET:
            return gettext("Kept secret: shown to its author alone")
        labels = column.labels_for(to)
        if labels and not column.too_many:
            return gettext("%(n)d values, see below") % {"n": len(labels)}
        return ""

    def value_groups(self) -> Iterator[dict[str, Any]]:
        """The values that need a meaning, by column."""
        for column in self.columns:
            to = self[column.to_name].value() if column.to_name in self.fields else ""
            fields = [
                self[name]
                for place in range(len(column.labels_for(to)))
                if (name := column.value_name(place)) in self.fields
            ]
            if fields:
                yield {"column": column, "to": to, "fields": fields}

    def date_fields(self) -> list[Any]:
        return [self[column.date_name] for column in self.columns if column.date_name in self.fields]


def _choice_of(use: ColumnUse) -> str:
    return KEY_EMAIL if use.identifies else use.to


def _drawn(bound: Any, column: Column) -> str:
    attrs = {"class": "input", "data-size": "small", "aria-labelledby": f"col-{column.number} goes-to"}
    if bound.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{bound.auto_id}-e"}
    return str(bound.as_widget(attrs=attrs))


def _columns(table: Table, mapping: Mapping[str, ColumnUse]) -> list[Column]:
    columns = [
        Column(place, heading, reason_to_leave_out(heading), mapping.get(heading, ColumnUse(reason="unknown")))
        for place, heading in enumerate(table.header)
        if heading
    ]
    for _line, cells in islice(table.rows(ProblemLog(table.file)), SAMPLE_ROWS):
        for column in columns:
            cell = cells[column.number]
            if cell and not column.too_many:
                column.labels.setdefault(cell)
                column.too_many = len(column.labels) > MOST_LABELS
    return columns
