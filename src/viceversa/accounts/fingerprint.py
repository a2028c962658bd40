"""What somebody saw when they began to edit, in a few letters, so that nobody overwrites a change they never saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class ChangedMeanwhile(Exception):
    """The thing was changed after the page was drawn; nothing was saved."""


def fingerprint(values: Mapping[str, Any]) -> str:
    """The same letters for the same values, whatever the order of their names."""
    spelling = json.dumps(values, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(spelling.encode()).hexdigest()[:20]


def check_unchanged(values: Mapping[str, Any], *, seen: str) -> None:
    """Raise ``ChangedMeanwhile`` when these are not the values that were seen."""
    if fingerprint(values) != seen:
        raise ChangedMeanwhile
