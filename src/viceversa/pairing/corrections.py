"""Pairs corrected in a spreadsheet and brought back: what stands against them, how well they fit, doing it.

The file is the whole draft as it shall be: a pair that is not in it goes, one that is new is made by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.models import User
from viceversa.programmes.models import Enrolment

from .correction_differences import Difference, Keys, difference_of
from .correction_reading import Trouble, Wanted
from .decisions import Put, put_decisions
from .holding import hold_cohort, hold_enrolments, hold_run
from .judging import Judged, judge_snapshot, snapshot_of
from .models import CorrectionFile, MatchRun, PairDecision, Proposal
from .swapping import NotADraft, make_by_hand, note_changed, set_aside

AT_ONCE = 100
"""Changes that are judged and applied while the coordinator waits; more are left to the worker."""
MOST_PROBLEMS = 200
AT_A_TIME = 500
"""Pairs judged by one look at their people; so much is held in memory, and so fine is the progress."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Change:
    """One line of what a file does. ``how`` is new, ends, locked or apart; the sides are keys of enrolments."""

    how: str
    mentor: int
    mentee: int
    score: float = 0.0


@dataclass(frozen=True)
class Correction:
    """What a file would do, judged. ``seen`` tells whether draft and people are still those that were judged."""

    troubles: tuple[Trouble, ...]
    changes: tuple[Change, ...]
    stays: int
    seen: str

    def count(self, how: str) -> int:
        return sum(one.how == how for one in self.changes)


@dataclass(frozen=True)
class _Work:
    """A correction with what it takes to do it."""

    difference: Difference
    drafts: tuple[Proposal, ...]
    correction: Correction


class NotAsSeen(Exception):
    """Nothing was changed: the draft or somebody in it is another than was seen, or something stands against it now.

    Carries the file judged anew.
    """

    def __init__(self, correction: Correction) -> None:
        self.correction = correction
        super().__init__("the draft is another than was seen")


def takes_a_worker(difference: Difference, *, at_once: int = AT_ONCE) -> bool:
    """Unless so much is wrong with the file that nothing more would be told."""
    return difference.changes > at_once and len(difference.troubles) < MOST_PROBLEMS


def judge_corrections(
    run: MatchRun, wanted: Sequence[Wanted], *, now: datetime, unread: Iterable[Trouble] = (), tell: Tell | None = None
) -> Correction:
    """What the rows would change, and all that is wrong with them at once, with what could not be read.

    Raises ``NotADraft``, ``RunStopped`` and ``KeysMissing``. Nothing is held meanwhile.
    """
    return _judged(run, difference_of(run, wanted), now=now, unread=unread, tell=tell).correction


def _judged(
    run: MatchRun, difference: Difference, *, now: datetime, unread: Iterable[Trouble] = (), tell: Tell | None = None
) -> _Work:
    troubles = [*unread, *difference.troubles]
    drafts: list[Proposal] = []
    digests: list[str] = []
    judged = 0 if len(troubles) >= MOST_PROBLEMS else len(difference.makes)
    for part in _parts(islice(difference.makes, judged)):
        found, digest = _judge(run, part, now=now)
        digests.append(digest)
        for keys, one in zip(part, found, strict=True):
            against = _against(one, row=difference.makes[keys])
            if against is None:
                drafts.append(one.proposal(run))
            else:
                troubles.append(against)
        if tell is not None:
            tell(len(drafts) + len(troubles), len(difference.makes))
    correction = Correction(
        troubles=tuple(sorted(set(troubles), key=lambda one: (one.line, one.value)))[:MOST_PROBLEMS],
        changes=tuple(_changes(difference, drafts)),
        stays=difference.stays,
        seen=_seen(difference, digests),
    )
    return _Work(difference, tuple(drafts), correction)


def _parts(pairs: Iterable[Keys]) -> Iterator[list[Keys]]:
    rest = iter(pairs)
    while part := list(islice(rest, AT_A_TIME)):
        yield part


def _judge(run: MatchRun, part: Sequence[Keys], *, now: datetime) -> tuple[list[Judged], str]:
    snapshot = snapshot_of(run, {key for keys in part for key in keys}, now=now)
    sides = Enrolment.objects.select_related("person").in_bulk({key for keys in part for key in keys})
    pairs = [(sides[mentor], sides[mentee]) for mentor, mentee in part]
    return judge_snapshot(snapshot, pairs), snapshot.digest


