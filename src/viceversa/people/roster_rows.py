"""Rows of ready values straight into the database: what the ORM does for each would keep everybody waiting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from .models import Person

Item = TypeVar("Item")
# SQLite takes 32,766 values in one question.
AT_ONCE = 5_000
_CACHE_KILOBYTES = 64 * 1024
_BY_NAME: dict[str, Field[Any, Any]] = {one.name: one for one in Person._meta.concrete_fields}


def field_of(name: str) -> Field[Any, Any]:
    """A person's column by the name of its field."""
    return _BY_NAME[name]


def values_of(person: Person, names: Iterable[str], *, add: bool) -> list[Any]:
    """The person's columns as the database takes them; ``changed_at`` is the import's, not the clock's."""
    values = []
    for name in names:
        one = field_of(name)
        value = person.changed_at if name == "changed_at" else one.pre_save(person, add)
        values.append(one.get_db_prep_save(value, connection))
    return values


@contextmanager
def room_to_write() -> Iterator[None]:
    """Around a large transaction: room for its pages, without which SQLite writes each of them many times over.

    It also keeps SQLite from taking the whole database for itself before the end, so that others can read.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows of ready values. The work of the ORM for each of a hundred thousand would keep everybody waiting."""
    quote = connection.ops.quote_name
    columns = ", ".join(_column_of(model, name) for name in names)
    places = ", ".join(["%s"] * len(names))
    _many(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})", rows)  # noqa: S608 - our names


def update_people(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """New values of people; the last of each row is the person's key."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"{_column_of(Person, name)} = %s" for name in names)
    _many(f"UPDATE {quote(Person._meta.db_table)} SET {columns} WHERE id = %s", rows)  # noqa: S608 - our names


def _many(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        part: list[Sequence[Any]] = []
        for row in rows:
            part.append(row)
            if len(part) == AT_ONCE:
                cursor.executemany(statement, part)
                part = []
        if part:
            cursor.executemany(statement, part)


def _column_of(model: type[Model], name: str) -> str:
    one = model._meta.get_field(name)
    if not isinstance(one, Field) or one.column is None:
        raise TypeError(f"{model.__name__}.{name} has no column of its own")
    return connection.ops.quote_name(one.column)


def parts(items: list[Item], *, at_once: int = AT_ONCE) -> Iterator[list[Item]]:
    """The items in order, so many at once."""
    for begin in range(0, len(items), at_once):
        yield items[begin : begin + at_once]
