"""Colouring the edges of a bipartite graph evenly: who meets in which round, who sits in which circle.

Any bipartite multigraph can be coloured with any number of colours so that at each end every colour occurs equally
often, give or take one, and so that all colours are equally frequent, give or take one (de Werra 1971). With as many
colours as the busiest end has edges, no end has a colour twice (König 1916).
"""

from __future__ import annotations

from collections.abc import Sequence

Ends = tuple[int, int]


def even_colouring(edges: Sequence[Ends], *, colours: int) -> list[int]:
    """A colour 0 … `colours` - 1 for each edge (left end, right end), evenly at every end and in total.

    Ends are whole numbers ≥ 0, numbered on each side for itself; edges may occur more than once. The result depends on
    the order of the edges alone. Raises `ValueError` for fewer than one colour.
    """
    if colours < 1:
        raise ValueError("there must be a colour")
    return _Colouring(_split(edges, colours), colours).balanced()


def _split(edges: Sequence[Ends], most: int) -> list[Ends]:
    """The same edges at ends of at most `most` edges each: a busy end becomes several, all full but the last."""
    seen: tuple[dict[int, int], dict[int, int]] = ({}, {})
    number: tuple[dict[Ends, int], dict[Ends, int]] = ({}, {})
    told = []
    for edge in edges:
        ends = []
        for side, end in enumerate(edge):
            count = seen[side].get(end, 0)
            seen[side][end] = count + 1
            ends.append(number[side].setdefault((end, count // most), len(number[side])))
        told.append((ends[0], ends[1]))
    return told


class _Colouring:
    """A proper colouring that grows edge by edge. Lefts are ends 0, 2, 4, …; rights are 1, 3, 5, …"""

    def __init__(self, edges: Sequence[Ends], colours: int) -> None:
        self._ends = [(2 * left, 2 * right + 1) for left, right in edges]
        self._colours = colours
        self._colour = [-1] * len(edges)
        self._at: dict[tuple[int, int], int] = {}  # (end, colour) -> edge
        everything = (1 << colours) - 1
        self._free = {end: everything for ends in self._ends for end in ends}
        for edge in range(len(edges)):
            self._add(edge)

    def balanced(self) -> list[int]:
        """The colours, after the frequent ones have given to the rare ones."""
        count = [0] * self._colours
        for colour in self._colour:
            count[colour] += 1
        while max(count) - min(count) > 1:
            frequent, rare = count.index(max(count)), count.index(min(count))
            self._give(frequent, rare)
            count[frequent] -= 1
            count[rare] += 1
        return list(self._colour)

    def _add(self, edge: int) -> None:
        left, right = self._ends[edge]
        common = self._free[left] & self._free[right]
        if not common:
            mine, theirs = _lowest(self._free[left]), _lowest(self._free[right])
            # No way of these two colours from `right` ends in `left`: it would come in by `mine`, which is free there.
            self._swap(self._way(right, mine, theirs), mine, theirs)
            common = self._free[left] & self._free[right]
        self._paint(edge, _lowest(common))

    def _give(self, frequent: int, rare: int) -> None:
        """Swap two colours along a way with one edge more of the frequent one; there is one, as it occurs more."""
        seen = set[int]()
        for start, colour in enumerate(self._colour):
            if colour != frequent or start in seen:
                continue
            way = self._whole_way(start, frequent, rare)
            seen.update(way)
            if 2 * sum(self._colour[edge] == frequent for edge in way) > len(way):
                self._swap(way, frequent, rare)
                return
        raise AssertionError("a colour that occurs more often has a way that begins and ends with it")

    def _whole_way(self, start: int, one: int, other: int) -> list[int]:
        """All edges that hang together with `start` in these two colours."""
        left, right = self._ends[start]
        back = self._way(left, other, one)
        if start in back:  # a ring
            return back
        return [*back, start, *self._way(right, other, one)]

    def _way(self, end: int, first: int, second: int) -> list[int]:
        """Edges from `end`, by `first` and `second` in turns, until there is none or the ring is closed."""
        way, colour, begun = list[int](), first, end
        while (end, colour) in self._at:
            edge = self._at[end, colour]
            way.append(edge)
            left, right = self._ends[edge]
            end = right if end == left else left
            colour = second if colour == first else first
            if end == begun:
                break
        return way

    def _swap(self, way: Sequence[int], one: int, other: int) -> None:
        """Swap the two colours on all edges of a whole way."""
        swapped = [other if self._colour[edge] == one else one for edge in way]
        for edge in way:
            self._wipe(edge)
        for edge, colour in zip(way, swapped, strict=True):
            self._paint(edge, colour)

    def _wipe(self, edge: int) -> None:
        for end in self._ends[edge]:
            del self._at[end, self._colour[edge]]
            self._free[end] |= 1 << self._colour[edge]

    def _paint(self, edge: int, colour: int) -> None:
        self._colour[edge] = colour
        for end in self._ends[edge]:
            self._at[end, colour] = edge
            self._free[end] &= ~(1 << colour)


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
