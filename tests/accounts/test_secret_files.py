"""Files of secrets: made once, whole from the moment they are there, and their owner's alone."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

from viceversa.accounts.secret_files import write_secret

ROUNDS = 200


def test_whoever_finds_the_file_can_read_all_of_it(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        path = tmp_path / f"key-{number}"
        start, read = threading.Barrier(2), []

        def watch(path: Path = path, start: threading.Barrier = start, read: list[str] = read) -> None:
            start.wait()
            while not path.exists():
                pass
            read.append(path.read_text(encoding="ascii"))

        watcher = threading.Thread(target=watch)
        watcher.start()
        start.wait()
        write_secret(path, "the secret")
        watcher.join()
        assert read == ["the secret\n"], f"round {number}"


def test_of_two_writers_the_first_stands(tmp_path: Path) -> None:
    write_secret(tmp_path / "key", "first")
    write_secret(tmp_path / "key", "second")
    assert (tmp_path / "key").read_text(encoding="ascii") == "first\n"


def test_only_its_owner_can_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_secret(tmp_path / "key", "the secret")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
