"""A value from an address or a form that no Django form looks at."""

from __future__ import annotations

from django.http import QueryDict


def typed(values: QueryDict, name: str) -> str:
    """What was sent under this name, without the NUL bytes that PostgreSQL cannot compare; "" where nothing was."""
    return values.get(name, "").replace("\x00", "").strip()
