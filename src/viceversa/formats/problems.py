"""What is wrong with a file: where it stands, the value, and what to do about it."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from viceversa.formats.caps import (
    MAX_FACT_CHARACTERS,
    MAX_LISTED_PROBLEMS,
    MAX_PATH_CHARACTERS,
    MAX_SHOWN_CHARACTERS,
)
from viceversa.formats.sentences import SENTENCES

Severity = Literal["error", "caution", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "caution", "note")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person should know about a file.

    `line` is the line where the record begins (the row, in a workbook) or 0 for the file as a whole.
    `column` is the heading as it stands in the file, empty where no column is meant.
    `message` is a plain English sentence; `code` and `facts` let another language say the same.
    `value` and `facts` are safe to print: cut to a readable length, hidden characters made visible.
    """

    file: str
    line: int
    column: str
    code: str
    value: str
    message: str
    severity: Severity = "error"
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)


class ProblemLog:
    """Collects problems; lists a bounded number of each severity and counts the rest."""

    def __init__(self, file: str, *, limit: int = MAX_LISTED_PROBLEMS) -> None:
        self.file = shown(file, most=MAX_PATH_CHARACTERS)
        self._limit = limit
        self._listed: list[Problem] = []
        self._count: Counter[Severity] = Counter()

    def add(
        self,
        code: str,
        *,
        line: int = 0,
        column: str = "",
        value: str = "",
        severity: Severity | None = None,
        **facts: object,
    ) -> None:
        """Note the problem `code` of `sentences.SENTENCES`; an unknown code is a KeyError."""
        usual_severity, template = SENTENCES[code]
        severity = severity or usual_severity
        self._count[severity] += 1
        if self._count[severity] > self._limit:
            return
        visible = {name: shown(str(fact), most=MAX_FACT_CHARACTERS) for name, fact in facts.items()}
        value, column = shown(value), shown(column)
        message = template.format(value=value, column=column, **visible)
        self._listed.append(Problem(self.file, line, column, code, value, message, severity, visible))

    @property
    def errors(self) -> int:
        return self._count["error"]

    def listed(self) -> tuple[Problem, ...]:
        """All problems by line, with a last note for each severity that has more than are listed."""
        by_place = sorted(self._listed, key=lambda problem: problem.line)
        return (*by_place, *self._overflow())

    def _overflow(self) -> Iterator[Problem]:
        for severity in SEVERITIES:
            more = self._count[severity] - self._limit
            if more <= 0:
                continue
            code = f"more_{severity}s"
            message = SENTENCES[code][1].format(more=more, listed=self._limit)
            facts = {"more": str(more), "listed": str(self._limit)}
            yield Problem(self.file, 0, "", code, str(more), message, "note", facts)


def shown(text: str, *, most: int = MAX_SHOWN_CHARACTERS) -> str:
    """`text` as a person can see it: hidden characters as their code points, cut when long."""
    head = text[:most]
    visible = head if head.isprintable() else "".join(map(_visible, head))
    return visible + ("…" if len(text) > len(head) else "")


def _visible(character: str) -> str:
    if character.isprintable() or character == " ":
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    named = {"\n": "⏎", "\r": "⏎", "\t": "⇥"}
    return named.get(character, f"<U+{ord(character):04X}>")
