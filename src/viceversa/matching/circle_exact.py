"""Few people: every lawful division is tried, so that the best mixed one is found."""

from __future__ import annotations

from collections.abc import Sequence

from viceversa.matching.circle_members import UNKNOWN, Members

FEW = 11
"""Eleven people sit in threes and a four or so in some ten thousand ways; that takes a blink."""


def best_division(members: Members, *, circles: int) -> list[list[int]] | None:
    """The division of all into so many circles, sizes one apart at most, with the fewest alike; None where none is."""
    search = _Trial(members, circles)
    search.place(0, alike=0)
    return search.best


class _Trial:
    """One way of filling circles after the other; a circle is opened by the first person who sits in it."""

    def __init__(self, members: Members, circles: int) -> None:
        self._members = members
        self._circles: list[list[int]] = [[] for _ in range(circles)]
        self._least, self._greater = divmod(len(members), circles)
        self.best: list[list[int]] | None = None
        self._best_alike = -1

    def place(self, one: int, *, alike: int) -> None:
        """Try all places for this person and those after, given what those before are alike."""
        if self.best is not None and alike >= self._best_alike:
            return
        if one == len(self._members):
            self.best, self._best_alike = [list(circle) for circle in self._circles], alike
            return
        for circle in self._circles:
            if self._has_room(circle) and self._may_join(circle, one):
                more = sum(_likeness(self._members, one, other) for other in circle)
                circle.append(one)
                self.place(one + 1, alike=alike + more)
                circle.pop()
            if not circle:  # the next empty one is the same
                break

    def _has_room(self, circle: Sequence[int]) -> bool:
        if len(circle) < self._least:
            return True
        greater = sum(len(other) > self._least for other in self._circles)
        return len(circle) == self._least and greater < self._greater

    def _may_join(self, circle: Sequence[int], one: int) -> bool:
        apart = self._members.apart[one]
        return apart.keys().isdisjoint(circle) and self._members.hold_together([*circle, one])


def _likeness(members: Members, one: int, other: int) -> int:
    return sum(int(values[one] == values[other] != UNKNOWN) for values in (members.function, members.location))