def _seen(difference: Difference, digests: Iterable[str]) -> str:
    return fingerprint({"draft": difference.draft, "people": list(digests)})


def _changes(difference: Difference, drafts: Iterable[Proposal]) -> Iterator[Change]:
    for how, several in (("new", drafts), ("ends", difference.ends)):
        for one in several:
            yield Change(how, one.mentor_id, one.mentee_id, one.score)
    for how, decided in (("locked", difference.locks), ("apart", difference.forbids)):
        for mentor, mentee in decided:
            yield Change(how, mentor, mentee)


def _against(one: Judged, *, row: Wanted) -> Trouble | None:
    value = f"{row.mentor_id}, {row.mentee_id}"
    if one.away:
        words = _("%(names)s looks for no partner now, or has no place left; leave the row out.")
        return Trouble(row.line, value, words % {"names": ", ".join(one.away)})
    if one.against:
        words = _("%(why)s Leave the row out, or choose somebody else.")
        return Trouble(row.line, value, words % {"why": " ".join(one.against)})
    return None


def apply_corrections(
    file: CorrectionFile, wanted: Sequence[Wanted], *, seen: str, by: User, now: datetime, tell: Tell | None = None
) -> Correction:
    """Do it, all or nothing, and say so in the file's row.

    It is judged anew first, while nothing is held; then everything is held, and written only if draft and people are
    still those of that judgement. Raises ``NotAsSeen``, ``NotADraft``, ``RunStopped`` and ``KeysMissing``.
    """
    run = file.run
    work = _judged(run, difference_of(run, wanted), now=now, tell=tell)
    if work.correction.seen != seen or work.correction.troubles:
        raise NotAsSeen(work.correction)
    try:
        _write(file, work, wanted=wanted, by=by, now=now)
    except ChangedMeanwhile:
        raise NotAsSeen(judge_corrections(run, wanted, now=now)) from None
    return work.correction


@transaction.atomic
def _write(file: CorrectionFile, work: _Work, *, wanted: Sequence[Wanted], by: User, now: datetime) -> None:
    run, difference, correction = file.run, work.difference, work.correction
    cohort = hold_cohort(run.cohort)
    if cohort.is_closed or hold_run(run).state != MatchRun.State.DONE:
        raise NotADraft
    hold_enrolments({key for one in correction.changes for key in (one.mentor, one.mentee)})
    if _as_it_stands(run, wanted, now=now) != correction.seen:
        raise ChangedMeanwhile
    counts = {"new": correction.count("new"), "gone": correction.count("ends"), "stays": correction.stays}
    here = CorrectionFile.objects.filter(pk=file.pk, state=file.state)
    if not here.update(state=CorrectionFile.State.APPLIED, counts=counts, sealed_rows=b"", sealed_result=b""):
        raise NotADraft  # brought in anew meanwhile, or applied already
    set_aside(run, difference.ends, now=now)
    make_by_hand(run, work.drafts)
    put_decisions(
        cohort,
        [
            *(Put(*keys, PairDecision.Kind.LOCKED, row.reason) for keys, row in difference.makes.items()),
            *(Put(*keys, PairDecision.Kind.LOCKED, row.reason) for keys, row in difference.locks.items()),
            *(Put(*keys, PairDecision.Kind.FORBIDDEN, row.reason) for keys, row in difference.forbids.items()),
        ],
        unlocked=[(one.mentor_id, one.mentee_id) for one in difference.ends],
        by=by,
        now=now,
    )
    note_changed(run, by=by, now=now, pairs=counts["new"])


def _as_it_stands(run: MatchRun, wanted: Sequence[Wanted], *, now: datetime) -> str:
    """What ``Correction.seen`` would be now; empty where the rows cannot all be made by places and numbers."""
    difference = difference_of(run, wanted)
    if difference.troubles:
        return ""
    digests = [
        snapshot_of(run, {key for keys in part for key in keys}, now=now).digest for part in _parts(difference.makes)
    ]
    return _seen(difference, digests)
