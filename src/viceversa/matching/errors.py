"""What stops a match run: `InputProblems`, which lists everything wrong with the people or the policy."""

from __future__ import annotations

from collections.abc import Sequence

from viceversa.formats.problems import Problem as InputProblem


class InputProblems(ValueError):
    """The input cannot be matched; `problems` says where, which value, and what to do, all at once."""

    def __init__(self, problems: Sequence[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


def policy_problem(key: str, value: str, message: str, *, file: str = "policy") -> InputProblem:
    """A problem of the policy in the form in which problems of files are told."""
    return InputProblem(file, 0, key, "policy", value, message)


def people_problem(line: int, column: str, *, value: str, message: str) -> InputProblem:
    """A problem of one row of the people."""
    return InputProblem("people", line, column, "people", value, message)
