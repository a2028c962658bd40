"""The page that keeps a run of each command: its block is replaced by what the command prints."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path


class Both(StringIO):
    """Keeps what is written, and shows it at once."""

    def write(self, text: str) -> int:
        if sys.__stdout__:
            sys.__stdout__.write(text)
        return super().write(text)

    def flush(self) -> None:
        if sys.__stdout__:
            sys.__stdout__.flush()


@contextmanager
def kept(page: Path | None, name: str) -> Iterator[None]:
    """Whatever is printed inside also becomes the block `name` of the page, if there is a page."""
    if page is not None:
        replaced(page.read_text(encoding="utf-8"), name, "")  # a page without the block is told before the work
    both = Both()
    with redirect_stdout(both):
        print(circumstances())
        yield
    if page is not None:
        whole = replaced(page.read_text(encoding="utf-8"), name, both.getvalue())
        page.write_text(whole, encoding="utf-8")


def replaced(page: str, name: str, text: str) -> str:
    """The page with another text in the block after `<!-- name -->`; raises ValueError where there is none."""
    block = re.compile(rf"(<!-- {re.escape(name)} -->\n```text\n).*?(```\n)", flags=re.DOTALL)
    lines = "".join(f"{line.rstrip()}\n" for line in text.strip().splitlines())
    whole, count = block.subn(lambda found: found[1] + lines + found[2], page)
    if count != 1:
        raise ValueError(f"The page has {count} blocks <!-- {name} -->; it needs one.")
    return whole


def circumstances() -> str:
    """The machine, the day and how busy the machine is, since wall seconds depend on it."""
    today = datetime.now(UTC).date()
    busy = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {today:%-d %B %Y}; "
        f"load {busy:.1f} when it began"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
