"""``viceversa demo``: a realistic organisation in mid-programme, on this machine alone."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path

from viceversa.commands.arguments import positive_number
from viceversa.commands.outcome import CommandFailed, WrongUsage
from viceversa.commands.serve import port_number

HOST = "127.0.0.1"
SEED = 7
FRESH_FOR = timedelta(hours=20)
MARKER = "demo.json"
LEFT_BEHIND = ("viceversa.sqlite3*", "keys.sqlite3*", "field-key", "secret-key")
FEWEST = 100  # below this the invented company has too few leaders to show a programme
# What the demo decides itself, whatever the shell has set for a real installation.
NOT_FOR_THE_DEMO = (
    "VICEVERSA_DATABASE_URL",
    "VICEVERSA_KEY_STORE_URL",
    "VICEVERSA_FIELD_KEY_FILE",
    "VICEVERSA_SECRET_KEY",
    "VICEVERSA_SMTP_URL",
    "VICEVERSA_BASE_URL",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port_number, default=8000, metavar="N", help="the port (default 8000)")
    parser.add_argument(
        "--people", type=_size, default=400, metavar="N", help="how large the organisation is (default 400)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def _size(text: str) -> int:
    people = positive_number(text)
    if people < FEWEST:
        raise argparse.ArgumentTypeError(f"{people} people are too few to show a programme; ask for {FEWEST} or more")
    return people


def run(arguments: argparse.Namespace) -> None:
    begun = time.monotonic()
    folder = Path(os.environ.get("VICEVERSA_DATA_DIR") or Path.cwd() / "data" / "demo").resolve()
    _own_environment(folder)
    reused = _is_fresh(folder, people=arguments.people)
    if not reused:
        _make_room(folder)
    from viceversa.operations.setup import local_url, set_up

    here = local_url(host=HOST, port=arguments.port)
    set_up(base_url=here)
    from viceversa.operations.migrating import migrate_both
    from viceversa.operations.serving import PortTaken, require_free_port, serve

    try:
        require_free_port(host=HOST, port=arguments.port)
        if not reused:
            write_without_waiting()
        migrate_both()
        if not reused:
            _build(folder, people=arguments.people)
            _close()
        serve(
            host=HOST,
            port=arguments.port,
            processes=1,
            application="viceversa.demo.wsgi:application",
            started=lambda: _welcome(here, seconds=time.monotonic() - begun, open_browser=not arguments.no_browser),
        )
    except PortTaken as taken:
        raise CommandFailed(str(taken)) from taken


def _own_environment(folder: Path) -> None:
    for name in NOT_FOR_THE_DEMO:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ["VICEVERSA_DATA_DIR"] = str(folder)
    os.environ["VICEVERSA_ORGANISATION"] = "Northmoor"


def _is_fresh(folder: Path, *, people: int) -> bool:
    """Whether the folder holds this very demo, built today, so that its dates still make sense."""
    try:
        built = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        age = datetime.now(UTC) - datetime.fromisoformat(built["at"])
        return bool(built["people"] == people and built["layout"] == _layout() and age < FRESH_FOR)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _layout() -> str:
    """Changes with every migration and with the demo's own code, so that an old demo is built anew."""
    package = Path(__file__).resolve().parents[1]
    parts = ("*/migrations/*.py", "demo/**/*.py", "demo/organisation/data/*", "playbooks/en/*.toml")
    return str(max(int(file.stat().st_mtime) for part in parts for file in package.glob(part)))


def _make_room(folder: Path) -> None:
    """Take away what an earlier demo left, and mark the folder as the demo's. An installation in it is refused."""
    left = [file for pattern in LEFT_BEHIND for file in folder.glob(pattern)]
    if left and not (folder / MARKER).exists():
        raise WrongUsage(
            f"{folder} holds {left[0].name} of an installation that is no demo, and would overwrite it. "
            "Name another folder in VICEVERSA_DATA_DIR, or unset it."
        )
    for file in left:
        file.unlink()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARKER).write_text("{}", encoding="utf-8")


def write_without_waiting() -> None:
    """Leave it to the system when the disk is written: a demo that is cut short is built anew.

    On a busy disk the thousands of small transactions of the invented past would wait for most of a minute.
    """
    from django.db import connections

    for connection in connections.all():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def _close() -> None:
    """From here on every transaction is on the disk before it counts as done."""
    from django.db import connections

    connections.close_all()


def _build(folder: Path, *, people: int) -> None:
    from viceversa.demo.building import MOST_A_SIDE, build_demo

    print(f"Inventing an organisation of {people} people and five months of meetings …", file=sys.stderr, flush=True)
    now = datetime.now(UTC)
    built = build_demo(people=people, seed=SEED, now=now)
    print(f"{built.people} people, {built.pairs} pairs, {built.meetings_held} meetings held.", file=sys.stderr)
    if built.asked_fewer:
        print(f"Fresh Eyes asked {MOST_A_SIDE:,} people of a side, as a first large cohort would.", file=sys.stderr)
    marker = {"at": now.isoformat(), "people": people, "layout": _layout()}
    (folder / MARKER).write_text(json.dumps(marker), encoding="utf-8")


def _welcome(address: str, *, seconds: float, open_browser: bool) -> None:
    from viceversa.demo.seats import SEATS

    width = max(len(seat.name) for seat in SEATS)
    lines = [f"  {seat.name:<{width}}  {seat.role}: {seat.does[0].lower()}{seat.does[1:]}" for seat in SEATS]
    intro = f"Viceversa's demo answers on {address} (ready after {seconds:.0f} s; stop with Ctrl+C)."
    print("\n".join([intro, "Sign in with one click as", *lines]), file=sys.stderr, flush=True)
    if open_browser and (sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(address)
