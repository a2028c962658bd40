"""Log lines that say what happened to which id, and cannot say anybody's words.

Only the event's name and an allow-list of fields are written. A traceback is cut down to places and the
exception's type, because messages of exceptions quote values.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

FIELDS = (
    "event",
    "job",
    "kind",
    "run",
    "roster",
    "pair",
    "programme",
    "user",
    "status",
    "seconds",
    "attempts",
    "route",
    "method",
)


def allowed_fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}


def places(record: logging.LogRecord) -> list[str]:
    """Where an exception happened: its type, then file:line of each frame; no messages and no values."""
    if not record.exc_info or record.exc_info[0] is None:
        return []
    frames = traceback.extract_tb(record.exc_info[2])
    return [record.exc_info[0].__name__, *(_place(frame.filename, frame.lineno) for frame in frames)]


def _place(file_name: str, line: int | None) -> str:
    return f"{'/'.join(Path(file_name).parts[-2:])}:{line}"


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": str(record.msg) if record.name.startswith("viceversa") else record.name,
        }
        line |= allowed_fields(record)
        if where := places(record):
            line["exception"] = where
        return json.dumps(line, default=str)


class TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        message = str(record.msg) if record.name.startswith("viceversa") else record.name
        fields = " ".join(f"{name}={value}" for name, value in allowed_fields(record).items())
        where = " < ".join(places(record))
        return " ".join(part for part in (at, record.levelname.lower(), message, fields, where) if part)
