"""What the demo costs: CPU seconds until it is built, then queries and CPU time of the pages each seat reaches.

    python bench/demo.py                 400 people
    python bench/demo.py --people 20000

Links are followed from each seat's home, one page of each kind. Figures are printed, nothing is asserted. A database
of its own is made in a temporary folder and removed.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
FOLDER_ID = re.compile(r"/[a-z0-9]{20}\b")
LINK = re.compile(r'href="(/[^"#?]*)')
MOST_PAGES = 150


def main() -> int:
    """Build it, walk it, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=400, metavar="N")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="viceversa-bench-") as folder:
        os.environ["VICEVERSA_DATA_DIR"] = folder
        os.environ.setdefault("VICEVERSA_SECRET_KEY", "for-measuring-only-" + "x" * 40)
        os.environ.setdefault("VICEVERSA_BASE_URL", "http://testserver")
        build(asked.people)
        for seat, pages in walked().items():
            print(f"\n{seat}: {len(pages)} pages")
            for path, (queries, milliseconds) in sorted(pages.items(), key=lambda page: -page[1][1])[:12]:
                print(f"  {milliseconds:7.1f} ms {queries:3} queries  {path}")
    return 0


def build(people: int) -> None:
    """Set up, migrate and invent, with the CPU seconds of each."""
    from viceversa.operations.setup import set_up

    begun = process_time()
    set_up(base_url="http://testserver")
    from viceversa.commands.demo import write_without_waiting
    from viceversa.operations.migrating import migrate_both

    write_without_waiting()
    migrate_both()
    print(f"set up and migrated: {process_time() - begun:.1f} CPU s")
    from viceversa.demo.building import build_demo

    begun = process_time()
    built = build_demo(people=people, seed=7, now=datetime.now(UTC))
    print(f"built: {process_time() - begun:.1f} CPU s; {built}")


def walked() -> dict[str, dict[str, tuple[int, float]]]:
    """Seat → address without ids → queries and milliseconds of a warm call."""
    from django.conf import settings
    from django.test import Client

    from viceversa.accounts.models import User
    from viceversa.demo.seats import SEATS

    settings.ALLOWED_HOSTS = ["*"]
    found = {}
    for seat in SEATS:
        client = Client()
        user = User.objects.get(email=seat.email)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        found[seat.slug] = walk(client)
    return found


def walk(client: object) -> dict[str, tuple[int, float]]:
    from bench.pages import cost_of

    waiting, pages = ["/"], {}
    while waiting and len(pages) < MOST_PAGES:
        path = waiting.pop(0)
        kind = FOLDER_ID.sub("/*", path)
        if kind in pages:
            continue
        answer = client.get(path, follow=True)  # type: ignore[attr-defined]
        at = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        pages[kind] = cost_of(client, at)
        if answer.headers["Content-Type"].startswith("text/html"):
            links = LINK.findall(answer.content.decode())
            waiting += [link for link in links if not link.startswith("/static")]
    return pages


if __name__ == "__main__":
    raise SystemExit(main())
