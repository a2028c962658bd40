from pathlib import Path

from viceversa.accounts.access import ROUTES
from viceversa.accounts.access_page import access_table_markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"


def test_the_documentation_is_written_from_the_table():
    assert PAGE.read_text(encoding="utf-8") == access_table_markdown()


def test_every_route_stands_on_the_page_once():
    text = access_table_markdown()
    assert [text.count(f"| `{name}` |") for name in ROUTES] == [1] * len(ROUTES)
