"""Best-first search over the ways to keep two people to one pair.

The engine proper may choose both (a mentors b) and (b mentors a) when people take both roles. Where it does,
one of the two is banned in each of two branches. Every node carries its own bound, so that a search that is
cut short still proves something.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from viceversa.matching.problem import Ints
from viceversa.matching.solution import Branch, Leaf, Proof

Pair = tuple[int, int]
MAX_NODES = 400
"""Nodes searched before the best lawful choice so far is taken with an honest gap."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best choice when `leaf.banned` pairs are not made and others may be made both ways round."""

    mentors: Ints
    mentees: Ints
    leaf: Leaf
    pairs: int
    weight: int

    @property
    def rank(self) -> tuple[int, int]:
        """What nodes are compared by; `pairs` is 0 where only the weight counts."""
        return self.pairs, self.weight

    def doubled(self) -> list[Pair]:
        """Pairs made both ways round, each named once, in order."""
        made = set(zip(self.mentors.tolist(), self.mentees.tolist(), strict=True))
        return sorted((a, b) for a, b in made if a < b and (b, a) in made)


Relax = Callable[[tuple[Pair, ...]], Relaxed]


@dataclass
class _Node:
    found: Relaxed
    pair: Pair | None = None
    children: tuple[_Node, _Node] | None = None

    def proof(self) -> Proof:
        if self.pair is None or self.children is None:
            return self.found.leaf
        return Branch(self.pair, self.children[0].proof(), self.children[1].proof())


def search(relax: Relax, *, max_nodes: int = MAX_NODES) -> tuple[Relaxed, Proof]:
    """The best choice with no pair doubled, and a proof of how good any choice can be."""
    root = _Node(relax(()))
    best = root.found if not root.found.doubled() else _repaired(relax, root.found)
    order = count()
    waiting = [(_first(root), next(order), root)]
    nodes = 1
    while waiting and nodes < max_nodes:
        _, _, node = heapq.heappop(waiting)
        if node.found.rank <= best.rank:
            break
        doubled = node.found.doubled()
        if not doubled:
            best = node.found
            break
        a, b = doubled[0]
        banned = node.found.leaf.banned
        node.pair = (a, b)
        node.children = (_Node(relax((*banned, (a, b)))), _Node(relax((*banned, (b, a)))))
        nodes += 2
        for child in node.children:
            heapq.heappush(waiting, (_first(child), next(order), child))
    return best, root.proof()


def _first(node: _Node) -> tuple[int, int]:
    return -node.found.pairs, -node.found.weight


def _repaired(relax: Relax, found: Relaxed) -> Relaxed:
    """A lawful choice: of each doubled pair the second way round is banned until none is left."""
    while doubled := found.doubled():
        found = relax((*found.leaf.banned, *((b, a) for a, b in doubled)))
    return found
