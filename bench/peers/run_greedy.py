"""Best pair first: all lawful pairs by score, each made where both are still free."""

from typing import Any

import numpy as np
from measure import matrix, measure

cost, prohibitive = matrix()


def solve(dense: Any) -> list[tuple[int, int]]:
    mentor, mentee = np.nonzero(dense < prohibitive)
    best_first = np.argsort(dense[mentor, mentee], kind="stable")
    return taken_in_turn(mentor[best_first].tolist(), mentee[best_first].tolist(), n=len(dense))


def taken_in_turn(mentors: list[int], mentees: list[int], *, n: int) -> list[tuple[int, int]]:
    """The pairs that a walk along the lists makes."""
    busy_mentor, busy_mentee = [False] * n, [False] * n
    made = []
    for i, j in zip(mentors, mentees):
        if not busy_mentor[i] and not busy_mentee[j]:
            busy_mentor[i] = busy_mentee[j] = True
            made.append((i, j))
    return made


measure(f"numpy {np.__version__}", lambda: cost, solve, lambda made: made)
