"""The organisation as rows of the people file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from viceversa.demo.organisation.draws import Flags, Ints, chance
from viceversa.demo.organisation.names import Names, addresses, draw_names, job_titles
from viceversa.demo.organisation.profiles import Profiles, draw_profiles
from viceversa.demo.organisation.reference import functions, places
from viceversa.demo.organisation.shape import COMPANY, Shape
from viceversa.demo.organisation.staff import NOBODY, ROLES, Staff, draw_staff
from viceversa.demo.organisation.wishes import Wishes, draw_wishes
from viceversa.formats.people import PersonRow, write_people

# The day the list of people was made: the default policy's reference date.
LISTED_ON: Final = date(2026, 1, 15)

# Where the chief executive works, above all functions.
EXECUTIVE_OFFICE: Final = "Executive Office"
# Leave dates lie between so many days before and after that day.
_LEAVING_BEFORE: Final = 30
_LEAVING_AFTER: Final = 120
_HIGHEST_ID_STEP: Final = 2
_ID_DIGITS: Final = 6
# The share of participants, or of all people, whose cell is empty in an untidy file.
_MISSING: Final = {
    "offers": 0.012,
    "wants": 0.018,
    "interests": 0.03,
    "languages": 0.012,
    "time_zone": 0.02,
    "formality": 0.06,
    "structure": 0.06,
    "location": 0.004,
    "function": 0.004,
    "hire_date": 0.006,
    "grade": 0.01,
}
# Of the two lowest grades on shifts, so many have no address of their own at work.
_NO_ADDRESS: Final = 0.15


def organisation(*, people: int, seed: int, shape: Shape = COMPANY) -> list[PersonRow]:
    """`people` invented people in the order of their ids.

    The same `people`, `seed` and `shape` give the same rows. The reporting tree has one root and no cycle.

    Raises
    ------
    ValueError
        When `people` or `seed` is below 0.
    """
    if people < 0:
        raise ValueError(f"An organisation of {people} people: give 0 or more.")
    if seed < 0:
        raise ValueError(f"Seed {seed}: give a whole number, 0 or more.")
    if people == 0:
        return []
    return _rows(people=people, seed=seed, shape=shape)


def write_organisation(*, people: int, seed: int, shape: Shape = COMPANY) -> bytes:
    """The same people as the bytes of a people file."""
    return write_people(organisation(people=people, seed=seed, shape=shape))


def _rows(*, people: int, seed: int, shape: Shape) -> list[PersonRow]:
    # A stream for each subject, so that a change to one leaves the others as they were.
    streams = [np.random.Generator(np.random.PCG64(one)) for one in np.random.SeedSequence(seed).spawn(6)]
    for_staff, for_names, for_profiles, for_wishes, for_records, for_gaps = streams
    staff = draw_staff(for_staff, people=people, shape=shape)
    names = draw_names(for_names, staff)
    drawn = _Company(
        staff=staff,
        names=names,
        addresses=addresses(names),
        titles=job_titles(for_names, staff),
        profiles=draw_profiles(for_profiles, staff, names),
        wishes=draw_wishes(for_wishes, staff),
        records=_draw_records(for_records, staff, shape),
    )
    gaps = _Gaps.drawn(for_gaps, staff, shape)
    return [gaps.applied(one, drawn.row(one)) for one in range(people)]


@dataclass(frozen=True)
class _Company:
    """Everything that was drawn, by person."""

    staff: Staff
    names: Names
    addresses: list[str]
    titles: list[str]
    profiles: Profiles
    wishes: Wishes
    records: "_Records"

    def row(self, one: int) -> PersonRow:
        staff, profiles, records = self.staff, self.profiles, self.records
        takes_part = bool(staff.takes_part[one])
        place = places()[staff.place[one]]
        return PersonRow(
            person_id=records.ids[one],
            given_name=self.names.given[one],
            family_name=self.names.family[one],
            email=self.addresses[one],
            job_title=self.titles[one],
            function=self._function(one),
            location=place.name,
            external_id=records.external_ids[one],
            manager_id=self._manager_id(one),
            grade=int(staff.grade[one]),
            role=ROLES[staff.role[one]],
            capacity=records.capacity[one],
            offers=profiles.offers[one] if takes_part else {},
            wants=profiles.wants[one] if takes_part else {},
            interests=profiles.interests[one] if takes_part else (),
            languages=profiles.languages[one],
            time_zone=place.time_zone,
            hours=profiles.hours[one],
            style_formality=int(profiles.formality[one]) if takes_part else None,
            style_structure=int(profiles.structure[one]) if takes_part else None,
            prefers=self._ids(self.wishes.prefers.get(one, ())),
            excludes=self._ids(self.wishes.excludes.get(one, ())),
            hire_date=LISTED_ON - timedelta(days=records.tenure[one]),
            leave_date=records.leave_dates[one],
            line=0,
        )

    def _function(self, one: int) -> str:
        leads_all = self.staff.boss[one] == NOBODY
        return EXECUTIVE_OFFICE if leads_all else functions()[self.staff.function[one]].name

    def _manager_id(self, one: int) -> str:
        boss = int(self.staff.boss[one])
        return "" if boss == NOBODY else self.records.ids[boss]

    def _ids(self, people: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.records.ids[one] for one in people)


@dataclass(frozen=True)
class _Records:
    """What the personnel system adds, one entry per person."""

    ids: list[str]
    external_ids: list[str]
    capacity: list[int]
    tenure: list[int]
    leave_dates: list[date | None]


def _draw_records(rng: np.random.Generator, staff: Staff, shape: Shape) -> _Records:
    people = len(staff)
    # Numbers rise with the date of hire and have gaps where somebody has left.
    numbers = 100 + np.cumsum(rng.integers(1, _HIGHEST_ID_STEP + 1, people))
    digits = max(_ID_DIGITS, len(str(numbers[-1])))
    leaving = chance(rng, shape.leaving, people) & (staff.boss != NOBODY)
    days_to_leave = rng.integers(-_LEAVING_BEFORE, _LEAVING_AFTER + 1, people)
    # Nobody leaves before the day they came.
    days_to_leave = np.maximum(days_to_leave, 1 - staff.tenure)
    second_partner = chance(rng, shape.two_partners, people) & staff.takes_part
    return _Records(
        ids=[f"NM{number:0{digits}}" for number in numbers.tolist()],
        external_ids=_external_ids(people, int(rng.integers(0, 2**32))),
        capacity=(1 + second_partner).tolist(),
        tenure=staff.tenure.tolist(),
        leave_dates=[
            LISTED_ON + timedelta(days=days) if leaves else None
            for leaves, days in zip(leaving.tolist(), days_to_leave.tolist(), strict=True)
        ],
    )


def _external_ids(people: int, offset: int) -> list[str]:
    """Ids as a directory would give them: without meaning, and no two the same."""
    odd_multiplier = 2_654_435_761  # odd, so that multiplying modulo 2^32 never meets itself
    return [f"u-{(one * odd_multiplier + offset) % 2**32:08x}" for one in range(people)]


@dataclass(frozen=True)
class _Gaps:
    """The cells that are empty, as flags by subject."""

    missing: dict[str, list[bool]]

    @classmethod
    def drawn(cls, rng: np.random.Generator, staff: Staff, shape: Shape) -> "_Gaps":
        people = len(staff)
        scale = 1.0 if shape.untidy else 0.0
        missing: dict[str, Flags] = {name: chance(rng, share * scale, people) for name, share in _MISSING.items()}
        # Participants need a grade.
        missing["grade"] &= ~staff.takes_part
        missing["email"] = chance(rng, _NO_ADDRESS * scale, people) & _on_shifts(staff)
        return cls({name: flags.tolist() for name, flags in missing.items()})

    def applied(self, one: int, row: PersonRow) -> PersonRow:
        """`row` without the cells that are missing in it."""
        gaps = {name for name, flags in self.missing.items() if flags[one]}
        if not gaps:
            return row
        return replace(
            row,
            email="" if "email" in gaps else row.email,
            function="" if "function" in gaps else row.function,
            location="" if "location" in gaps else row.location,
            grade=None if "grade" in gaps else row.grade,
            offers={} if "offers" in gaps else row.offers,
            wants={} if "wants" in gaps else row.wants,
            interests=() if "interests" in gaps else row.interests,
            languages=() if "languages" in gaps else row.languages,
            time_zone="" if "time_zone" in gaps else row.time_zone,
            style_formality=None if "formality" in gaps else row.style_formality,
            style_structure=None if "structure" in gaps else row.style_structure,
            hire_date=None if "hire_date" in gaps else row.hire_date,
        )


def _on_shifts(staff: Staff) -> Flags:
    shifts: Ints = np.flatnonzero([one.shifts for one in functions()])
    return np.isin(staff.function, shifts) & (staff.grade <= 2)
