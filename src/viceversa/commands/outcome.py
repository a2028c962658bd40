"""How a command ends, whatever it did: an answer, or one of three refusals.

``CommandRefused``
    ``InputRefused``   exit 1: the input has problems, all of them listed
    ``WrongUsage``     exit 2: the command was called in a way it cannot follow
    ``CommandFailed``  exit 3: this machine stood in the way (a full disk, a folder that may not be written)

Anything else that escapes from a command is a fault of ours and ends in exit 3 as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

DONE, INPUT_HAS_PROBLEMS, WRONG_USAGE, FAULT = 0, 1, 2, 3

# Beyond this a screen scrolls away what matters; --json lists everything.
REMARKS_SHOWN = 20


class InputProblem(Protocol):
    """What every reader of files says about a problem (``viceversa.formats.problems.Problem`` has this shape)."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def severity(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A problem that a command found itself, such as a file that is not there."""

    file: str
    line: int
    column: str
    code: str
    value: str
    message: str
    severity: str = "error"


@dataclass(frozen=True)
class Answer:
    """What a command has to say: ``text`` for people, ``data`` for machines, ``remarks`` on the input for both.

    ``text`` is a function where composing it is work that ``--json`` need not wait for.
    """

    text: str | Callable[[], str]
    data: Mapping[str, Any]
    remarks: Sequence[InputProblem] = field(default_factory=tuple)

    def as_text(self) -> str:
        return self.text if isinstance(self.text, str) else self.text()

    def as_json(self) -> str:
        remarks = [as_data(remark) for remark in self.remarks]
        return as_json({**self.data, "remarks": remarks} if remarks else self.data)


class CommandRefused(Exception):
    """A command that did not do what it was asked; ``exit_code`` says which kind of refusal it is."""

    exit_code = FAULT
    kind = "fault"

    def as_text(self) -> str:
        return str(self)

    def as_json(self) -> str:
        return as_json({"error": self.kind, "message": str(self)})


class InputRefused(CommandRefused):
    """The input has problems; ``problems`` are all of them, errors and remarks."""

    exit_code = INPUT_HAS_PROBLEMS
    kind = "input"

    def __init__(self, problems: Sequence[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{_counted(self.errors)} in the input; nothing was done.")

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    def as_text(self) -> str:
        return "\n".join([*map(as_line, self.problems), str(self)])

    def as_json(self) -> str:
        problems = [as_data(problem) for problem in self.problems]
        return as_json({"error": self.kind, "message": str(self), "problems": problems})


class WrongUsage(CommandRefused):
    """The arguments are well formed, and yet cannot be followed."""

    exit_code = WRONG_USAGE
    kind = "usage"


class CommandFailed(CommandRefused):
    """The machine stood in the way; the sentence says what to do about it."""


def as_line(problem: InputProblem) -> str:
    """``file:line: column: message``, the parts that say nothing left out."""
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    label = "" if problem.severity == "error" else f"{problem.severity}: "
    column = f"{problem.column}: " if problem.column else ""
    return f"{place}: {column}{label}{problem.message}"


def remark_lines(remarks: Sequence[InputProblem]) -> list[str]:
    """The remarks for people: the first few, and how many more there are."""
    lines = [as_line(remark) for remark in remarks[:REMARKS_SHOWN]]
    more = len(remarks) - len(lines)
    return [*lines, f"… and {more} more remarks; --json lists them all."] if more else lines


def as_data(problem: InputProblem) -> dict[str, Any]:
    names = ("file", "line", "column", "code", "value", "message", "severity")
    return {name: getattr(problem, name) for name in names}


def as_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)


def _counted(errors: int) -> str:
    return "There is 1 problem" if errors == 1 else f"There are {errors} problems"
