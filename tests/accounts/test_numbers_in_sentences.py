"""Every sentence with a plural writes its numbers as people do: "12,345 people", never "12345 people"."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import viceversa
from viceversa.accounts.numbers import filled, grouped

SOURCE = Path(viceversa.__file__).parent
PLURALS = {"ngettext", "npgettext", "ngettext_lazy", "npgettext_lazy"}
FIXED = {"_", "_now", "gettext"}
TEMPLATES = SOURCE / "web" / "templatetags" / "words.py"  # has ways of its own, and groups what it is given


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path != TEMPLATES and "ngettext" in path.read_text("utf-8"))


def functions_with_plurals(tree: ast.Module) -> Iterator[ast.AST]:
    """Whole functions, and what stands outside of them."""
    for part in tree.body:
        inner = part.body if isinstance(part, ast.ClassDef) else [part]
        yield from (one for one in inner if any(_is_plural(node) for node in ast.walk(one)))


def _is_plural(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLURALS


def filled_by_hand(source: str) -> list[int]:
    """Lines where a sentence is filled with ``%`` in a function that chooses one by its number.

    A fixed sentence may be: it has no number that decides its words.
    """
    return sorted(
        node.lineno
        for function in functions_with_plurals(ast.parse(source))
        for node in ast.walk(function)
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Mod) and _fills_a_plural(node)
    )


def _fills_a_plural(node: ast.BinOp | ast.AugAssign) -> bool:
    if isinstance(node, ast.AugAssign):
        return True
    call = node.left
    fixed = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FIXED
    return not fixed and not isinstance(node.right, ast.Constant)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_each_plural_sentence_is_filled_with_grouped_numbers(path: Path) -> None:
    assert filled_by_hand(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'def f(n):\n    return ngettext("%(n)s pair", "%(n)s pairs", n) % {"n": n}',
        'def f(n):\n    words = ngettext("%(n)s pair", "%(n)s pairs", n)\n    return words % {"n": n}',
        'def f(n, facts):\n    words = ngettext("%(n)s pair", "%(n)s pairs", n)\n    words %= facts',
        'def f(n):\n    told = [(n, ngettext("%(n)s pair", "%(n)s pairs", n))]\n    return [a % b for b, a in told]',
        'def f(n):\n    told = {1: ngettext("%(n)s pair", "%(n)s pairs", n)}\n    return told.get(1) % {"n": n}',
        'WORDS = {1: lambda n: ngettext("%(n)s pair", "%(n)s pairs", n) % {"n": n}}',
    ],
)
def test_each_way_to_forget_it_is_found(source: str) -> None:
    assert len(filled_by_hand(source)) == 1


def test_the_walk_meets_the_sentences() -> None:
    assert len(modules()) > 30


def test_whole_numbers_are_grouped_and_all_else_is_as_it_is() -> None:
    assert [grouped(value) for value in (999, 1_000, -12_345, "12345", 1234.5)] == [
        999,
        "1,000",
        "-12,345",
        "12345",
        1234.5,
    ]
    assert filled("%(count)s people of %(place)s", count=12_345, place="Leeds") == "12,345 people of Leeds"
