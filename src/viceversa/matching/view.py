"""The arrays of a problem as the compiled sweep wants them: by place, with lists turned to topic → people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from viceversa.matching.compiled import View
from viceversa.matching.encode import TopicLists
from viceversa.matching.objective import RESOLUTION, stretch
from viceversa.matching.policy import CRITERIA
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.rules import minutes_needed
from viceversa.matching.scoring import Floats, plain_attributes, weight_sum

Pair = tuple[int, int]


def view_of(problem: Problem, *, flip: bool = False, banned: Sequence[Pair] = (), settled: bool = True) -> View:
    """Mentors as rows, or mentees with `flip`; `banned` pairs of participants count as not available.

    Without `settled`, locked pairs are left open, as for counting what rules forbid.
    """
    traits = problem.traits
    rows, columns = (problem.mentees, problem.mentors) if flip else (problem.mentors, problem.mentees)
    ro, rw = lists_of(traits.offers, rows), lists_of(traits.wants, rows)
    pw = _by_topic(lists_of(traits.wants, columns), len(traits.topics))
    po = _by_topic(lists_of(traits.offers, columns), len(traits.topics))
    return View(
        rows=_table(problem, rows),
        columns=_table(problem, columns),
        minutes=traits.minutes,
        whole=_whole(problem, flip=flip),
        real=_real(problem),
        **_preferences(problem, flip=flip),
        **pairs_of(problem, flip=flip, banned=banned, settled=settled),
        ro_start=ro.start,
        ro_topic=ro.topic,
        ro_level=ro.level,
        rw_start=rw.start,
        rw_topic=rw.topic,
        rw_level=rw.level,
        rw_priority=rw.priority,
        pw_start=pw.start,
        pw_column=pw.topic,
        pw_level=pw.level,
        pw_priority=pw.priority,
        po_start=po.start,
        po_column=po.topic,
        po_level=po.level,
    )


def _table(problem: Problem, side: Ints) -> Ints:
    """The people of one side as rows of whole numbers, in the columns that `compiled` names."""
    traits = problem.traits
    columns = np.stack(
        (
            traits.grade,
            traits.zone,
            traits.manager,
            traits.line.opens,
            traits.line.closes,
            traits.line.depth,
            traits.style[:, 0],
            traits.style[:, 1],
            traits.interest_count,
            traits.priority_sum,
            traits.top_priority,
        ),
        axis=1,
    )
    sets = (traits.attributes, traits.languages.view(np.int64), traits.interests.view(np.int64))
    return np.ascontiguousarray(np.concatenate((columns, *sets), axis=1)[side])


def _whole(problem: Problem, *, flip: bool) -> Ints:
    rules, traits = problem.policy.rules, problem.traits
    return np.array(
        [
            rules.grade_gap_min,
            -1 if rules.reporting_line == "any" else rules.reporting_line,
            rules.same_manager,
            rules.common_language,
            rules.must_teach,
            rules.teach_level_min,
            flip,
            stretch(problem),
            traits.attributes.shape[1],
            traits.languages.shape[1],
            traits.interests.shape[1],
            plain_attributes(problem.policy),
        ],
        dtype=np.int64,
    )


def _real(problem: Problem) -> Floats:
    policy = problem.policy
    weights = [policy.weights[name] for name in CRITERIA]
    return np.array(
        [
            *weights,
            weight_sum(policy),
            minutes_needed(problem),
            policy.rules.score_min,
            float(RESOLUTION),
        ]
    )


def lists_of(lists: TopicLists, side: Ints) -> TopicLists:
    """The lists of the people of one side, by place."""
    count = lists.start[side + 1] - lists.start[side]
    start = np.concatenate(([0], np.cumsum(count)))
    at = np.arange(start[-1]) - np.repeat(start[:-1], count) + np.repeat(lists.start[side], count)
    return TopicLists(start, lists.topic[at], lists.level[at], lists.priority[at])


def _by_topic(lists: TopicLists, topics: int) -> TopicLists:
    """The same turned round: for each topic the places that name it, ascending, in the field `topic`."""
    owner = np.repeat(np.arange(len(lists.start) - 1), np.diff(lists.start))
    order = np.argsort(lists.topic, kind="stable")
    start = np.searchsorted(lists.topic[order], np.arange(topics + 1))
    return TopicLists(start, owner[order], lists.level[order], lists.priority[order])


def pairs_of(
    problem: Problem, *, flip: bool = False, banned: Sequence[Pair] = (), settled: bool = True
) -> dict[str, Ints]:
    """The arrays of a view that tell which pairs are not available and which earn a bonus."""
    ban = np.unique(np.concatenate((problem.traits.unavailable.key, _apart(problem, banned, settled))))
    bonus = problem.traits.bonus
    ban_start, ban_column, _ = _listed(problem, ban, ban, flip=flip)
    units = np.rint(bonus.value * RESOLUTION).astype(np.int64)
    bonus_start, bonus_column, bonus_units = _listed(problem, bonus.key, units, flip=flip)
    return {
        "ban_start": ban_start,
        "ban_column": ban_column,
        "bonus_start": bonus_start,
        "bonus_column": bonus_column,
        "bonus_units": bonus_units,
    }


def _preferences(problem: Problem, *, flip: bool) -> dict[str, Any]:
    n = len(problem.people)
    halves = problem.traits.preference
    turned = (halves.key % n) * n + halves.key // n if n else halves.key
    keys = np.unique(np.concatenate((halves.key, turned)))
    back = (keys % n) * n + keys // n if n else keys
    start, column, value = _listed(problem, keys, (halves.of(keys) + halves.of(back)) / 2, flip=flip)
    return {"pref_start": start, "pref_column": column, "pref_value": value}


def _listed(problem: Problem, keys: Ints, values: Any, *, flip: bool) -> tuple[Ints, Ints, Any]:
    """Values of pairs of participants by row: where each row begins, the columns, the values."""
    n = len(problem.people)
    rows, columns = (problem.mentees, problem.mentors) if flip else (problem.mentors, problem.mentees)
    row_place, column_place = _places(rows, n), _places(columns, n)
    mentor, mentee = keys // n, keys % n
    row, column = (mentee, mentor) if flip else (mentor, mentee)
    row, column = row_place[row], column_place[column]
    there = (row >= 0) & (column >= 0)
    row, column, kept = row[there], column[there], values[there]
    order = np.lexsort((column, row))
    return np.searchsorted(row[order], np.arange(len(rows) + 1)), column[order], kept[order]


def _apart(problem: Problem, banned: Sequence[Pair], settled: bool) -> Ints:
    """Keys of pairs that are not free: oneself, `banned`, and locked pairs either way round."""
    n = len(problem.people)
    both = np.intersect1d(problem.mentors, problem.mentees)
    keys = [a * n + b for a, b in banned]
    if settled:
        keys += [key for a, b in problem.locked for key in (a * n + b, b * n + a)]
    return np.concatenate((both * n + both, np.array(keys, dtype=np.int64)))


def _places(side: Ints, count: int) -> Ints:
    places = np.full(count, -1, dtype=np.int64)
    places[side] = np.arange(len(side))
    return places
