"""How a reader would like a run's proposals: which columns, whether keys move in them, and where they were.

All of it stays in the reader's browser, opens nothing, and what is no wish of ours is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .request import PageRequest

LOOK, PLACE = "viceversa_review", "viceversa_place"
COLUMNS: dict[str, str | Promise] = {
    "jobs": _("Job and function"),
    "criteria": _("By criterion"),
    "why": _("Why this pair"),
}
KEYS = "keys"
KEPT_SECONDS = 365 * 24 * 3600
PATH = "/programmes/runs/"
PLACE_NAMES = ("show", "q", "least", "most", "function", "location", "topic", "sort", "page")
"""What of an address is gone back to."""

MOST_OF_A_PLACE = 600


@dataclass(frozen=True)
class Look:
    """``columns`` are the codes of those shown; ``keys`` whether j, k and x do something."""

    columns: tuple[str, ...]
    keys: bool

    @property
    def code(self) -> str:
        return ".".join((*self.columns, KEYS) if self.keys else self.columns) or "none"

    @property
    def choices(self) -> list[tuple[str, str | Promise, bool]]:
        """Each column that can be left out: its code, its label, whether it is shown."""
        return [(code, label, code in self.columns) for code, label in COLUMNS.items()]


def look_of(request: PageRequest) -> Look:
    """What the reader chose; every column and no keys until they have chosen."""
    kept = request.COOKIES.get(LOOK)
    return _look(kept.split(".")) if kept else Look(tuple(COLUMNS), keys=False)


def chosen_look(query: QueryDict) -> Look:
    return _look([*query.getlist("column"), *query.getlist(KEYS)])


def _look(words: list[str]) -> Look:
    return Look(tuple(code for code in COLUMNS if code in words), keys=KEYS in words)


def without_choice(query: QueryDict) -> str:
    """The address without what chose the columns."""
    return _spelled([(name, str(value)) for name, value in query.items() if name in PLACE_NAMES])


def keep_look(response: HttpResponse, look: Look) -> None:
    _keep(response, LOOK, look.code, seconds=KEPT_SECONDS)


def keep_place(response: HttpResponse, request: PageRequest, run: str) -> None:
    """Remember filters, order and page of the run's table until the browser is closed."""
    place = f"{run}?{without_choice(request.GET)}"
    if request.COOKIES.get(PLACE) != place and len(place) <= MOST_OF_A_PLACE:
        _keep(response, PLACE, place, seconds=None)


def place_in(request: PageRequest, run: str) -> str:
    """The query of the run's table where the reader was last; empty where they were in another's."""
    of, _mark, query = request.COOKIES.get(PLACE, "").partition("?")
    if of != run or len(query) > MOST_OF_A_PLACE:
        return ""
    return _spelled([(name, value) for name, value in parse_qsl(query) if name in PLACE_NAMES])


def _spelled(asked: list[tuple[str, str]]) -> str:
    return urlencode([(name, value) for name, value in asked if value])


def _keep(response: HttpResponse, name: str, value: str, *, seconds: int | None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
