"""`make test`: every test, on SQLite, on a throw-away PostgreSQL, and in a real Chromium on both.

Where a browser or PostgreSQL is missing it is installed by the first way that works; where none works this
stops with one sentence. Nothing is skipped silently for want of either.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.machine.browser import find_browser
from tests.machine.postgresql import ThrowAwayPostgreSQL

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_DATABASE = ["tests/matching", "tests/formats", "tests/stats", "tests/cli", "tests/demo/test_organisation.py"]
WORKERS = str(min(4, os.cpu_count() or 2))


def pytest(title: str, arguments: list[str], environment: Mapping[str, str]) -> bool:
    """Run one part of the suite in a process of its own; whether it passed."""
    print(f"\n== {title}", flush=True)
    begun = time.monotonic()
    command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
    passed = subprocess.run(command, cwd=ROOT, env=dict(environment), check=False).returncode == 0
    print(f"== {title}: {'passed' if passed else 'FAILED'} in {time.monotonic() - begun:.0f} s", flush=True)
    return passed


def main() -> int:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("VICEVERSA_")}
    plain["VICEVERSA_TEST_BROWSER"] = find_browser()
    spread = ["-n", WORKERS, "--dist", "loadfile"]
    pure = [f"--ignore={path}" for path in WITHOUT_DATABASE]
    with ThrowAwayPostgreSQL() as server:
        on_postgresql = plain | {
            "VICEVERSA_DATABASE_URL": server.url("viceversa"),
            "VICEVERSA_KEY_STORE_URL": server.url("viceversa_keys"),
        }
        results = [
            pytest("Everything but the browser, SQLite", ["-m", "not browser", *spread], plain),
            pytest("Everything that has a database, PostgreSQL", ["-m", "not browser", *spread, *pure], on_postgresql),
            pytest("In the browser, SQLite", ["-m", "browser", "tests/browser"], plain),
            pytest("In the browser, PostgreSQL", ["-m", "browser", "tests/browser"], on_postgresql),
        ]
    print("\nEverything passed." if all(results) else "\nSomething failed; it is named above.")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
