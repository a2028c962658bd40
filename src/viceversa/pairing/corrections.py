"""Pairs corrected in a spreadsheet and brought back: what the file asks for, what stands against it, doing it.

The file is the whole draft as it shall be: a pair that is not in it goes, one that is new is made by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.models import User
from viceversa.formats.cells import FORBIDDEN
from viceversa.formats.problems import ProblemLog
from viceversa.formats.table import read_table
from viceversa.programmes.models import Enrolment

from .decisions import LIFT, put_decision
from .holding import hold_cohort, hold_enrolments, hold_run
from .judging import Judged, judge_pairs
from .models import MatchRun, PairDecision, Proposal
from .swapping import NotADraft, make_by_hand, note_changed, set_aside

HEADINGS = frozenset({"mentor_id", "mentee_id", "decision", "reason"})
KEEP, LOCK, FORBID = "", "lock", "forbid"
_WORDS = {"": KEEP, "keep": KEEP, "lock": LOCK, "locked": LOCK, "forbid": FORBID, "forbidden": FORBID}
MOST_REASON = 1_000
MOST_PROBLEMS = 200


@dataclass(frozen=True)
class Wanted:
    """One row of the file."""

    line: int
    mentor_id: str
    mentee_id: str
    decision: str
    reason: str


@dataclass(frozen=True)
class Trouble:
    """Something wrong with the file: where, the value, and what to do."""

    line: int
    value: str
    message: str


@dataclass(frozen=True)
class Correction:
    """The difference to the draft. ``seen`` tells whether the draft is still the one that was compared with."""

    troubles: tuple[Trouble, ...]
    makes: tuple[Judged, ...]
    ends: tuple[Proposal, ...]
    stays: int
    locks: tuple[tuple[Enrolment, Enrolment, str], ...]
    forbids: tuple[tuple[Enrolment, Enrolment, str], ...]
    seen: str

    @property
    def changes(self) -> int:
        return len(self.makes) + len(self.ends) + len(self.locks) + len(self.forbids)


def read_corrections(data: bytes, *, file_name: str) -> tuple[list[Wanted], list[Trouble]]:
    """The rows of a CSV file or workbook; with any trouble the rows are not to be used, ``troubles_of`` apart."""
    log = ProblemLog(file_name)
    table = read_table(data, log, known_headings=HEADINGS)
    if table is None:
        return [], _told(log)
    places = {heading.casefold(): place for place, heading in enumerate(table.header)}
    missing = sorted({"mentor_id", "mentee_id"} - places.keys())
    if missing:
        words = _("The column %(column)s is missing; take the file that the run gives and correct it.")
        return [], [Trouble(1, one, words % {"column": one}) for one in missing]
    wanted, troubles = [], []
    for line, cells in table.rows(log):
        row = {name: _readable(cells[place]) for name, place in places.items() if name in HEADINGS}
        word = row.get("decision", "").casefold()
        if word not in _WORDS:
            message = _("The decision is not known; write lock, forbid, or leave it empty.")
            troubles.append(Trouble(line, row["decision"][:80], message))
        reason = row.get("reason", "")[:MOST_REASON]
        ids = _plain(row["mentor_id"]), _plain(row["mentee_id"])
        wanted.append(Wanted(line, *ids, _WORDS.get(word, KEEP), reason))
    if not wanted and not log.listed():
        troubles = [
            Trouble(0, "", _("The file names no pair at all; take the file that the run gives and correct it."))
        ]
    return wanted, [*_told(log), *troubles]


def troubles_of(
    run: MatchRun, wanted: Sequence[Wanted], troubles: Iterable[Trouble], *, now: datetime
) -> list[Trouble]:
    """All that is wrong with a file at once: what could not be read, and what the rows that could be ask for."""
    asked = correction_of(run, wanted, now=now).troubles if wanted else ()
    return sorted({*troubles, *asked}, key=lambda one: (one.line, one.value))[:MOST_PROBLEMS]


def _told(log: ProblemLog) -> list[Trouble]:
    errors = [one for one in log.listed() if one.severity == "error"]
    return [Trouble(one.line, _readable(one.value[:80]), _readable(one.message)) for one in errors]


def _readable(text: str) -> str:
    """Without what no page can show and no database keep."""
    return FORBIDDEN.sub(" ", text).strip()


def _plain(person_id: str) -> str:
    """The id without the mark that keeps a spreadsheet from taking it for a formula."""
    return person_id[1:] if person_id[:1] == "'" else person_id


def correction_of(run: MatchRun, wanted: Sequence[Wanted], *, now: datetime) -> Correction:
    """What the rows would change in the run's drafts. Raises ``NotADraft``, ``RunStopped`` and ``KeysMissing``."""
    if run.state != MatchRun.State.DONE:
        raise NotADraft
    people, known = _people(run), _counting(run)
    drafts = {key: one for key, one in known.items() if one.state == Proposal.State.DRAFT}
    troubles, rows = _checked(wanted, people=people)
    keep = {key: row for key, row in rows.items() if row.decision != FORBID}
    made = [_sides(row, people) for key, row in keep.items() if key not in known]
    judged = judge_pairs(run, made, now=now) if made else []
    troubles += _against(judged, rows=rows)
    ends = [one for key, one in drafts.items() if key not in keep]
    stays = [key for key in keep if key in known]
    pairs = [*stays, *((one.mentor.pk, one.mentee.pk) for one in judged)]
    troubles += _overfull(pairs, known=known, rows=rows, people=people)
    return Correction(
        troubles=tuple(troubles[:MOST_PROBLEMS]),
        makes=tuple(judged),
        ends=tuple(ends),
        stays=len(stays),
        locks=tuple((*_sides(row, people), row.reason) for row in keep.values() if row.decision == LOCK),
        forbids=tuple((*_sides(row, people), row.reason) for row in rows.values() if row.decision == FORBID),
        seen=draft_seen(known.values()),
    )


