"""The documentation says what there is: every setting, every command, and no link into nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from viceversa.cli import COMMANDS
from viceversa.matching import Policy

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_every_setting_is_documented() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r"VICEVERSA_[A-Z_]*[A-Z]", source))
    settings = {name.removesuffix("_FILE") if name != "VICEVERSA_FIELD_KEY_FILE" else name for name in read}
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(VICEVERSA_[A-Z_]+)`", page, flags=re.MULTILINE))
    assert settings == documented


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    missing = [command.name for command in COMMANDS if f"`viceversa {command.name}" not in page]
    assert not missing


def test_the_default_policy_in_the_docs_is_the_one_in_the_code() -> None:
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    assert block is not None
    assert Policy.from_toml(block.group(1)) == Policy.default()
    assert set(tomllib.loads(block.group(1))) == {"rules", "weights", "options"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_into_nothing(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    missing = [link for link in inside if not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_sentence_stands_on_a_line_of_its_own(page: Path) -> None:
    """So that a change of one sentence is a change of one line."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    crowded = [line for line in text.splitlines() if not line.startswith(("|", "#", "-")) and len(line) > 320]
    assert not crowded


def test_the_map_in_the_readme_names_every_part_of_the_house() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    package = ROOT / "src" / "viceversa"
    parts = [path.name for path in package.iterdir() if path.is_dir() and any(path.rglob("*.py"))]
    missing = [part for part in parts if f"{part}/" not in readme]
    assert not missing
