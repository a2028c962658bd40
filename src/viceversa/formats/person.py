"""One person as the people format describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

DEFAULT_HOURS: Final = (9 * 60, 17 * 60)
ROLES: Final = ("mentor", "mentee", "both", "")


class Want(NamedTuple):
    """A topic someone would like to learn: priority 1..3 (3 matters most), own current level 0..4."""

    priority: int
    current: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of the people file, checked; `line` is where it began, 0 when it comes from elsewhere.

    `offers` and `wants` are keyed by the topic as first written; compare topics by `topics.normal`.
    `hours` are minutes after midnight; an end that is not after the start runs past midnight.
    `prefers` keeps the places as written, so that ranks stay what the person meant.
    `identity` is no column: the web fills it, for those who agreed to be matched by it.
    """

    person_id: str
    given_name: str
    family_name: str
    email: str
    job_title: str
    function: str
    location: str
    external_id: str
    manager_id: str
    grade: int | None
    role: str
    capacity: int
    offers: Mapping[str, int]
    wants: Mapping[str, Want]
    interests: tuple[str, ...]
    languages: tuple[str, ...]
    time_zone: str
    hours: tuple[int, int]
    style_formality: int | None
    style_structure: int | None
    prefers: tuple[str, ...]
    excludes: tuple[str, ...]
    hire_date: date | None
    leave_date: date | None
    line: int
    identity: Mapping[str, str] = field(default_factory=dict)


COLUMNS: Final = tuple(name for name in PersonRow.__slots__ if name not in ("line", "identity"))
REQUIRED_COLUMNS: Final = ("person_id", "role")
