"""A rota for flash mentoring: in each round everybody meets one partner at most, and never the same one twice.

All rounds are solved together. The pairs of all rounds are a choice in which nobody has more partners than there are
rounds; and any such choice can be dealt to the rounds so that nobody has two in one (König 1916). So the engine's
optimum with as many places each as there are rounds is the optimum of the rota, and its certificate holds for it: under
`coverage` no rota has more meetings, and among those with as many none has a higher total. Solving round after round
would not give that. The rounds are equally full, give or take one meeting.

Somebody in both roles may have one meeting in each in the same round, as the policy counts places by role.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from viceversa.formats.people import PersonRow
from viceversa.matching.colouring import even_colouring
from viceversa.matching.engine import Progress, solve
from viceversa.matching.policy import Policy
from viceversa.matching.problem import Problem
from viceversa.matching.solution import Solution

MOST_ROUNDS = 12
"""A meeting a month for a year (a product decision)."""


@dataclass(frozen=True)
class Meeting:
    """Two people in a round, 1 for the first."""

    round: int
    mentor_id: str
    mentee_id: str
    score: float


@dataclass(frozen=True, eq=False)
class Rota:
    """Meetings by round and ids; `solution` carries total, bound and certificate over all rounds together."""

    rounds: int
    meetings: tuple[Meeting, ...]
    problem: Problem
    solution: Solution


def rota(
    rows: Sequence[PersonRow],
    policy: Policy,
    *,
    rounds: int,
    met: Iterable[tuple[str, str]] = (),
    progress: Progress | None = None,
    threads: int | None = None,
) -> Rota:
    """The best rota of so many rounds under the policy's rules and objective.

    `met` are pairs who need not meet again, whichever way round. Capacities of the rows do not count, nor do locked and
    current pairs, which speak of partners for longer. The result depends on the people, the policy and its seed alone.
    Raises `InputProblems` as `Problem.from_people` does, `ValueError` for a number of rounds outside 1 … 12.
    """
    if not 1 <= rounds <= MOST_ROUNDS:
        raise ValueError(f"a rota has 1 to {MOST_ROUNDS} rounds, not {rounds}")
    problem = Problem.from_people([replace(row, capacity=rounds) for row in rows], _for_rota(policy, met))
    solution = solve(problem, progress=progress, threads=threads)
    return Rota(rounds, tuple(_meetings(problem, solution, rounds)), problem, solution)


def _for_rota(policy: Policy, met: Iterable[tuple[str, str]]) -> Policy:
    both_ways = {pair for one, other in met for pair in ((one, other), (other, one))}
    forbidden = tuple(sorted(both_ways | set(policy.options.forbidden)))
    # Not read again as a file would be: a policy may hold what no file does.
    return replace(policy, options=replace(policy.options, forbidden=forbidden, locked=(), current=()))


def _meetings(problem: Problem, solution: Solution, rounds: int) -> list[Meeting]:
    pairs = list(zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True))
    colours = even_colouring(pairs, colours=rounds)
    ids = [person.person_id for person in problem.people]
    found = [
        Meeting(colour + 1, ids[mentor], ids[mentee], score)
        for (mentor, mentee), colour, score in zip(pairs, colours, solution.scores.tolist(), strict=True)
    ]
    return sorted(found, key=lambda one: (one.round, one.mentor_id, one.mentee_id))


__all__ = ["MOST_ROUNDS", "Meeting", "Rota", "rota"]
