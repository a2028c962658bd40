"""The objective as one or two transport problems over a set of edges, whichever solver does the work.

Under `coverage` the cover leaves two halves, each with one side that must be used in full, plus the pairs
outside the cover, which every greatest choice has. Under `quality` there is one problem and nobody must.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from viceversa.matching.cover import Cover
from viceversa.matching.field import Field
from viceversa.matching.problem import Ints
from viceversa.matching.solution import Mask


@dataclass(frozen=True, eq=False)
class Plan:
    """Which edges are used, and the prices of both sides."""

    used: Mask
    mentor_price: Ints
    mentee_price: Ints


@dataclass(frozen=True, eq=False)
class Part:
    """One transport problem: edges sorted by row, then column, and where a solver may start from."""

    row: Ints
    column: Ints
    weight: Ints
    supply: Ints
    demand: Ints
    must_use: bool
    start_price: Ints
    start_used: Mask


Transporter = Callable[[Part], tuple[Mask, Ints, Ints]]
"""Solves a part: used edges, row prices, column prices."""


def best_plan(
    field: Field, cover: Cover, *, teach: Ints, learn: Ints, quality: bool, start: Plan, by: Transporter
) -> Plan:
    """The heaviest choice of edges under the objective; `start` may hold anything of the right shape."""
    if quality:
        every = np.ones(len(field), dtype=np.bool_)
        used, mentor_price, mentee_price = by(_part(field, every, teach, learn, start, must_use=False))
        return Plan(used, mentor_price, mentee_price)
    by_mentor, by_mentee = cover.rows[field.mentor], cover.columns[field.mentee]
    outside = ~by_mentor & ~by_mentee
    spare_teach = teach - np.bincount(field.mentor[outside], minlength=len(teach))
    spare_learn = learn - np.bincount(field.mentee[outside], minlength=len(learn))
    first = by_mentor & ~by_mentee
    left = _part(field, first, np.where(cover.rows, teach, 0), np.where(cover.columns, 0, spare_learn), start)
    second, order, right = _turned(field, by_mentee & ~by_mentor, cover, learn, spare_teach, start)
    used_left, left_row_price, left_column_price = by(left)
    used_right, right_row_price, right_column_price = by(right)
    used = outside.copy()
    used[np.flatnonzero(first)] = used_left
    used[np.flatnonzero(second)[order]] = used_right
    return Plan(
        used,
        np.where(cover.rows, left_row_price, right_column_price),
        np.where(cover.columns, right_row_price, left_column_price),
    )


def _part(field: Field, chosen: Mask, supply: Ints, demand: Ints, start: Plan, *, must_use: bool = True) -> Part:
    return Part(
        field.mentor[chosen],
        field.mentee[chosen],
        field.weight[chosen],
        supply,
        demand,
        must_use,
        np.maximum(0, start.mentee_price),
        start.used[chosen],
    )


def _turned(
    field: Field, chosen: Mask, cover: Cover, learn: Ints, spare_teach: Ints, start: Plan
) -> tuple[Mask, Ints, Part]:
    """The half in which mentees are the rows; `order` sorts its edges by mentee, then mentor."""
    mentor, mentee = field.mentor[chosen], field.mentee[chosen]
    order = in_order(mentee, below=len(learn))
    part = Part(
        mentee[order],
        mentor[order],
        field.weight[chosen][order],
        np.where(cover.columns, learn, 0),
        np.where(cover.rows, 0, spare_teach),
        True,
        np.maximum(0, start.mentor_price),
        start.used[chosen][order],
    )
    return chosen, order, part


def in_order(values: Ints, *, below: int) -> Ints:
    """A stable order of whole numbers from 0 up to `below`; short numbers are sorted digit by digit, which is quick."""
    short = values.astype(np.uint16 if below <= 1 << 16 else np.uint32)
    return np.argsort(short, kind="stable")
