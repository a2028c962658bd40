"""Somebody who opens every address they know or find: each of the table's, and whatever a page links to."""

from __future__ import annotations

import html
import io
import zipfile
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.web.test_access import JUDGED, address
from viceversa.people.models import RosterImport
from viceversa.programmes import enrolment_steps
from viceversa.programmes.models import Enrolment

from .house import House

VIEWS_OF_A_PAGE = 4  # its filters and page numbers; all their combinations would be endless
PUBLIC = ("sign_in", "password_forgot", "password_sent", "password_done", "healthz", "readyz", "metrics", "demo_seat")
SESSIONS = ("django_session",)


@dataclass(frozen=True)
class Visit:
    """One answer to one GET."""

    persona: str
    path: str
    status: int
    headers: dict[str, str]
    text: str

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    def __str__(self) -> str:
        return f"{self.persona} {self.path} {self.status}"


@dataclass
class Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, its links, its forms."""

    text: str = ""
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._script = False
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._script = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.scripts.append(data)

    def links(self) -> list[str]:
        found = [attributes.get("href") for tag, attributes in self.elements if tag == "a"]
        return [link for link in found if link]


def own_addresses(house: House) -> list[str]:
    """Every address of the table in this programme, and those of the richer house."""
    world = house.world
    paths = [address(name, world) for name in JUDGED]
    paths += [reverse("proposal", args=[one.public_id]) for one in (house.open_proposal, house.ended_proposal)]
    paths += addresses_of_a_run(house)
    paths += [
        reverse(name, args=[house.held_meeting.public_id])
        for name in ("meeting", "meeting_plan", "meeting_ics", "meeting_note")
    ]
    mentors = world.enrolments["mentor"]
    paths += [reverse("enrolment_step", args=[mentors.public_id, step]) for step in enrolment_steps.steps_of(mentors)]
    paths += [reverse("roster_columns", args=[roster.public_id]) for roster in RosterImport.objects.all()]
    paths += [reverse(name) for name in PUBLIC]
    paths += [reverse("join", args=[house.join_token]), reverse("password_reset", args=[house.password_token])]
    return list(dict.fromkeys([*paths, "/no/such/page/"]))


OF_A_RUN = (
    "run",
    "run_unmatched",
    "run_publish",
    "run_workbook",
    "run_pairs_csv",
    "run_corrections",
    "run_differences",
)


def addresses_of_a_run(house: House) -> list[str]:
    """The draft run's own pages and files, and every two of its people compared and swapped."""
    run = house.draft_run
    paths = [reverse(name, args=[run.public_id]) for name in OF_A_RUN]
    sides = {
        role: run.cohort.enrolments.filter(role=role, state__in=Enrolment.TAKING_PART).order_by("pk")[:2]
        for role in ("mentor", "mentee")
    }
    for mentor, mentee in product(sides["mentor"], sides["mentee"]):
        two = urlencode({"mentor": mentor.public_id, "mentee": mentee.public_id})
        paths += [f"{reverse(name, args=[run.public_id])}?{two}" for name in ("run_compare", "run_swap")]
    return paths


def crawl(house: House, persona: str, *, start: Iterable[str]) -> list[Visit]:
    """Everything this persona gets to read, from these addresses and by the links on the pages."""
    client = house.client(persona)
    seen: dict[str, Visit] = {}
    views: Counter[str] = Counter()
    waiting = deque(start)
    while waiting:
        path = waiting.popleft()
        place = path.partition("?")[0]
        if path in seen or views[place] >= VIEWS_OF_A_PAGE:
            continue
        views[place] += 1
        seen[path] = visit(client, path, persona=persona)
        if seen[path].is_page and seen[path].status == 200:
            waiting.extend(link for link in _of_ours(seen[path]) if link not in seen)
    return list(seen.values())


def visit(client: Client, path: str, *, persona: str) -> Visit:
    answer = client.get(path)
    text = words_in(body_of(answer))
    return Visit(persona, path, answer.status_code, {**answer.headers, **_cookies(answer)}, text)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def words_in(body: bytes) -> str:
    """A body as text; of a workbook all that stands in it, but for the minute in which it was made."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        parts = [book.read(name) for name in sorted(book.namelist()) if name != "docProps/core.xml"]
    return html.unescape(b"\n".join(parts).decode("utf-8", "replace"))


def _cookies(answer: Any) -> dict[str, str]:
    return {f"Set-Cookie {name}": morsel.OutputString() for name, morsel in answer.cookies.items()}


def _of_ours(visited: Visit) -> list[str]:
    """Links to follow: our own pages, each filter and page number once."""
    found = []
    for link in Page(visited.text).links():
        whole = urlsplit(urldefrag(urljoin(f"http://testserver{visited.path}", link)).url)
        if whole.netloc == "testserver" and not whole.path.startswith("/static/"):
            found.append(f"{whole.path}?{whole.query}" if whole.query else whole.path)
    return found


def rows_of_everything(*, besides: tuple[str, ...] = SESSIONS) -> dict[str, list[str]]:
    """Every row of every table of both databases, as text in a fixed order."""
    tables = {}
    for alias in ("default", "keys"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                if table in besides:
                    continue
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                names = [column[0] for column in cursor.description]
                tables[f"{alias}.{table}"] = sorted(_told(names, row) for row in cursor.fetchall())
    return tables


UNTOLD = ("last_login", "figures_mark")


def _told(names: list[str], row: tuple[Any, ...]) -> str:
    """One row without when somebody last signed in, with which looking begins, and the mark of counts to do anew."""
    values = (bytes(value) if isinstance(value, memoryview) else value for value in row)
    return repr([value for name, value in zip(names, values, strict=True) if name not in UNTOLD])


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """Which tables differ, with one row that does."""
    told = []
    for table in sorted(before.keys() | after.keys()):
        was, is_now = set(before.get(table, ())), set(after.get(table, ()))
        if was != is_now or len(before.get(table, ())) != len(after.get(table, ())):
            told.append(f"{table}: {next(iter(was ^ is_now), 'a row twice')[:200]}")
    return told
