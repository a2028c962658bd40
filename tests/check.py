"""`make check`: what can be said of the code without running the product. Every check runs; all failures are shown."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "Lint": ["ruff", "check", "."],
    "Format": ["ruff", "format", "--check", "."],
    "Types": ["mypy"],
    "Import contracts": ["lint-imports"],
    "Migrations match the models": ["django-admin", "makemigrations", "--check", "--dry-run"],
    "Django's own checks": ["django-admin", "check"],
    "Declared dependencies": ["deptry", "src"],
}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="viceversa-check-") as folder:
        environment = os.environ | {"VICEVERSA_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "viceversa.config.settings"}
        failed = []
        for title, command in CHECKS.items():
            done = subprocess.run(
                [str(BIN / command[0]), *command[1:]],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {title}", flush=True)
            if done.returncode != 0:
                failed.append(title)
                print(done.stdout + done.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
