"""Processes that start at once migrate once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

from viceversa.operations.migrating import close_to_others

SCRIPT = """
from viceversa.operations.setup import set_up
set_up()
from viceversa.operations.migrating import migrate_both
print(migrate_both())
"""


def test_two_that_start_at_once_migrate_once(tmp_path):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("VICEVERSA_", "DJANGO_"))}
    environment = kept | {"VICEVERSA_DATA_DIR": str(tmp_path), "VICEVERSA_SECRET_KEY": "k" * 40}
    line = [sys.executable, "-c", SCRIPT]
    both = [subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    applied = sorted(int(process.communicate(timeout=120)[0]) for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert applied[0] == 0
    assert applied[1] > 20


def test_what_an_open_start_left_is_closed_to_others(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir(mode=0o755)
    (folder / "viceversa.sqlite3").touch(mode=0o644)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("VICEVERSA_", "DJANGO_"))}
    environment = kept | {"VICEVERSA_DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "-c", SCRIPT], env=environment, check=True, capture_output=True, umask=0o022)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    assert {"demo", "viceversa.sqlite3", "keys.sqlite3", "secret-key"} <= set(modes)
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


def test_a_folder_that_everybody_writes_to_stays_theirs(tmp_path):
    tmp_path.chmod(0o1777)
    close_to_others(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777
