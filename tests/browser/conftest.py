"""A real Chromium against a live server: every page is looked at for console errors and accessibility."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.machine.browser import find_browser

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the tests' thread

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 30_000  # milliseconds; these machines are shared


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, databases=["default", "keys"]))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("VICEVERSA_TEST_BROWSER") or find_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Window:
    """Somebody's own browser. Whatever it complains of stands in ``complaints``, which the test reads at the end."""

    context: BrowserContext
    page: Page
    address: str
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path if path.startswith("/") else path)
        return self.page

    def press(self, name: str, *, role: str = "button", exact: bool = False) -> None:
        """Press the first thing that carries this name, and wait for the page that follows."""
        self.page.get_by_role(role, name=name, exact=exact).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()

    def follow(self, name: str, *, exact: bool = False) -> None:
        self.press(name, role="link", exact=exact)

    def judge(self) -> None:
        """Look at the page as axe does, and for a sideways scroll; what is wrong joins the complaints."""
        title = self.page.title()
        self.seen.add(title)
        if not self.scripts:
            return
        size = self.page.viewport_size or {"width": 1280, "height": 900}
        tall = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.set_viewport_size({"width": size["width"], "height": max(tall, 900)})
        found = Axe().run(self.page, options={"runOnly": RULES}).response["violations"]
        self.complaints += [
            f"{title}: {one['id']} {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found
        ]
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.complaints.append(f"{title}: scrolls sideways")
        self.page.set_viewport_size(size)


@pytest.fixture
def window(browser: Browser, live_server: object, settings: object) -> Iterator[Callable[..., Window]]:
    """Opens browsers, one for each person; at the end none of them may have complained."""
    address = live_server.url  # type: ignore[attr-defined]
    settings.BASE_URL = address  # type: ignore[attr-defined]
    opened: list[Window] = []

    def open_window(*, scripts: bool = True, width: int = 1280, dark: bool = False, phone: bool = False) -> Window:
        context = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            is_mobile=phone,
            has_touch=phone,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        mine = Window(context=context, page=page, address=address, scripts=scripts)
        page.on("console", lambda message: _note(mine, message.type, message.text))
        page.on("pageerror", lambda error: mine.complaints.append(f"{page.url}: {error}"))
        page.on("response", lambda answer: _note_fault(mine, answer.status, answer.url))
        opened.append(mine)
        return mine

    yield open_window
    for one in opened:
        one.context.close()
    complaints = [complaint for one in opened for complaint in one.complaints]
    assert not complaints, "\n".join(complaints)


def _note(window: Window, kind: str, text: str) -> None:
    if "status of 409" in text:  # the browser's word for being told that something changed; tests read it apart
        window.refusals.append(window.page.url)
    elif kind in ("error", "warning"):
        window.complaints.append(f"{window.page.url}: console {kind}: {text}")


def _note_fault(window: Window, status: int, url: str) -> None:
    if status >= 500:
        window.complaints.append(f"{url}: {status}")
