"""Finds a Chromium, or brings one."""

from __future__ import annotations

import shutil
import subprocess
import sys

from .install import install_from_debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed() -> str:
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if shutil.which(path) else ""


def find_browser() -> str:
    """The path of a Chromium that starts: what is installed, Debian's, Playwright's own."""
    path = installed() or playwrights_own()
    if not path and install_from_debian("chromium"):
        path = installed()
    if not path:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, capture_output=True, check=False)
        path = playwrights_own()
    if not path:
        sys.exit("The tests need a browser, and none could be installed: install the package chromium.")
    return path
