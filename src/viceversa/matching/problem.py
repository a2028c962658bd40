"""The people and the policy of one match run, as arrays that the engine can sweep.

All arrays are indexed by participant. Participants stand in an order drawn from the seed and the ids, never
in the order of the rows: that is the tie-break, since every step of the engine takes the first of equals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viceversa.formats.people import PersonRow
from viceversa.formats.people import Problem as InputProblem
from viceversa.matching.encode import Traits, encode
from viceversa.matching.errors import InputProblems, people_problem, policy_problem
from viceversa.matching.line import LineCycle
from viceversa.matching.policy import Policy

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Problem:
    """Who may be paired under which policy.

    `mentors` and `mentees` hold participant indices in tie-break order; someone in both roles is in both.
    `cautions` are sentences about the input that stop nothing.
    """

    policy: Policy
    people: tuple[PersonRow, ...]
    mentors: Ints
    mentees: Ints
    traits: Traits
    locked: tuple[tuple[int, int], ...]
    cautions: tuple[str, ...]

    @classmethod
    def from_people(cls, rows: Sequence[PersonRow], policy: Policy) -> Problem:
        """Check and encode; raises `InputProblems` with everything that is wrong."""
        problems = [*_doubled(rows), *_ungraded(rows, policy), *_lock_ids(rows, policy)]
        if problems:
            raise InputProblems(problems)
        people = participants(rows, policy)
        try:
            traits = encode(people, rows, policy)
        except LineCycle as error:
            ids = [rows[place].person_id for place in error.cycle]
            shown = " → ".join([*ids, ids[0]])
            message = f"The reporting line runs in a circle: {shown}; correct one of these managers."
            line = rows[error.cycle[0]].line
            problem = people_problem(line, "manager_id", value=shown, message=message)
            raise InputProblems([problem]) from error
        place = {person.person_id: index for index, person in enumerate(people)}
        return cls(
            policy=policy,
            people=people,
            mentors=_in_role(people, "mentor"),
            mentees=_in_role(people, "mentee"),
            traits=traits,
            locked=tuple((place[a], place[b]) for a, b in policy.options.locked),
            cautions=tuple(_cautions(rows, policy)),
        )

    @cached_property
    def place(self) -> dict[str, int]:
        """Participant index by person id."""
        return {person.person_id: index for index, person in enumerate(self.people)}

    @cached_property
    def capacity(self) -> Ints:
        """How many partners each participant may have in each role."""
        return np.array([person.capacity for person in self.people], dtype=np.int64)

    def with_policy(self, policy: Policy) -> Problem:
        """The same people under another policy with the same topics, attributes, date and seed.

        Meant for loosened rules, which need no new encoding.
        """
        return Problem(policy, self.people, self.mentors, self.mentees, self.traits, self.locked, self.cautions)


def takes_part(person: PersonRow, policy: Policy) -> bool:
    """Whether someone has a role and has not left by the reference date."""
    if not person.role:
        return False
    return person.leave_date is None or person.leave_date > policy.rules.reference_date


def participants(rows: Sequence[PersonRow], policy: Policy) -> tuple[PersonRow, ...]:
    """Those who take part, in tie-break order."""
    seed = policy.options.seed

    def draw(person: PersonRow) -> tuple[bytes, str]:
        text = f"{seed}|{person.person_id}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, digest_size=8).digest(), person.person_id

    return tuple(sorted((row for row in rows if takes_part(row, policy)), key=draw))


def _in_role(people: Sequence[PersonRow], role: str) -> Ints:
    return np.array([i for i, person in enumerate(people) if person.role in (role, "both")], dtype=np.int64)


def _doubled(rows: Sequence[PersonRow]) -> list[InputProblem]:
    seen: dict[str, int] = {}
    problems = []
    for row in rows:
        if row.person_id in seen:
            message = f"The id {row.person_id} is already used in line {seen[row.person_id]}; give each its own."
            problems.append(people_problem(row.line, "person_id", value=row.person_id, message=message))
        seen.setdefault(row.person_id, row.line)
    return problems


def _ungraded(rows: Sequence[PersonRow], policy: Policy) -> list[InputProblem]:
    return [
        people_problem(
            row.line,
            "grade",
            value="",
            message=f"{row.person_id} takes part without a grade; give a whole number.",
        )
        for row in rows
        if row.grade is None and takes_part(row, policy)
    ]


def _lock_ids(rows: Sequence[PersonRow], policy: Policy) -> list[InputProblem]:
    roles = {row.person_id: row.role for row in rows if takes_part(row, policy)}
    problems = []
    for pair in policy.options.locked:
        for person, role in zip(pair, ("mentor", "mentee"), strict=True):
            if roles.get(person) not in (role, "both"):
                message = (
                    f"The locked pair {pair[0]}, {pair[1]} cannot be made: "
                    f"{person} does not take part as {role}; unlock the pair or change the role."
                )
                problems.append(policy_problem("options.locked", person, message))
    return problems


def _cautions(rows: Sequence[PersonRow], policy: Policy) -> list[str]:
    known = {row.person_id for row in rows}
    cautions = []
    for name in ("forbidden", "current"):
        unknown = sorted({p for pair in getattr(policy.options, name) for p in pair if p not in known})
        if unknown:
            shown = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
            cautions.append(f"options.{name} names people who are not in the file: {shown}.")
    return cautions
