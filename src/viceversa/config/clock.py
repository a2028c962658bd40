"""The one place that asks the system for the time; everything else is told."""

from datetime import UTC, datetime


def system_clock() -> datetime:
    return datetime.now(UTC)
