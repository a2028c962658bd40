"""Brings Django up for a command, with the address that the command is about to serve."""

from __future__ import annotations

import os


def set_up(*, base_url: str = "") -> None:
    """Read the settings. ``base_url`` stands in where the environment names none, also for spawned processes."""
    os.umask(0o077)  # databases, letters and keys are the owner's alone; spawned processes inherit it
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viceversa.config.settings")
    if base_url and "VICEVERSA_BASE_URL_FILE" not in os.environ:
        os.environ.setdefault("VICEVERSA_BASE_URL", base_url)
    import django

    django.setup()


def local_url(*, host: str, port: int) -> str:
    """Where a browser on this machine finds what is served there."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}  # noqa: S104 - named, not bound
    shown = everywhere.get(host, host)
    if ":" in shown and not shown.startswith("["):
        shown = f"[{shown}]"
    return f"http://{shown}:{port}"
