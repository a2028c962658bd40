"""Edges are coloured evenly at every end and in total, on any bipartite multigraph and with any number of colours."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from viceversa.matching.colouring import even_colouring


def random_edges(draw: random.Random) -> list[tuple[int, int]]:
    lefts, rights = draw.randint(1, 9), draw.randint(1, 9)
    return [(draw.randrange(lefts), draw.randrange(rights)) for _ in range(draw.randint(0, 40))]


def spread(counts: Counter[int], colours: int) -> int:
    frequencies = [counts[colour] for colour in range(colours)]
    return max(frequencies) - min(frequencies)


def check_even(edges: list[tuple[int, int]], colours: int) -> None:
    told = even_colouring(edges, colours=colours)
    assert len(told) == len(edges)
    assert spread(Counter(told), colours) <= 1
    for side in (0, 1):
        for end in {edge[side] for edge in edges}:
            here = Counter(colour for edge, colour in zip(edges, told, strict=True) if edge[side] == end)
            assert spread(here, colours) <= 1


def test_random_graphs_are_coloured_evenly() -> None:
    draw = random.Random(1)
    for _ in range(800):
        check_even(random_edges(draw), draw.randint(1, 8))


def test_as_many_colours_as_the_busiest_end_has_edges_leave_no_end_with_one_twice() -> None:
    draw = random.Random(2)
    for _ in range(200):
        edges = sorted(set(random_edges(draw)))
        ends = [Counter(edge[side] for edge in edges) for side in (0, 1)]
        colours = max([1, *ends[0].values(), *ends[1].values()])
        told = even_colouring(edges, colours=colours)
        for side in (0, 1):
            assert len({(edge[side], colour) for edge, colour in zip(edges, told, strict=True)}) == len(edges)


def test_a_whole_square_takes_as_many_colours_as_it_is_wide() -> None:
    check_even([(left, right) for left in range(12) for right in range(12)], 12)


def test_the_same_edges_get_the_same_colours() -> None:
    edges = random_edges(random.Random(3))
    assert even_colouring(edges, colours=3) == even_colouring(list(edges), colours=3)


def test_without_a_colour_nothing_can_be_coloured() -> None:
    with pytest.raises(ValueError, match="colour"):
        even_colouring([(0, 0)], colours=0)
