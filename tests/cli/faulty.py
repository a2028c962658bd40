"""Commands that fail in ways no file can bring about: the frame's own tests run them."""

from __future__ import annotations

import argparse

from viceversa.commands.outcome import Answer, CommandFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("way")


def run(arguments: argparse.Namespace) -> Answer | None:
    if arguments.way == "fault":
        raise ZeroDivisionError("a whole\nnumber by zero")
    if arguments.way == "machine":
        raise CommandFailed("There is no paper in the printer.")
    if arguments.way == "full disk":
        raise OSError(28, "No space left on device", "run/pairs.csv")
    if arguments.way == "settings":
        raise SystemExit("VICEVERSA_DATABASE_URL is 'x'; it must be an address.")
    if arguments.way == "interrupt":
        raise KeyboardInterrupt
    if arguments.way == "interrupt of compiled code":
        within = SystemError("returned a result with an exception set")
        within.__cause__ = KeyboardInterrupt()
        raise SystemError("returned a result with an exception set") from within
    return None
