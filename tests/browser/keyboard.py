"""A keyboard and nothing else: Tab to what one wants, see where one is, type, press Enter."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Window

MOST_STOPS = 220  # more to get anywhere on a page of ours is a trap, or as good as one
STOPS_WITHIN = 5  # a date has a day, a month, a year and a calendar

# What has the focus: its name, what it is, whether one can see where one stands, and a mark to know it again.
WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return {name: "", kind: "body", seen: true, mark: -1};
  const words = at.labels && at.labels.length ? at.labels[0].innerText
    : at.getAttribute("aria-label") || at.innerText || at.value || "";
  const drawn = [at, at.closest("label"), at.nextElementSibling].filter(Boolean).some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = (at.closest("label") || at).getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  window.marked ??= new Map();
  if (!window.marked.has(at)) window.marked.set(at, window.marked.size);
  return {name: words.trim().replace(/\\s+/g, " "), kind: at.type || at.localName, id: at.id,
          seen: drawn && inside, mark: window.marked.get(at)};
}"""


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, mine: Window) -> None:
        self.mine, self.page, self.stops = mine, mine.page, 0

    def where(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(WHERE)
        return found

    def over_the_menu(self) -> None:
        """The first Tab of a page is the way over the menu; it is taken."""
        if self.page.url.endswith("#main"):  # the address came along from the page before: one begins behind it
            return
        self.page.keyboard.press("Tab")
        first = self.where()
        assert first["name"] == "Skip to the page", f"{self.page.url} begins with {first}"
        assert first["seen"], f"{self.page.url}: the way over the menu is not to be seen"
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.activeElement.id") == "main"

    def to(self, words: str, *, kind: str = "") -> None:
        """Tab on to what carries these words, or has this id after a number sign."""
        last, held = None, 0
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            at = self.where()
            self.stops += 1
            if at["kind"] == "body":
                raise AssertionError(f"{self.page.url}: went round without meeting “{words}”")
            within = at["mark"] == last and at["kind"] == "date"  # the browser itself marks a date's parts
            assert at["seen"] or within, f"{self.page.url}: one does not see that the focus is at {at}"
            held = held + 1 if at["mark"] == last else 0
            assert held < STOPS_WITHIN, f"{self.page.url}: the focus is trapped at {at}"
            last = at["mark"]
            met = at.get("id") == words[1:] if words.startswith("#") else words in at["name"]
            if met and (not kind or at["kind"] == kind):
                return
        raise AssertionError(f"{self.page.url}: “{words}” is more than {MOST_STOPS} stops away")

    def press(self, words: str, *, kind: str = "") -> None:
        """Go to a button or a link and press Enter. Other walks look at the pages as axe does."""
        self.to(words, kind=kind)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, words: str, typed: str) -> None:
        self.to(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(typed)

    def waits_for(self, words: str) -> None:
        """Somebody waits; the page looks again by itself."""
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)
