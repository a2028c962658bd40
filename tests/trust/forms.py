"""The forms on a persona's pages, and sending them with whatever one likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.test import Client
from django.urls import reverse

from viceversa.people.models import RosterImport

from .crawl import crawl, own_addresses
from .house import House

NOT_DATA = frozenset({"csrfmiddlewaretoken"})


@dataclass
class Form:
    """One form of one page: where it goes, and its fields with the values that stand in them."""

    page: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # field → its kind
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.names, *(name for name, _ in self.buttons))))

    @property
    def shape(self) -> tuple[str, ...]:
        """The same for forms that differ only in which thing they are about."""
        place = tuple("…" if len(part) >= 20 else part for part in self.action.partition("?")[0].split("/"))
        return place + tuple(sorted(self.names)) + tuple(sorted({name for name, _ in self.buttons}))


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.found: list[Form] = []
        self._form: Form | None = None
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told.get("method", "get").lower() == "post":
            self._form = Form(self.page, urljoin(self.page, told.get("action") or self.page))
            self.found.append(self._form)
        if self._form is None:
            return
        name, kind = told.get("name", ""), told.get("type", "text")
        if tag == "button" and name:
            self._form.buttons.append((name, told.get("value", "")))
        elif tag == "input" and name and name not in NOT_DATA:
            self._form.names[name] = kind
            if kind not in ("checkbox", "radio", "file") or "checked" in told:
                self._form.values.setdefault(name, []).append(told.get("value", "on"))
        elif tag == "textarea" and name:
            self._form.names[name] = tag
            self._form.values[name] = [""]
            self._area = name
        elif tag == "select" and name:
            self._form.names[name] = tag
            self._select = name
        elif tag == "option" and self._select and "selected" in told:
            self._form.values.setdefault(self._select, []).append(told.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form.values[self._area] = [(self._form.values[self._area][0] + data).lstrip("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""


def forms_in(text: str, *, page: str) -> list[Form]:
    parser = _Forms(page)
    parser.feed(text)
    return parser.found


def forms_of(house: House, persona: str) -> list[Form]:
    """Each kind of form that this persona meets on the way from their home, once."""
    doors = ["/", "/you/", "/you/profile/", "/you/delegates/new/", "/people/import/", "/admin/roles/", "/password/"]
    doors += [reverse("join", args=[house.join_token]), reverse("password_reset", args=[house.password_token])]
    doors += [reverse(name, args=[house.draft_run.public_id]) for name in ("run", "run_publish")]
    doors += [reverse("enrolment_step", args=[house.world.enrolments["mentor"].public_id, "avoid"])]
    doors += [f"{reverse('run_withdraw', args=[house.world.run.public_id])}?proposal={house.open_proposal.public_id}"]
    doors += own_addresses(house)
    rosters = RosterImport.objects.values_list("public_id", flat=True)
    doors += [reverse(name, args=[roster]) for name in ("roster_check", "roster_columns") for roster in rosters]
    kinds: dict[tuple[str, ...], Form] = {}
    for one in crawl(house, persona, start=doors):
        for form in forms_in(one.text, page=one.path) if one.is_page and one.status == 200 else ():
            kinds.setdefault(form.shape, form)
    return list(kinds.values())


def send(client: Client, form: Form, typed: Mapping[str, Any], *, button: int = 0) -> Any:
    """Send it with these values in place of those that stand in it."""
    values: dict[str, Any] = dict(form.values)
    if form.buttons:
        name, value = form.buttons[button % len(form.buttons)]
        values[name] = [value]
    return client.post(form.action, values | dict(typed))


@contextmanager
def undone() -> Iterator[None]:
    """What happens in here never happened, in both databases."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        yield
        for alias in ("default", "keys"):
            transaction.set_rollback(True, using=alias)
