"""The busiest pages on the narrowest phone and at 200 % zoom: nothing scrolls sideways, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Window
from tests.browser.desks import sign_in
from tests.personas import Northmoor

COORDINATORS = (
    "/",
    "/people/",
    "/people/topics/",
    "/people/import/",
    "/programmes/{programme}/",
    "/programmes/{programme}/design/",
    "/programmes/{programme}/readiness/",
    "/programmes/{programme}/enrolments/",
    "/programmes/{programme}/enrolments/invite/",
    "/programmes/{programme}/rules/",
    "/programmes/{programme}/runs/",
    "/programmes/runs/{run}/",
    "/programmes/{programme}/pairs/",
    "/insights/{programme}/",
)
LEADERS = ("/", "/pairs/", "/pairs/{pair}/", "/pairs/meetings/{meeting}/", "/you/", "/you/profile/")
# Enlarged to 200 %, a window of 1280 px has 640 of CSS; at 400 %, or on the narrowest phone, 320.
ENLARGED = 640
BUSIEST = {
    "coordinator@northmoor.example": (
        "/programmes/{programme}/",
        "/people/",
        "/programmes/{programme}/design/",
        "/programmes/{programme}/readiness/",
        "/programmes/{programme}/enrolments/",
        "/programmes/{programme}/enrolments/invite/",
        "/programmes/runs/{run}/",
    ),
    "mentee@northmoor.example": ("/pairs/{pair}/", "/you/", "/pairs/proposals/{proposal}/"),
}


PHONE = {"coordinator@northmoor.example": COORDINATORS, "mentee@northmoor.example": LEADERS}


@pytest.mark.parametrize(
    ("width", "dark", "pages"),
    [(320, False, PHONE), (ENLARGED, True, BUSIEST)],
    ids=["320 px, light", "200 %, dark"],
)
def test_the_busiest_pages_fit(
    northmoor: Northmoor,
    window: Callable[..., Window],
    width: int,
    dark: bool,
    pages: dict[str, tuple[str, ...]],
) -> None:
    ids = {
        "programme": northmoor.programme.public_id,
        "run": northmoor.run.public_id,
        "pair": northmoor.pair.public_id,
        "meeting": northmoor.meeting.public_id,
        "proposal": northmoor.proposal.public_id,
    }
    for address, paths in pages.items():
        mine = sign_in(window(width=width, dark=dark), address)
        for path in paths:
            mine.open(path.format(**ids))
            assert mine.page.locator("h1").count() == 1, f"{path} is no page of ours"
            assert "not found" not in mine.page.title().lower()
            mine.judge()