People = Mapping[tuple[str, str], Enrolment]


def _people(run: MatchRun) -> People:
    """Everybody of the cohort, each with the number of places that running pairs take."""
    rows = Enrolment.objects.filter(cohort=run.cohort_id).select_related("person")
    return {(one.person.person_id, one.role): one for one in rows.annotate(seats_taken=Count("seats"))}


def _counting(run: MatchRun) -> dict[tuple[int, int], Proposal]:
    counted = run.proposals.exclude(state=Proposal.State.SET_ASIDE)
    return {(one.mentor_id, one.mentee_id): one for one in counted.select_related("mentor__person", "mentee__person")}


def draft_seen(proposals: Iterable[Proposal]) -> str:
    """The draft as somebody saw it who looked at these proposals, in a few letters."""
    return fingerprint({one.public_id: one.state for one in proposals})


def _sides(row: Wanted, people: People) -> tuple[Enrolment, Enrolment]:
    return people[row.mentor_id, "mentor"], people[row.mentee_id, "mentee"]


def _checked(wanted: Iterable[Wanted], *, people: People) -> tuple[list[Trouble], dict[tuple[int, int], Wanted]]:
    troubles: list[Trouble] = []
    rows: dict[tuple[int, int], Wanted] = {}
    for row in wanted:
        unknown = [
            (one, role)
            for one, role in ((row.mentor_id, "mentor"), (row.mentee_id, "mentee"))
            if (one, role) not in people
        ]
        for one, role in unknown:
            asked = _("mentor") if role == "mentor" else _("mentee")
            words = _("Nobody with this number takes part as %(role)s; correct it or leave the row out.")
            troubles.append(Trouble(row.line, one[:80], words % {"role": asked}))
        if unknown:
            continue
        mentor, mentee = _sides(row, people)
        if (mentor.pk, mentee.pk) in rows:
            words = _("These two stand in line %(line)s already; leave one of the rows out.")
            first = rows[mentor.pk, mentee.pk].line
            troubles.append(Trouble(row.line, f"{row.mentor_id}, {row.mentee_id}", words % {"line": first}))
            continue
        rows[mentor.pk, mentee.pk] = row
    return troubles, rows


