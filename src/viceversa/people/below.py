"""How many people stand below somebody, at any distance: in each branch, and in each of its twigs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from django.db import connection
from django.db.models import Max

from .models import Person, RosterImport
from .reporting_lines import MOST_LEVELS

LARGE = 2_000
"""People below from which on the counts are kept; fewer are counted in a few milliseconds."""
KEPT_FOR = timedelta(minutes=1)
_MOST_KEPT = 64


@dataclass(frozen=True)
class Below:
    """``under``: a person's key → how many stand below them, ``direct``: → how many report to them.

    ``everybody``: the branches' heads counted too.
    """

    everybody: int
    under: Mapping[int, int]
    direct: Mapping[int, int]


_Key = tuple[str, tuple[int, ...], date]
_kept: OrderedDict[_Key, tuple[datetime, object, Below]] = OrderedDict()
_lock = Lock()


def below_manager(manager: Person, *, now: datetime) -> Below:
    """Below each report of this manager, and below each of their reports. Two queries at most."""
    return _below("manager_id", [manager.pk], now=now)


def below_each(heads: Sequence[Person], *, now: datetime) -> Below:
    """Below each of these people, and below each of their reports. Two queries at most."""
    return _below("id", [head.pk for head in heads], now=now)


def _below(column: str, keys: list[int], *, now: datetime) -> Below:
    """As it is, or for many people what was counted within a minute, unless a people file came in since."""
    if not keys:
        return Below(0, {}, {})
    key: _Key = (column, tuple(keys), now.date())
    with _lock:
        at, mark, found = _kept.get(key, (None, None, None))
    if at is not None and found is not None and timedelta(0) <= now - at < KEPT_FOR and mark == _last_import():
        return found
    counted = _counted(column, keys, on=now.date())
    if counted.everybody >= LARGE:
        mark = _last_import()
        with _lock:
            _kept[key] = (now, mark, counted)
            _kept.move_to_end(key)
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
    return counted


def _last_import() -> object:
    return RosterImport.objects.aggregate(applied=Max("applied_at"), undone=Max("undone_at"))


def _counted(column: str, keys: list[int], *, on: date) -> Below:
    """One walk downwards; each person met carries the branch and the twig they hang on."""
    table = connection.ops.quote_name(Person._meta.db_table)
    here = "(p.leave_date IS NULL OR p.leave_date > %s)"
    query = (
        f"WITH RECURSIVE below(id, branch, twig, level) AS ("  # noqa: S608 - only our own names go in
        f"SELECT p.id, p.id, CAST(0 AS bigint), 0 FROM {table} p "
        f"WHERE p.{column} IN ({', '.join(['%s'] * len(keys))}) AND {here} "
        f"UNION ALL SELECT p.id, below.branch, CASE WHEN below.level = 0 THEN p.id ELSE below.twig END, "
        f"below.level + 1 FROM {table} p JOIN below ON p.manager_id = below.id "
        f"WHERE below.level < {MOST_LEVELS} AND {here}) "
        f"SELECT branch, twig, COUNT(*), COUNT(CASE WHEN level = 2 THEN 1 END) FROM below GROUP BY branch, twig"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [*keys, on, on])
        rows = cursor.fetchall()
    under: dict[int, int] = {}
    direct: dict[int, int] = {}
    for branch, twig, people, reports in rows:
        if twig:
            under[branch] = under.get(branch, 0) + people
            direct[branch] = direct.get(branch, 0) + 1
            under[twig], direct[twig] = people - 1, reports
    return Below(sum(people for _branch, _twig, people, _reports in rows), under, direct)
