"""Kinds of arguments that several commands take, each refusing nonsense in one sentence."""

from __future__ import annotations

import argparse


def whole_number(text: str) -> int:
    """0, 1, 2 …, as far as 63 bits go."""
    return _between(text, low=0, high=2**63 - 1)


def positive_number(text: str) -> int:
    """1, 2, 3 …"""
    return _between(text, low=1, high=2**31 - 1)


def _between(text: str, *, low: int, high: int) -> int:
    # Twenty digits are enough for either limit; int() itself balks at thousands of them.
    if not text.isascii() or not text.isdecimal() or len(text) > 20 or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from {low} to {high:,}")
    return int(text)
