"""What many walks begin with: somebody signs in, and files are taken down."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import Window
from tests.personas import PASSWORD


def sign_in(mine: Window, address: str) -> Window:
    """Sign in with the password that everybody of the tests has."""
    mine.open("/sign-in/")
    mine.page.get_by_label("E-mail").fill(address)
    mine.page.get_by_label("Password").fill(PASSWORD)
    mine.press("Sign in", exact=True)
    return mine


def taken_down(mine: Window, link: str, *, folder: Path) -> Path:
    """What the link with these words hands out, as a file."""
    with mine.page.expect_download() as coming:
        mine.page.get_by_role("link", name=link).first.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
