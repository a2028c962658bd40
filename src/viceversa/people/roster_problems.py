"""What the import adds to the problems of a people file: what does not fit what is here, or has no room.

And two rules for showing any of them: in the reader's language, and never with somebody's exclusions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from viceversa.formats.person import PersonRow
from viceversa.formats.problems import Problem, Severity, shown
from viceversa.formats.sentences import SENTENCES as FILE_SENTENCES
from viceversa.formats.topics import normal

SENTENCES: Final[Mapping[str, tuple[Severity, str | Promise]]] = {
    # The file's own sentence knows of the file alone.
    "manager_unknown": (
        "error",
        gettext_lazy("Nobody in the file or here has the number “{value}”. Correct it, or empty the cell."),
    ),
    "manager_left_out": (
        "error",
        gettext_lazy(
            "The manager “{value}” is not here yet, and their own row cannot be imported. Correct that row first."
        ),
    ),
    "manager_circle": (
        "error",
        gettext_lazy("Together with what is here already, people would report to themselves: {cycle}."),
    ),
    "too_long": (
        "error",
        gettext_lazy("“{value}” is too long: at most {most} characters. Shorten it."),
    ),
    "too_large": ("error", gettext_lazy("“{value}” is too large: at most {most}. Write a smaller number.")),
    "too_many": ("error", gettext_lazy("The list has {value} entries: at most {most}. Shorten it.")),
    "email_shape": (
        "caution",
        gettext_lazy("“{value}” is not an address that letters reach. The person cannot be invited by mail."),
    ),
    "kept_secret": ("error", gettext_lazy("A cell in this column cannot be read. What it says is kept secret here.")),
}

# Problems with the file as a whole or its headings: no row can be trusted while one stands.
BLOCKING: Final = frozenset({"heading_twice", "too_many_columns", "undecodable", "too_many_rows"})

HIDDEN: Final = "••••"

# Room in the database, by column.
_MOST_CHARACTERS: Final = {
    "person_id": 120,
    "given_name": 200,
    "family_name": 200,
    "email": 254,
    "job_title": 300,
    "function": 300,
    "location": 300,
    "external_id": 300,
    "time_zone": 64,
}
_MOST_ITEM_CHARACTERS: Final = {"offers": 200, "wants": 200, "prefers": 120, "excludes": 120}
_LISTS: Final = ("offers", "wants", "interests", "languages", "prefers", "excludes")
_MOST_CAPACITY: Final = 32_767
_MOST_ITEMS: Final = 1_000


def problem(code: str, row: PersonRow, *, column: str, value: str, **facts: object) -> Problem:
    """One of this module's problems, at its row."""
    severity, _ = SENTENCES[code]
    visible = {name: shown(str(fact), most=2_000) for name, fact in facts.items()}
    found = Problem("", row.line, column, code, shown(value), "", severity, visible)
    return replace(found, message=sentence(found))


def sentence(found: Problem) -> str:
    """The problem in the reader's language."""
    _, template = SENTENCES.get(found.code) or FILE_SENTENCES[found.code]
    words = gettext(template) if isinstance(template, str) else str(template)
    # Facts may name the value again, in a form of their own.
    return words.format(**{"value": found.value, "column": found.column} | dict(found.facts))


def without_secrets(problems: Iterable[Problem], excludes_heading: str) -> list[Problem]:
    """The problems as they may be shown: whom people exclude is kept from everybody but themselves.

    Remarks on a single excluded person go; an error stays, without the words that it is about.
    """
    heading = shown(excludes_heading)
    safe = []
    for one in problems:
        if one.column != heading:
            safe.append(one)
        elif one.severity == "error" and one.code not in BLOCKING:
            hidden = replace(one, code="kept_secret", value=HIDDEN, facts={})
            safe.append(replace(hidden, message=sentence(hidden)))
        elif one.severity == "error":
            safe.append(one)
    return safe


def room_problems(row: PersonRow, *, heading: Callable[[str], str]) -> list[Problem]:
    """What of this row has no room in the database, and an address that cannot be one."""
    return [
        problem(code, row, column=heading(column), value=value, **({"most": f"{most:,}"} if most else {}))
        for code, column, value, most in _without_room(row)
    ]


def _without_room(row: PersonRow) -> Iterator[tuple[str, str, str, int]]:
    for column, most in _MOST_CHARACTERS.items():
        text = getattr(row, column)
        if len(text) > most:
            yield "too_long", column, text, most
    for column, most in _MOST_ITEM_CHARACTERS.items():
        for item in getattr(row, column):
            if max(len(item), len(normal(item))) > most:  # both spellings of a topic are kept
                yield "too_long", column, item, most
    for column in _LISTS:
        count = len(getattr(row, column))
        if count > _MOST_ITEMS:
            yield "too_many", column, f"{count:,}", _MOST_ITEMS
    if row.capacity > _MOST_CAPACITY:
        yield "too_large", "capacity", f"{row.capacity:,}", _MOST_CAPACITY
    if row.email and not _is_address(row.email):
        yield "email_shape", "email", row.email, 0


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
