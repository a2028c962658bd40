"""``viceversa lottery``: a record that replays, and one that was touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from viceversa.cli import main
from viceversa.stats.lottery import Entry, freeze, record_text


@pytest.fixture
def record(tmp_path: Path) -> Path:
    entries = [Entry(f"p{number}", ("Stores" if number < 6 else "Office",)) for number in range(9)]
    frozen = freeze(lottery="l", places=3, strata=["function"], entries=entries)
    path = tmp_path / "lottery.json"
    path.write_text(record_text(frozen, seed="18 204.55", seed_from="public: the index"), encoding="utf-8")
    return path


def test_a_record_replays_and_says_what_to_compare(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lottery", str(record)]) == 0
    out = capsys.readouterr().out
    assert "the same 3 of 9 people are drawn" in out
    assert "18 204.55" in out
    assert json.loads(record.read_text())["list_hash"] in out


def test_a_record_that_was_touched_is_refused_with_the_reason(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(record.read_text())
    told["seed"] = "luckier"
    record.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    assert main(["lottery", str(record)]) == 1
    assert "other people" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nonsense", b"{}"])
def test_what_is_no_record_is_refused_without_a_traceback(
    record: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write_bytes(content)
    assert main(["lottery", str(record)]) == 1
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert str(record) in err


def test_the_few_lines_of_the_handbook_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "lottery.md").read_text(encoding="utf-8")
    lines = page.split("```python\n")[1].split("```")[0]
    frozen = freeze(lottery="l", places=3, strata=[], entries=[Entry(f"p{number}") for number in range(9)])
    text = record_text(frozen, seed="seven", seed_from="public: the index")
    (tmp_path / "lottery.json").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(lines, "handbook", "exec"), {})
    (tmp_path / "lottery.json").write_text(text.replace('"seed": "seven"', '"seed": "eight"'), encoding="utf-8")
    with pytest.raises(AssertionError):
        exec(compile(lines, "handbook", "exec"), {})
