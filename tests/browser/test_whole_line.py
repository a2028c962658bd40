"""From an empty installation to a meeting that was held, by four people in four browsers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import Window
from tests.browser.line import Line
from tests.conftest import MovableClock


def test_four_people_walk_the_whole_line(
    window: Callable[..., Window], clock: MovableClock, tmp_path: Path, transactional_db: None
) -> None:
    Line(window=window, clock=clock, folder=tmp_path, scripts=True).walk()


def test_four_people_walk_the_whole_line_without_javascript(
    window: Callable[..., Window], clock: MovableClock, tmp_path: Path, transactional_db: None
) -> None:
    Line(window=window, clock=clock, folder=tmp_path, scripts=False).walk()
