"""Mappings kept under a name: found again by their headings, fitted to the next file, changed and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.models import User
from viceversa.formats.export import read_export
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.mapping import SEVERAL_COLUMNS, ColumnUse, FileMapping
from viceversa.formats.problems import Problem, ProblemLog
from viceversa.formats.questions import open_questions
from viceversa.formats.table import Table

from .models import MappingProfile, RosterImport

# A file of which so many headings are the profile's, and the other way round, is of the same kind.
_ALIKE: Final = 0.6
# Files looked at for a mapping that nobody gave a name.
_LAST_FILES: Final = 20


class NameTaken(Exception):
    """Another profile has this name."""


@dataclass(frozen=True)
class Fitted:
    """A profile's mapping as far as it fits a file.

    `new` are headings of the file that the profile does not know: guessed. `gone` are headings that it uses
    and the file does not have.
    """

    profile: MappingProfile
    mapping: FileMapping
    new: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        return not self.new and not self.gone


def fitting(table: Table) -> Fitted | None:
    """The profile that fits the file's headings best, if one fits most of them."""
    headings = _folded(table.header)
    best: tuple[float, MappingProfile] | None = None
    # The last one used first: of two that fit alike it is the one meant.
    for profile in MappingProfile.objects.order_by("-used_at", "-changed_at", "pk"):
        own = _folded(profile.headings)
        alike = len(headings & own) / max(1, len(headings | own))
        if alike >= _ALIKE and (best is None or alike > best[0]):
            best = (alike, profile)
    return fit(best[1], table) if best else None


def fit(profile: MappingProfile, table: Table) -> Fitted:
    """The profile's mapping for this file: what it knows as it says, what is new as a guess."""
    kept = mapping_in(profile)
    use_by_heading = {heading.casefold(): use for heading, use in kept.items()}
    guessed = guess_mapping(table)
    uses: dict[str, ColumnUse] = {}
    new = []
    for heading in filter(None, table.header):
        known = use_by_heading.get(heading.casefold())
        uses[heading] = known if known is not None else guessed[heading]
        if known is None:
            new.append(heading)
    _without_rivals(uses, new)
    here = _folded(table.header)
    gone = [heading for heading, use in kept.items() if use.to and heading.casefold() not in here]
    mapping = replace(kept, columns=uses, makes_ids=kept.makes_ids and not _has_id(uses))
    return Fitted(profile, mapping, tuple(new), tuple(sorted(gone)))


def _without_rivals(uses: dict[str, ColumnUse], new: list[str]) -> None:
    """A guess never stands against what the profile says."""
    taken = {use.to for heading, use in uses.items() if use.to and heading not in new}
    has_id = any(use.identifies or use.to == "person_id" for heading, use in uses.items() if heading not in new)
    for heading in new:
        use = uses[heading]
        if use.to in taken - SEVERAL_COLUMNS or (use.to == "person_id" and has_id):
            uses[heading] = ColumnUse(reason="same")
        elif use.identifies and has_id:
            uses[heading] = replace(use, identifies=False)


def _has_id(uses: dict[str, ColumnUse]) -> bool:
    return any(use.identifies or use.to == "person_id" for use in uses.values())


def remembered(table: Table) -> FileMapping | None:
    """The mapping of the profile that fits, else of the last file with the same headings that was applied."""
    found = fitting(table)
    if found is not None:
        return found.mapping
    headings = {heading for heading in table.header if heading}
    applied = RosterImport.objects.filter(state=RosterImport.State.APPLIED).exclude(mapping={}).order_by("-applied_at")
    for data in applied.values_list("mapping", flat=True)[:_LAST_FILES]:
        mapping = FileMapping.from_data(data)
        if set(mapping) == headings:
            return mapping
    return None


def mapping_in(profile: MappingProfile) -> FileMapping:
    """The profile's mapping with its headings in the order of the file it was made with."""
    mapping = FileMapping.from_data(profile.mapping)
    return replace(mapping, columns={heading: mapping[heading] for heading in profile.headings if heading in mapping})


