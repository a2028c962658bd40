"""A column that keeps other columns of its row as a search compares them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from ..folding import folded


class FoldedField(models.TextField):  # type: ignore[type-arg]
    """Written from ``sources`` whenever the row is, one a line; nobody sets it by hand."""

    def __init__(self, *args: Any, sources: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.sources = sources
        kwargs |= {"blank": True, "default": "", "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations a text like any other: what is written into it is not the database's concern."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def folded_of(self, row: object) -> str:
        return folded("\n".join(str(getattr(row, name) or "") for name in self.sources))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = self.folded_of(model_instance)
        setattr(model_instance, self.attname, text)
        return text


def folded_fields(model: type[models.Model]) -> list[FoldedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, FoldedField)]


def touched_by(model: type[models.Model], columns: Iterable[str]) -> list[str]:
    """The names of the folded columns that a change of ``columns`` makes stale."""
    changed = set(columns)
    return [field.name for field in folded_fields(model) if changed.intersection(field.sources)]
