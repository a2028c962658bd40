"""The command line: one table of commands, and how each of them ends.

Exit codes: 0 done, 1 the input has problems (all listed), 2 wrong usage, 3 internal fault.
Answers go to standard output, everything else to standard error; ``--json`` answers in JSON either way.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any, NoReturn

from viceversa.commands.outcome import (
    DONE,
    FAULT,
    WRONG_USAGE,
    Answer,
    CommandFailed,
    CommandRefused,
    remark_lines,
)

# What a shell says of a command that was interrupted or whose reader went away: 128 + the signal's number.
INTERRUPTED, NOBODY_READS = 130, 141


@dataclass(frozen=True)
class Command:
    """A command: its file under ``viceversa.commands``, one line of help, and an example to copy."""

    name: str
    module: str
    help: str
    example: str


COMMANDS = (
    Command(
        "demo",
        "viceversa.commands.demo",
        "start a realistic organisation in mid-programme on this machine",
        "viceversa demo --people 400 --no-browser",
    ),
    Command(
        "organisation",
        "viceversa.commands.organisation",
        "write a synthetic organisation in the people format",
        "viceversa organisation --people 400 --seed 7 --out people.csv",
    ),
    Command(
        "match",
        "viceversa.commands.match",
        "find the best possible pairs for the people of a file",
        "viceversa match people.csv --policy policy.toml --out run",
    ),
    Command(
        "explain",
        "viceversa.commands.explain",
        "say why two people are a pair, or why not",
        "viceversa explain people.csv --run run --pair p017 p204",
    ),
    Command(
        "import",
        "viceversa.commands.import_people",
        "bring a people file into the database",
        "viceversa import people people.csv --dry-run",
    ),
    Command(
        "lottery",
        "viceversa.commands.lottery",
        "draw again from the record of a lottery, and say whether the same people come out",
        "viceversa lottery lottery.json",
    ),
    Command(
        "serve",
        "viceversa.commands.serve",
        "answer requests; with the embedded database also do the background work",
        "viceversa serve --host 0.0.0.0 --port 8000",
    ),
    Command(
        "worker",
        "viceversa.commands.worker",
        "do background work; any number of them on one PostgreSQL",
        "viceversa worker --threads 4",
    ),
    Command(
        "administrator",
        "viceversa.commands.administrator",
        "make an administrator, and print the link to choose a password",
        "viceversa administrator ada@example.org --name 'Ada Okafor'",
    ),
    Command(
        "doctor",
        "viceversa.commands.doctor",
        "say what holds in this installation, and what must be mended",
        "viceversa doctor --json",
    ),
)


class CommandParser(argparse.ArgumentParser):
    """Loads a command's file only when that command is called."""

    def __init__(self, *, module: str = "", **settings: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **settings)
        self._module = module

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._module:
            command = importlib.import_module(self._module)
            self._module = ""
            command.add_arguments(self)
            self.set_defaults(run=command.run)
        return super().parse_known_args(args, namespace)


class Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        print(f"viceversa {metadata.version('viceversa')}")
        parser.exit()


def parser_of(commands: Sequence[Command]) -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    everywhere = CommandParser(add_help=False, argument_default=argparse.SUPPRESS)
    everywhere.add_argument("--json", action="store_true", help="answer in JSON, for machines")
    everywhere.add_argument("--debug", action="store_true", help="show the traceback of an internal fault")
    parser = argparse.ArgumentParser(
        prog="viceversa",
        description="Reverse mentoring programmes: matched provably well, measured honestly.",
        epilog=f"example: {commands[0].example}\n'viceversa COMMAND --help' says more about each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[everywhere],
    )
    parser.add_argument("--version", action=Version, nargs=0, help="say which version this is")
    choices = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=CommandParser)
    for command in commands:
        choices.add_parser(
            command.name,
            module=command.module,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=f"example: {command.example}",
            parents=[everywhere],
        )
    return parser


def main(argv: Sequence[str] | None = None, *, commands: Sequence[Command] = COMMANDS) -> int:
    """Run one command and return its exit code; nothing escapes but that."""
    _print_anything()
    try:
        arguments = parser_of(commands).parse_args(argv)
    except SystemExit as end:
        return _code_of(end)
    return _ended(arguments, as_json=getattr(arguments, "json", False))


def _ended(arguments: argparse.Namespace, *, as_json: bool) -> int:
    try:
        return _carried_out(arguments, as_json=as_json)
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return NOBODY_READS


def _carried_out(arguments: argparse.Namespace, *, as_json: bool) -> int:
    try:
        answer: Answer | None = arguments.run(arguments)
        _say(answer, as_json=as_json)
    except CommandRefused as refusal:
        _refuse(refusal, as_json=as_json)
        return refusal.exit_code
    except SystemExit as end:
        return _code_of(end)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        raise
    except Exception as error:
        if _is_wrapped_interrupt(error):
            return _interrupted()
        if getattr(arguments, "debug", False):
            traceback.print_exc()
        _refuse(_failure(error), as_json=as_json)
        return FAULT
    return DONE


def _is_wrapped_interrupt(error: BaseException | None) -> bool:
    """Compiled code cannot stop half-way; what came meanwhile it wraps at its end, again at each level."""
    while isinstance(error, SystemError):
        error = error.__cause__
    return isinstance(error, KeyboardInterrupt)


def _interrupted() -> int:
    print("Interrupted; nothing half-done was left behind.", file=sys.stderr)
    return INTERRUPTED


def _say(answer: Answer | None, *, as_json: bool) -> None:
    if answer is None:
        return
    if not as_json:
        for line in remark_lines(answer.remarks):
            print(line, file=sys.stderr)
    text = answer.as_json() if as_json else answer.as_text()
    if text:
        print(text, flush=True)


def _refuse(refusal: CommandRefused, *, as_json: bool) -> None:
    if as_json:
        print(refusal.as_json(), flush=True)
    else:
        print(refusal.as_text(), file=sys.stderr)


def _failure(error: Exception) -> CommandFailed:
    if isinstance(error, OSError):
        place = f" {error.filename}:" if error.filename else ""
        return CommandFailed(
            f"The machine stood in the way:{place} {error.strerror or error}. "
            "Check the folder, its rights and the space left."
        )
    what = " ".join(str(error).split())[:200]
    named = f"{type(error).__name__}: {what}" if what else type(error).__name__
    return CommandFailed(f"Viceversa itself failed ({named}). Run it again with --debug and send us what it shows.")


def _code_of(end: SystemExit) -> int:
    """argparse's own ends, and those of the settings, which stop a start with one sentence."""
    if end.code is None:
        return DONE
    if isinstance(end.code, int):
        return end.code
    print(end.code, file=sys.stderr)
    return WRONG_USAGE


def _print_anything() -> None:
    """File names and cells may hold what the terminal cannot show: show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
