"""Who stands above whom: lines that would have a gap or a circle, and the people above one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from django.db import connection

from viceversa.formats.person import PersonRow
from viceversa.formats.references import manager_cycles

from .models import Person

# No organisation has been seen with half as many levels; stops a circle that no import let in.
MOST_LEVELS = 60
# SQLite takes 32,766 values in one question.
_AT_ONCE = 5_000


def drop_unsound_lines(
    kept: dict[str, PersonRow], manager_of: Mapping[str, str]
) -> Iterator[tuple[PersonRow, list[str]]]:
    """Take out of ``kept`` whoever would hang in the air or report to themselves, until all lines are sound.

    Yields each row taken out, and the circle it stands in, empty where its manager is missing. ``manager_of``
    is everybody who is here already: they stay, with the manager they have, when their row is taken out.
    """
    while True:
        for row in _take_cut_off(kept, manager_of):
            yield row, []
        circles = _take_circles(kept, manager_of)
        if not circles:
            return
        yield from circles


def _take_cut_off(kept: dict[str, PersonRow], manager_of: Mapping[str, str]) -> Iterator[PersonRow]:
    below: dict[str, list[PersonRow]] = defaultdict(list)
    lost: list[PersonRow] = []
    for row in kept.values():
        manager = row.manager_id
        if manager and manager not in manager_of:
            (below[manager] if manager in kept else lost).append(row)
    while lost:
        row = lost.pop()
        del kept[row.person_id]
        yield row
        if row.person_id not in manager_of:
            lost += below[row.person_id]


def _take_circles(kept: dict[str, PersonRow], manager_of: Mapping[str, str]) -> list[tuple[PersonRow, list[str]]]:
    """Circles among what would be here afterwards; each has a row of the file, for what is here has none."""
    afterwards = {person: manager for person, manager in manager_of.items() if manager}
    for row in kept.values():
        afterwards.pop(row.person_id, None)
        if row.manager_id:
            afterwards[row.person_id] = row.manager_id
    circles = list(manager_cycles(afterwards))
    return [
        (kept.pop(person), _begun_at(place, circle[:-1]))
        for circle in circles
        for place, person in enumerate(circle[:-1])
        if person in kept
    ]


def _begun_at(place: int, members: list[str]) -> list[str]:
    return [*members[place:], *members[:place], members[place]]


def lines_above(person_ids: Collection[str]) -> dict[str, str]:
    """These people and everybody above them, by their numbers, each with their manager's number, "" for nobody.

    One query for each few thousand people asked about, however many levels there are.
    """
    table = connection.ops.quote_name(Person._meta.db_table)
    asked, found = sorted(person_ids), dict[str, str]()
    for begin in range(0, len(asked), _AT_ONCE):
        part = asked[begin : begin + _AT_ONCE]
        # UNION takes whoever was met before only once, so a circle ends too.
        query = (
            f"WITH RECURSIVE above(id, manager_id) AS ("  # noqa: S608 - only our own names go in
            f"SELECT id, manager_id FROM {table} WHERE person_id IN ({', '.join(['%s'] * len(part))}) "
            f"UNION SELECT p.id, p.manager_id FROM {table} p JOIN above ON p.id = above.manager_id) "
            f"SELECT p.person_id, m.person_id FROM above JOIN {table} p ON p.id = above.id "
            f"LEFT JOIN {table} m ON m.id = above.manager_id"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, part)
            found |= {person_id: manager_id or "" for person_id, manager_id in cursor.fetchall()}
    return found


def line_above(person: Person) -> list[Person]:
    """The people above this one, nearest first, by one query."""
    return _line("id", person.pk)[1:]


def line_from(public_id: str) -> list[Person]:
    """Whoever has this public id, and then the people above them, nearest first, by one query; empty for nobody."""
    return _line("public_id", public_id)


def _line(column: str, value: object) -> list[Person]:
    table = connection.ops.quote_name(Person._meta.db_table)
    query = (
        f"WITH RECURSIVE above(id, manager_id, level) AS ("  # noqa: S608 - only our own names go in
        f"SELECT id, manager_id, 0 FROM {table} WHERE {column} = %s "
        f"UNION ALL SELECT p.id, p.manager_id, above.level + 1 FROM {table} p "
        f"JOIN above ON p.id = above.manager_id WHERE above.level < {MOST_LEVELS}) "
        f"SELECT p.*, above.level FROM {table} p JOIN above ON p.id = above.id ORDER BY above.level"
    )
    return list(Person.objects.raw(query, [value]))
