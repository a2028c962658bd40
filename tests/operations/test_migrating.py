"""Processes that start at once migrate once."""

from __future__ import annotations

import os
import subprocess
import sys

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