@transaction.atomic
def save_profile(
    mapping: FileMapping, *, name: str, version: int | None = None, by: User | None, now: datetime
) -> MappingProfile:
    """Keep a mapping under a name.

    `version` is that of the profile with this name as it was read, None where there should be none yet.
    Raises ``NameTaken`` where there is one all the same, ``ChangedMeanwhile`` where it is no longer the one read.
    """
    known = MappingProfile.objects.select_for_update().filter(name__iexact=name).first()
    if known is None and version is not None:
        raise ChangedMeanwhile
    if known is not None and version is None:
        raise NameTaken
    if known is not None and known.version != version:
        raise ChangedMeanwhile
    profile = known or MappingProfile(name=name, made_by=by, version=0)
    _write(profile, mapping, now=now)
    verb = "changed" if known else "saved"
    record(verb, noun="mapping_profile", object_id=profile.public_id, by=by, now=now)
    return profile


@transaction.atomic
def change_profile(
    public_id: str, mapping: FileMapping, *, name: str, version: int, by: User | None, now: datetime
) -> None:
    """Change a profile's name and mapping. Raises ``ChangedMeanwhile`` and ``NameTaken``, and then changes nothing."""
    profile = MappingProfile.objects.select_for_update().filter(public_id=public_id).first()
    if profile is None or profile.version != version:
        raise ChangedMeanwhile
    if MappingProfile.objects.filter(name__iexact=name).exclude(pk=profile.pk).exists():
        raise NameTaken
    profile.name = name
    _write(profile, mapping, now=now)
    record("changed", noun="mapping_profile", object_id=public_id, by=by, now=now)


def _write(profile: MappingProfile, mapping: FileMapping, *, now: datetime) -> None:
    # The day on which people left belongs to one file.
    profile.mapping = replace(mapping, left_on="").as_data()
    profile.headings = list(mapping)
    profile.version += 1
    profile.changed_at = profile.used_at = now
    profile.save()


@transaction.atomic
def delete_profile(public_id: str, *, version: int, by: User | None, now: datetime) -> None:
    """Delete a profile; files mapped with it stay as they are. Raises ``ChangedMeanwhile``."""
    if not MappingProfile.objects.filter(public_id=public_id, version=version).delete()[0]:
        raise ChangedMeanwhile
    record("deleted", noun="mapping_profile", object_id=public_id, by=by, now=now)


def _folded(headings: Sequence[str]) -> set[str]:
    return {heading.casefold() for heading in headings if heading}


def mapping_of_file(
    content: bytes, *, file_name: str, name: str = ""
) -> tuple[FileMapping | None, tuple[Problem, ...]]:
    """How to read a file where nobody can be asked: as the profile of this name says, else as would be proposed.

    Comes with the questions that stay open and what the columns are read as, the latter as notes. No mapping
    for a file in the people format, and for one that is no table: reading it says why.
    Raises ``MappingProfile.DoesNotExist`` for a name that nobody gave.
    """
    profile = MappingProfile.objects.get(name__iexact=name) if name else None
    table = read_export(content, ProblemLog(file_name))
    if table is None or "person_id" in _folded(table.header):
        return None, ()
    mapping = fit(profile, table).mapping if profile else remembered(table) or guess_mapping(table)
    return mapping, (*open_questions(table, mapping), *_read_as(mapping, file_name))


def _read_as(mapping: FileMapping, file_name: str) -> tuple[Problem, ...]:
    log = ProblemLog(file_name)
    for heading, use in mapping.items():
        if use.to:
            log.add("column_read_as", column=heading, value=heading, to=use.to)
        if use.identifies:
            log.add("column_read_as", column=heading, value=heading, to="person_id")
    if mapping.makes_ids:
        log.add("numbers_made")
    return log.listed()