def _against(judged: Iterable[Judged], *, rows: Mapping[tuple[int, int], Wanted]) -> Iterable[Trouble]:
    for one in judged:
        row = rows[one.mentor.pk, one.mentee.pk]
        value = f"{row.mentor_id}, {row.mentee_id}"
        if one.away:
            words = _("%(names)s looks for no partner now, or has no place left; leave the row out.")
            yield Trouble(row.line, value, words % {"names": ", ".join(one.away)})
        elif one.against:
            words = _("%(why)s Leave the row out, or choose somebody else.")
            yield Trouble(row.line, value, words % {"why": " ".join(one.against)})


def _overfull(
    pairs: Collection[tuple[int, int]],
    *,
    known: Mapping[tuple[int, int], Proposal],
    rows: Mapping[tuple[int, int], Wanted],
    people: People,
) -> Iterable[Trouble]:
    """Who would stand in more pairs than they have places that no running pair takes."""
    ended = {Proposal.State.DECLINED, Proposal.State.EXPIRED, Proposal.State.WITHDRAWN, Proposal.State.ACCEPTED}
    counting = [pair for pair in pairs if pair not in known or known[pair].state not in ended]
    by_key = {one.pk: one for one in people.values()}
    for side in (0, 1):
        counts = Counter(pair[side] for pair in counting)
        over = {key: room for key, count in counts.items() if count > (room := _room(by_key[key]))}
        lines = dict[int, int]()
        for pair in counting:
            lines[pair[side]] = max(rows[pair].line, lines.get(pair[side], 0))
        for key, room in over.items():
            person = by_key[key].person
            words = _("%(name)s stands in %(n)s pairs and has %(room)s free; leave some out.")
            yield Trouble(lines[key], person.person_id, words % {"name": person.name, "n": counts[key], "room": room})


def _room(enrolment: Enrolment) -> int:
    counted: Any = enrolment  # annotated by _people
    return int(enrolment.capacity - counted.seats_taken)


@transaction.atomic
def apply_corrections(*, run: MatchRun, wanted: Sequence[Wanted], seen: str, by: User, now: datetime) -> Correction:
    """Do it, all or nothing. A correction with troubles changes nothing and is given back.

    Raises ``ChangedMeanwhile`` where the draft is another than the coordinator saw.
    """
    cohort = hold_cohort(run.cohort)
    hold_run(run)
    correction = correction_of(run, wanted, now=now)
    if correction.seen != seen:
        raise ChangedMeanwhile
    if correction.troubles:
        return correction
    hold_enrolments(_touched(correction))
    set_aside(run, correction.ends, now=now)
    make_by_hand(run, correction.makes)
    written: dict[str, Any] = {"by": by, "now": now}
    for one in correction.ends:
        put_decision(cohort, one.mentor, one.mentee, kind=LIFT, only=PairDecision.Kind.LOCKED, **written)
    reasons = {(row.mentor_id, row.mentee_id): row.reason for row in wanted}
    for judged in correction.makes:
        reason = reasons[judged.mentor.person.person_id, judged.mentee.person.person_id]
        put_decision(cohort, judged.mentor, judged.mentee, kind=PairDecision.Kind.LOCKED, reason=reason, **written)
    for mentor, mentee, reason in correction.locks:
        put_decision(cohort, mentor, mentee, kind=PairDecision.Kind.LOCKED, reason=reason, **written)
    for mentor, mentee, reason in correction.forbids:
        put_decision(cohort, mentor, mentee, kind=PairDecision.Kind.FORBIDDEN, reason=reason, **written)
    note_changed(run, by=by, now=now, pairs=len(correction.makes))
    return correction


def _touched(correction: Correction) -> set[int]:
    ended = {key for one in correction.ends for key in (one.mentor_id, one.mentee_id)}
    return ended | {key for one in correction.makes for key in (one.mentor.pk, one.mentee.pk)}
