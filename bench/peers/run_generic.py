"""Viceversa's generic solver on the very matrix that the peers are handed, in whole numbers, with its own proof."""

from importlib.metadata import version
from typing import Any

import numpy as np
from measure import lawful, matrix, measure, whole_numbers

from viceversa.matching import Assignment, assign

cost, prohibitive = matrix()
assign(np.eye(3, dtype=np.int64), compiled=True)  # compiled code is warm


def solve(whole: Any) -> Assignment:
    found = assign(whole)
    if not found.proven:
        raise SystemExit("not proven")
    return found


measure(
    version("viceversa"),
    lambda: whole_numbers(cost),
    solve,
    lambda found: lawful(cost, prohibitive, range(len(cost)), found.column),
)
