"""What each page costs: queries and CPU time, with 10 rows of everything and with 10,000.

    python bench/pages.py                    every page that somebody may read, slowest first
    python bench/pages.py people_list pair_list
    python bench/pages.py people_list person --rows 10 100000
    python bench/pages.py --profile programme

Milliseconds are this process's own, the median of a page's repeated calls after warm-up; the browser's, the
network's and a database server's come on top. Figures are printed, nothing is asserted. A database of its own is
made in a temporary folder and removed; `VICEVERSA_DATABASE_URL` and `VICEVERSA_KEY_STORE_URL` choose another, empty
one.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
NOW = datetime(2026, 6, 23, 9, 0, tzinfo=UTC)
WARM, MEASURED = 2, 9


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("routes", nargs="*", help="names of routes, as docs/access.md has them")
    parser.add_argument("--rows", nargs="+", type=int, default=[10, 10_000], metavar="N", help="rows, growing")
    parser.add_argument("--profile", action="store_true", help="also where the time goes, at the most rows")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="viceversa-bench-") as folder:
        _set_up(folder)
        found = measured(asked.routes, rows=sorted(asked.rows), profile=asked.profile)
    for line in told(found):
        print(line)
    return 0


def _set_up(folder: str) -> None:
    os.environ["VICEVERSA_DATA_DIR"] = folder
    os.environ.setdefault("VICEVERSA_SECRET_KEY", "for-measuring-only-" + "x" * 40)
    os.environ.setdefault("VICEVERSA_BASE_URL", "http://testserver")
    os.environ["DJANGO_SETTINGS_MODULE"] = "viceversa.config.settings"
    import django
    from django.conf import settings

    django.setup()
    settings.CLOCK = lambda: NOW
    settings.ALLOWED_HOSTS = ["*"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # dozens of accounts are made
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("migrate", database="keys", verbosity=0)


Cost = tuple[int, float]  # queries, milliseconds


def measured(routes: list[str], *, rows: list[int], profile: bool) -> dict[str, dict[int, Cost]]:
    """Route → rows → what it costs; the world grows from the fewest rows to the most."""
    from tests.many import grow
    from tests.personas import build_northmoor
    from tests.web.test_budgets import READ, northmoors_page

    northmoor = build_northmoor(now=NOW)
    found: dict[str, dict[int, Cost]] = {name: {} for name in routes or READ}
    there = 0
    for count in rows:
        grow(northmoor, count - there, now=NOW)
        there = count
        _analyse()
        for name, costs in found.items():
            client, path = northmoors_page(northmoor, name)
            costs[count] = cost_of(client, path)
            if profile and count == rows[-1]:
                profiled(client, path)
    return found


def _analyse() -> None:
    """As either database does by itself now and then."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def cost_of(client: Any, path: str) -> Cost:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    client.get(path)  # what a first look begins, such as a count of the supply, is not what the page costs
    with CaptureQueriesContext(connections["default"]) as queries:
        client.get(path)
    count = len(queries)  # read now: the next request empties the log
    times = []
    for turn in range(WARM + MEASURED):
        begin = process_time()
        client.get(path)
        if turn >= WARM:
            times.append(process_time() - begin)
    return count, 1000 * median(times)


def profiled(client: Any, path: str) -> None:
    profile = cProfile.Profile()
    profile.enable()
    client.get(path)
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def told(found: dict[str, dict[int, Cost]]) -> list[str]:
    """A table, the slowest page first."""
    counts = list(next(iter(found.values())))
    lines = [f"{'page':28}" + "".join(f"{count:>10,} rows: queries, ms" for count in counts)]
    for name, costs in sorted(found.items(), key=lambda item: -item[1][counts[-1]][1]):
        cells = "".join(f"{costs[count][0]:>22}{costs[count][1]:7.1f}" for count in counts)
        lines.append(f"{name:28}{cells}")
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
