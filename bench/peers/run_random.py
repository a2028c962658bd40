"""Any lawful partner who is still free, mentors in random order (seed 1)."""

from typing import Any

import numpy as np
from measure import matrix, measure

cost, prohibitive = matrix()


def solve(dense: Any) -> list[tuple[int, int]]:
    draw = np.random.default_rng(1)
    free = np.ones(len(dense), dtype=np.bool_)
    made = []
    for i in draw.permutation(len(dense)):
        open_to = np.flatnonzero(free & (dense[i] < prohibitive))
        if len(open_to):
            j = draw.choice(open_to)
            free[j] = False
            made.append((int(i), int(j)))
    return made


measure(f"numpy {np.__version__}", lambda: cost, solve, lambda made: made)
