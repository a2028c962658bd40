"""What a file of corrected pairs would change in a run's drafts, by keys alone: nothing is judged here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import fingerprint
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from .correction_reading import FORBID, LOCK, Trouble, Wanted
from .models import MatchRun, Proposal, SeatTaken
from .swapping import NotADraft

Keys = tuple[int, int]
"""A mentor's and a mentee's enrolment."""

_ENDED = {Proposal.State.DECLINED, Proposal.State.EXPIRED, Proposal.State.WITHDRAWN, Proposal.State.ACCEPTED}


@dataclass(frozen=True)
class Difference:
    """Which pairs are new, end and stay, and what is decided, with the row that asks for it.

    ``draft`` tells, in a few letters, the state of every proposal that was compared with.
    """

    troubles: tuple[Trouble, ...]
    makes: Mapping[Keys, Wanted]
    ends: tuple[Proposal, ...]
    stays: int
    locks: Mapping[Keys, Wanted]
    forbids: Mapping[Keys, Wanted]
    draft: str

    @property
    def changes(self) -> int:
        return len(self.makes) + len(self.ends) + len(self.locks) + len(self.forbids)


@dataclass(frozen=True)
class _Part:
    """Somebody's part in the cohort; ``room`` counts the places that no running pair takes."""

    key: int
    room: int


_People = Mapping[tuple[str, str], _Part]


def difference_of(run: MatchRun, wanted: Iterable[Wanted]) -> Difference:
    """The rows against the run's drafts, in five queries. Raises ``NotADraft``."""
    if run.state != MatchRun.State.DONE:
        raise NotADraft
    people, known = _people(run), _counting(run)
    troubles, rows = _checked(wanted, people=people)
    keep = {keys: row for keys, row in rows.items() if row.decision != FORBID}
    ended = {keys for keys, one in known.items() if one.state in _ENDED}
    troubles += _overfull({keys: row for keys, row in keep.items() if keys not in ended}, people=people)
    return Difference(
        troubles=tuple(troubles),
        makes={keys: row for keys, row in keep.items() if keys not in known},
        ends=tuple(one for keys, one in known.items() if one.state == Proposal.State.DRAFT and keys not in keep),
        stays=sum(keys in known for keys in keep),
        locks={keys: row for keys, row in keep.items() if row.decision == LOCK},
        forbids={keys: row for keys, row in rows.items() if row.decision == FORBID},
        draft=fingerprint({one.public_id: one.state for one in known.values()}),
    )


def _people(run: MatchRun) -> _People:
    """Everybody of the cohort by number and role."""
    taken = dict(
        SeatTaken.objects.filter(enrolment__cohort=run.cohort_id)
        .order_by()
        .values_list("enrolment")
        .annotate(count=Count("pk"))
    )
    rows = Enrolment.objects.filter(cohort=run.cohort_id).order_by()
    return {
        (person_id, role): _Part(key, capacity - taken.get(key, 0))
        for person_id, role, key, capacity in rows.values_list("person__person_id", "role", "pk", "capacity")
    }


def _counting(run: MatchRun) -> dict[Keys, Proposal]:
    """What the run proposes, by keys: neither the people nor the reasons are read."""
    counted = run.proposals.exclude(state=Proposal.State.SET_ASIDE)
    columns = ("pk", "public_id", "state", "by_hand", "score", "mentor_id", "mentee_id")
    return {(one.mentor_id, one.mentee_id): one for one in counted.only(*columns)}


def _checked(wanted: Iterable[Wanted], *, people: _People) -> tuple[list[Trouble], dict[Keys, Wanted]]:
    troubles: list[Trouble] = []
    rows: dict[Keys, Wanted] = {}
    for row in wanted:
        sides = ((row.mentor_id, "mentor"), (row.mentee_id, "mentee"))
        unknown = [side for side in sides if side not in people]
        for one, role in unknown:
            asked = _("mentor") if role == "mentor" else _("mentee")
            words = _("Nobody with this number takes part as %(role)s; correct it or leave the row out.")
            troubles.append(Trouble(row.line, one[:80], words % {"role": asked}))
        if unknown:
            continue
        keys = people[sides[0]].key, people[sides[1]].key
        if keys in rows:
            words = _("These two stand in line %(line)s already; leave one of the rows out.")
            value = f"{row.mentor_id}, {row.mentee_id}"
            troubles.append(Trouble(row.line, value, words % {"line": rows[keys].line}))
            continue
        rows[keys] = row
    return troubles, rows


def _overfull(counting: Mapping[Keys, Wanted], *, people: _People) -> list[Trouble]:
    """Who would stand in more pairs than they have places that no running pair takes."""
    room = {part.key: part.room for part in people.values()}
    found = []
    for side in (0, 1):
        counts = Counter(keys[side] for keys in counting)
        over = {key for key, count in counts.items() if count > room[key]}
        lines = dict[int, Wanted]()
        for keys, row in counting.items():
            if keys[side] in over and (keys[side] not in lines or row.line > lines[keys[side]].line):
                lines[keys[side]] = row
        names = _names([(row.mentor_id, row.mentee_id)[side] for row in lines.values()])
        for key, row in lines.items():
            number = (row.mentor_id, row.mentee_id)[side]
            words = _("%(name)s stands in %(n)s pairs and has %(room)s free; leave some out.")
            told = {"name": names.get(number, number), "n": counts[key], "room": room[key]}
            found.append(Trouble(row.line, number, words % told))
    return found


NAMES_AT_A_TIME = 5_000


def _names(numbers: Sequence[str]) -> dict[str, str]:
    return {
        person.person_id: person.name
        for start in range(0, len(numbers), NAMES_AT_A_TIME)
        for person in Person.objects.filter(person_id__in=_part(numbers, start))
    }


def _part(numbers: Sequence[str], start: int) -> Collection[str]:
    return numbers[start : start + NAMES_AT_A_TIME]
