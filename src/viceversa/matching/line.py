"""The reporting line as nested intervals: who stands above whom, at what distance, in constant time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


class LineCycle(ValueError):
    """Someone stands above themself; `cycle` holds the places of the people in it."""

    def __init__(self, cycle: Sequence[int]) -> None:
        self.cycle = tuple(cycle)
        super().__init__("a reporting line runs in a circle")


@dataclass(frozen=True)
class ReportingLine:
    """For each person the interval [opens, closes) of a walk through the tree, and the depth.

    a stands above b exactly when opens[a] < opens[b] < closes[a]; the distance is depth[b] - depth[a].
    """

    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    depth: NDArray[np.int64]


def reporting_line(ids: Sequence[str], managers: Sequence[str]) -> ReportingLine:
    """Walk the tree; a manager who is not among `ids` counts as none. Raises `LineCycle`."""
    place = {person: index for index, person in enumerate(ids)}
    parent = [place.get(manager, -1) if manager else -1 for manager in managers]
    reports: list[list[int]] = [[] for _ in ids]
    roots: list[int] = []
    for index, above in enumerate(parent):
        (reports[above] if above >= 0 else roots).append(index)
    opens = np.zeros(len(ids), dtype=np.int64)
    closes = np.zeros(len(ids), dtype=np.int64)
    depth = np.zeros(len(ids), dtype=np.int64)
    clock = 0
    open_people = [(root, False) for root in reversed(roots)]
    while open_people:
        person, done = open_people.pop()
        if done:
            closes[person] = clock
            continue
        opens[person] = clock
        clock += 1
        if parent[person] >= 0:
            depth[person] = depth[parent[person]] + 1
        open_people.append((person, True))
        open_people.extend((report, False) for report in reports[person])
    if clock < len(ids):
        raise LineCycle(_cycle(dict(enumerate(parent)), unseen=np.flatnonzero(closes == 0).tolist()))
    return ReportingLine(opens, closes, depth)


def _cycle(parent: Mapping[int, int], *, unseen: Sequence[int]) -> list[int]:
    person, met = unseen[0], []
    while person not in met:
        met.append(person)
        person = parent[person]
    return met[met.index(person) :]
