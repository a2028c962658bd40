"""Machine code is kept for the sources it was made from, and for no others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import viceversa.matching

SOURCES = Path(viceversa.matching.__file__).parent


def cache_of(package: Path) -> str:
    code = f"import sys; sys.path.insert(0, {str(package)!r}); import kernels; print(kernels.FOLDER)"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_a_change_in_any_compiled_module_asks_for_new_code(tmp_path: Path) -> None:
    for name in ("kernels", "compiled", "sieve", "sweeps", "forbidding", "sparse", "auction", "detours"):
        (tmp_path / f"{name}.py").write_bytes((SOURCES / f"{name}.py").read_bytes())
    before = cache_of(tmp_path)
    assert cache_of(tmp_path) == before
    with (tmp_path / "compiled.py").open("a") as stream:
        stream.write("# a rule changed\n")
    assert cache_of(tmp_path) != before


def test_every_module_with_compiled_functions_is_watched() -> None:
    from viceversa.matching.kernels import MODULES

    compiled = {path.stem for path in SOURCES.glob("*.py") if "@kernel" in path.read_text(encoding="utf-8")}
    assert compiled == set(MODULES)
