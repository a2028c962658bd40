"""Swapping people between circles until none helps: first fewer who are kept apart sit together, then fewer alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.circle_members import UNKNOWN, Members

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
WORD = 64


class Search:
    """Circles by member (`at`), with the counts that make a swap cheap to judge. Sizes never change."""

    def __init__(self, members: Members, at: Sequence[int], *, circles: int) -> None:
        self._members = members
        self.at = np.array(at, dtype=np.int64)
        self.circles = circles
        self._values = (members.function, members.location)
        self._counts = [self._counted(values) for values in self._values]
        self._sets = (_words(members.tongues), _words(members.windows))
        self._others = [np.zeros_like(words) for words in self._sets]
        self._meets = np.zeros((len(members), circles), dtype=np.int64)
        for one, apart in enumerate(members.apart):
            for other in apart:
                self._meets[one, self.at[other]] += 1
        for circle in range(circles):
            self._refresh(circle)
        self._weight = int(self.alike()) + 1

    def run(self) -> None:
        """Swap, in tie-break order and the best first for each person, until a whole round changes nothing."""
        changed = True
        while changed:
            changed = False
            for one in range(len(self._members)):
                changed |= self._improve(one)

    def alike(self) -> int:
        """Pairs in one circle with the same function, plus those with the same location."""
        return sum(int((counts * (counts - 1)).sum()) // 2 for counts in self._counts)

    def clashes(self) -> int:
        """Pairs in one circle who are kept apart."""
        return int(self.meets().sum()) // 2

    def meets(self) -> Ints:
        """For each member with how many they sit whom they are kept apart from."""
        found: Ints = self._meets[np.arange(len(self.at)), self.at]
        return found

    def _counted(self, values: Ints) -> Ints:
        """Members of each circle by value; the last column, of those of whom it is unknown, stays 0."""
        counts = np.zeros((self.circles, int(values.max(initial=0)) + 2), dtype=np.int64)
        known = values != UNKNOWN
        np.add.at(counts, (self.at[known], values[known]), 1)
        return counts

    def _refresh(self, circle: int) -> None:
        """What the others in each one's circle have in common, of languages and of hours."""
        inside = np.flatnonzero(self.at == circle)
        for words, others in zip(self._sets, self._others, strict=True):
            full = np.full(words.shape[1], ~np.uint64(0))
            before, after = [full], [full]
            for one in inside[:-1]:
                before.append(before[-1] & words[one])
            for one in inside[:0:-1]:
                after.append(after[-1] & words[one])
            for number, one in enumerate(inside):
                others[one] = before[number] & after[len(inside) - 1 - number]

    def _improve(self, one: int) -> bool:
        home = self.at[one]
        if not self._meets[one, home] and not any(
            values[one] != UNKNOWN and counts[home, values[one]] > 1
            for values, counts in zip(self._values, self._counts, strict=True)
        ):
            return False
        gain = self._gains(one)
        other = int(gain.argmin())
        if gain[other] >= 0:
            return False
        self._swap(one, other)
        return True

    def _gains(self, one: int) -> Ints:
        """What swapping with each other member changes; 0 where it may not be. Less is better."""
        home, at = self.at[one], self.at
        apart = np.zeros(len(at), dtype=np.int64)
        apart[list(self._members.apart[one])] = 1
        clash = self._meets[one, at] + self._meets[:, home] - 2 * apart - self._meets[one, home] - self.meets()
        same = np.zeros(len(at), dtype=np.int64)
        for values, counts in zip(self._values, self._counts, strict=True):
            mine = values[one]
            leaves = counts[home, mine] - 1 if mine != UNKNOWN else 0
            own = np.where(values == UNKNOWN, 0, counts[at, values] - 1)
            same += np.where(values == mine, 0, counts[at, mine] + counts[home, values] - leaves - own)
        gain: Ints = clash * self._weight + same
        gain[(at == home) | ~self._fits(one)] = 0
        return gain

    def _fits(self, one: int) -> NDArray[np.bool_]:
        fits = np.ones(len(self.at), dtype=np.bool_)
        for words, others in zip(self._sets, self._others, strict=True):
            fits &= (others & words[one]).any(axis=1) & (words & others[one]).any(axis=1)
        return fits

    def _swap(self, one: int, other: int) -> None:
        home, there = int(self.at[one]), int(self.at[other])
        for who, old, new in ((one, home, there), (other, there, home)):
            self.at[who] = new
            for values, counts in zip(self._values, self._counts, strict=True):
                if values[who] != UNKNOWN:
                    counts[old, values[who]] -= 1
                    counts[new, values[who]] += 1
            for foe in self._members.apart[who]:
                self._meets[foe, old] -= 1
                self._meets[foe, new] += 1
        self._refresh(home)
        self._refresh(there)


def _words(sets: Sequence[int]) -> Words:
    """Sets of bits as rows of 64-bit words."""
    width = max(1, -(-max((some.bit_length() for some in sets), default=1) // WORD))
    mask = (1 << WORD) - 1
    rows = [[some >> (WORD * word) & mask for word in range(width)] for some in sets]
    return np.array(rows, dtype=np.uint64).reshape(len(sets), width)
