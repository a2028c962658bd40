"""How long an import of many people takes, how much memory, and how long it keeps others from writing.

    python bench/roster.py --people 100000

makes an organisation, brings it in, brings in a changed file and undoes that, in a throw-away installation, and
prints for each step: seconds, the longest write transaction, the longest that somebody who signs in meanwhile
waited, and the peak of memory so far of this process, which is web and worker in one. With VICEVERSA_DATABASE_URL and
VICEVERSA_KEY_STORE_URL set it uses those databases, which must be empty, else SQLite in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="viceversa-bench-") as folder:
        os.environ["VICEVERSA_DATA_DIR"] = folder
        people = Path(folder) / "people.csv"
        # In a process of its own, so that its memory is not counted.
        command = [
            "organisation",
            "--people",
            str(arguments.people),
            "--seed",
            str(arguments.seed),
            "--out",
            str(people),
        ]
        subprocess.run([sys.executable, "-m", "viceversa.cli", *command], check=True, stdout=subprocess.DEVNULL)
        measure(people)


def measure(people: Path) -> None:
    from viceversa.operations.setup import set_up

    set_up()
    from django.conf import settings

    from viceversa.accounts.models import User
    from viceversa.operations.migrating import migrate_both

    migrate_both()
    by = User.objects.create_user("bench@example.org", "a long walk by the river")
    clock = settings.CLOCK
    first = bring_in(people.read_bytes(), "new people", by=by, clock=clock)
    changed = re.sub(rb"(?m)^([^\n]*),Leeds,", rb"\1,York,", people.read_bytes())
    second = bring_in(changed, "changed people", by=by, clock=clock)
    undo(second, "undo the change", by=by, clock=clock)
    undo(first, "undo everybody", by=by, clock=clock)


def peak() -> float:
    """The most memory that this process has taken so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)


def bring_in(data: bytes, name: str, *, by: Any, clock: Callable[[], Any]) -> Any:
    from viceversa.people.actions import claim_request, upload_roster
    from viceversa.people.roster_apply import apply_roster
    from viceversa.people.roster_check import check_roster

    with figures(f"{name}: upload"):
        roster = upload_roster(data, file_name="people.csv", by=by, now=clock())
    del data
    with figures(f"{name}: check"):
        check_roster(roster, now=clock())
    claim_request(roster, leave_out=(), leavers_agreed=0, by=by, now=clock())
    roster.refresh_from_db()
    with figures(f"{name}: apply"):
        applied = apply_roster(roster, now=clock())
    roster.refresh_from_db()
    assert applied, roster.problem
    print(f"{'':28}{roster.counts['new']:,} new, {roster.counts['changed']:,} changed")
    return roster


def undo(roster: Any, name: str, *, by: Any, clock: Callable[[], Any]) -> None:
    from viceversa.people.actions import request_undo
    from viceversa.people.roster_undo import undo_roster

    request_undo(roster, by=by, now=clock())
    roster.refresh_from_db()
    with figures(name):
        undone = undo_roster(roster, now=clock())
    roster.refresh_from_db()
    assert undone, roster.problem


@contextmanager
def figures(name: str) -> Iterator[None]:
    """Print what the work took, while somebody else keeps reading and writing."""
    other = SomebodyElse()
    other.start()
    longest = LongestWrite()
    began = time.perf_counter()
    with longest:
        yield
    seconds = time.perf_counter() - began
    other.stop()
    print(
        f"{name:28}{seconds:8.1f} s, longest write transaction {longest.seconds:5.1f} s, "
        f"others waited at most {other.read:.1f} s to read and {other.wrote:.1f} s to write, peak {peak():,.0f} MB",
        flush=True,
    )


class LongestWrite:
    """Times each transaction of this thread that writes, from its first writing statement to its end."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> LongestWrite:
        from django.db import transaction

        self._atomic = (transaction.Atomic.__enter__, transaction.Atomic.__exit__)
        enter, leave = self._atomic
        mine = threading.get_ident()
        depth, began = 0, 0.0

        def entered(atomic: Any) -> None:
            nonlocal depth, began
            enter(atomic)
            if threading.get_ident() == mine:
                depth += 1
                began = time.perf_counter() if depth == 1 else began

        def left(atomic: Any, *error: Any) -> None:
            nonlocal depth
            leave(atomic, *error)
            if threading.get_ident() == mine:
                depth -= 1
                if not depth:
                    self.seconds = max(self.seconds, time.perf_counter() - began)

        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entered, left  # type: ignore[method-assign]
        return self

    def __exit__(self, *error: object) -> None:
        from django.db import transaction

        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = self._atomic  # type: ignore[method-assign]


class SomebodyElse(threading.Thread):
    """Reads a page's worth and writes a row, as a sign-in does, five times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.read = self.wrote = 0.0
        self._stop_now = threading.Event()

    def run(self) -> None:
        from django.db import connections

        from viceversa.accounts.models import User

        while not self._stop_now.wait(0.2):
            self.read = max(self.read, _seconds(lambda: list(User.objects.all()[:50])))
            self.wrote = max(self.wrote, _seconds(lambda: User.objects.filter(pk=1).update(name="Bench")))
        connections.close_all()

    def stop(self) -> None:
        self._stop_now.set()
        self.join(timeout=60)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
