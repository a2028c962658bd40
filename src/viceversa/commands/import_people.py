"""``viceversa import people``: a people file into the database, by the same comparison as in the web."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viceversa.commands.files import require_files
from viceversa.commands.outcome import Answer, CommandFailed, InputRefused
from viceversa.formats.problems import Problem

if TYPE_CHECKING:
    from viceversa.formats.mapping import FileMapping
    from viceversa.people.roster import RosterPreview


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("people",), metavar="people", help="what the file holds")
    parser.add_argument("file", type=Path, metavar="FILE", help="the people, as CSV or XLSX")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument(
        "--scope",
        choices=("everybody", "some"),
        default="everybody",
        help="whom the file holds: everybody (default; whoever is not in it has left), or only some of you",
    )
    parser.add_argument(
        "--confirm-leavers",
        "--leavers-agreed",
        action="store_true",
        dest="confirm_leavers",
        help="agree that more than a twentieth of the people leave with this file",
    )
    parser.add_argument(
        "--profile",
        default="",
        metavar="NAME",
        help="read the columns as kept under this name; without it, as the web would propose",
    )


def run(arguments: argparse.Namespace) -> Answer:
    require_files(arguments.file)
    from viceversa.operations.setup import set_up

    set_up()
    from django.conf import settings
    from django.db import DatabaseError

    from viceversa.accounts.keys.store import KeysMissing
    from viceversa.operations.migrating import migrate_both
    from viceversa.people.mapping_profiles import mapping_of_file
    from viceversa.people.models import MappingProfile
    from viceversa.people.roster import PeopleHere, preview

    file: Path = arguments.file
    content = file.read_bytes()
    try:
        migrate_both()  # the people file is often the first thing that a new installation sees
        now, scope = settings.CLOCK(), str(arguments.scope)
        mapping, told = mapping_of_file(content, file_name=str(file), name=str(arguments.profile))
        if any(one.severity == "error" for one in told):
            raise InputRefused(told)
        if mapping is not None:
            mapping = replace(mapping, left_on=now.date().isoformat())
        here = PeopleHere.read()
        found = preview(content, file_name=str(file), mapping=mapping, against=here, scope=scope, on=now.date())
        if found.problems:
            raise InputRefused([*found.problems, *found.cautions, *found.notes])
        if found.many_leave and not arguments.confirm_leavers and not arguments.dry_run:
            raise InputRefused([_many_leave(found, file)])
        if not arguments.dry_run:
            agreed = found.leaving if arguments.confirm_leavers else 0
            _apply(content, file, now=now, leavers_agreed=agreed, scope=scope, mapping=mapping)
    except MappingProfile.DoesNotExist as problem:
        raise InputRefused([_no_profile(str(arguments.profile), file)]) from problem
    except KeysMissing as problem:
        raise CommandFailed(
            f"The key store is out of reach ({problem}); nothing was imported. 'viceversa doctor' says what to mend."
        ) from problem
    except DatabaseError as problem:
        raise CommandFailed(
            f"The database does not answer ({problem}). Nothing was imported; had it begun, a worker goes on with it "
            "within a quarter of an hour. 'viceversa doctor' says what to mend."
        ) from problem
    return Answer(
        text=_in_words(found, file, dry_run=arguments.dry_run),
        data=_as_data(found, dry_run=arguments.dry_run),
        remarks=[*told, *found.cautions, *found.notes],
    )


def _no_profile(name: str, file: Path) -> Problem:
    message = f"Nothing is kept under the name “{name}”. The names stand in the web, where a people file is chosen."
    return Problem(str(file), 0, "", "no_profile", name, message, "error", {})


def _apply(
    content: bytes, file: Path, *, now: datetime, leavers_agreed: int, scope: str, mapping: FileMapping | None
) -> None:
    from viceversa.people.actions import claim_request, set_mapping, upload_roster, withdraw_request
    from viceversa.people.roster_apply import apply_roster, give_up
    from viceversa.people.roster_turn import AnotherRuns

    roster = upload_roster(content, file_name=file.name, by=None, now=now, scope=scope)
    if mapping is not None:
        set_mapping(roster, mapping=mapping, by=None, now=now)
    claim_request(roster, leave_out=(), leavers_agreed=leavers_agreed, by=None, now=now)
    roster.refresh_from_db()
    try:
        if apply_roster(roster, now=now):
            return
    except AnotherRuns as problem:
        withdraw_request(roster)
        raise CommandFailed(_WHY["another_runs"]) from problem
    except BaseException:  # also when somebody stops it: what is in goes again
        give_up(roster, now=now)
        raise
    roster.refresh_from_db()
    raise CommandFailed(_WHY.get(roster.problem, _WHY[""]))


def _many_leave(found: RosterPreview, file: Path) -> Problem:
    message = (
        f"{found.leaving} of {found.here} people would leave with this file, more than one in twenty; nothing was "
        "imported. If they have left, say --confirm-leavers; if the file holds only some of you, say --scope some."
    )
    return Problem(str(file), 0, "", "many_leave", str(found.leaving), message, "error", {})


_WHY = {
    "leavers_unconfirmed": "More than a twentieth of the people would leave; nothing was imported. "
    "If that is so, say --confirm-leavers.",
    "cannot_apply": "There is no row to import; nothing was imported.",
    "changed_since_check": "People changed while the file was read; nothing was imported. Run it again.",
    "another_runs": "Another people file is being brought in or undone; nothing was imported. "
    "Run it again when that is through.",
    "keys_missing": "The key store is out of reach; nothing was imported. 'viceversa doctor' says what to mend.",
    "": "Nothing was imported. Run it again.",
}


def _as_data(found: RosterPreview, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "new": len(found.new),
        "changed": len(found.changed),
        "values_changed": found.values_changed,
        "the_same": found.the_same,
        "not_in_file": found.not_in_file,
        "leaving": found.leaving,
        "back": len(found.back),
        "scope": str(found.scope),
        "sha256": found.sha256,
    }


def _in_words(found: RosterPreview, file: Path, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    done = f"{len(found.new)} people {would}new, {len(found.changed)} {would}changed ({found.values_changed} values), "
    rest = f"{found.the_same} the same; {found.not_in_file} people here are not in {file.name} and "
    rest += ("would have left." if dry_run else "have left.") if found.scope == "everybody" else "stay."
    if dry_run and found.many_leave:
        rest += f" {found.leaving} would leave: importing asks for --confirm-leavers."
    return done + rest + (" Nothing was changed." if dry_run else "")
