"""Drawing lots for a side's places: the list is frozen and its hash shown, then comes the seed, then the draw.

The drawing itself is pure and stands in ``viceversa.stats.lottery``; here it meets the people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from viceversa.accounts.events import Fact, record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User
from viceversa.stats.lottery import Entry, FrozenList, RecordProblem, draw, freeze, record_text, replay

from .lists_given_up import given_up_before
from .models import Admission, Cohort, Enrolment, Lottery, LotteryEntry
from .places import admission_of, free_places, give_place, held_enrolments, hold_cohort, keep_waiting
from .waiting_list import move_up

# What strata can be made of; nothing about who somebody is, only where they work.
STRATA = ("function", "location", "grade_band")
UNKNOWN = "-"


class NotALottery(Exception):
    """The cohort admits in another way, has no limit on this side, no place left, or nobody has applied."""


class FrozenAlready(Exception):
    """There is a frozen list for this side that is not drawn yet."""


class DrawnAlready(Exception):
    """A list is drawn once; nobody chooses among draws."""


class ListTouched(Exception):
    """The frozen list no longer has its hash. Nothing is drawn from it."""


@transaction.atomic
def freeze_list(
    cohort: Cohort,
    *,
    role: str,
    strata: Sequence[str],
    seed_from: str,
    seed_plan: str,
    by: User,
    now: datetime,
    public_id: str = "",
) -> Lottery:
    """Write down who takes part in the draw and for how many places; its places are kept from now on.

    ``seed_plan`` says which number will be the seed, before it is known. Raises ``NotALottery`` and
    ``FrozenAlready``.
    """
    hold_cohort(cohort.pk)
    if Lottery.objects.filter(cohort=cohort, role=role, drawn_at=None).exists():
        raise FrozenAlready
    enrolments = list(in_the_draw(cohort, role=role))
    places = free_places(cohort, role=role)
    if admission_of(cohort).way != Admission.Way.LOTTERY or not enrolments or not places:
        raise NotALottery
    lottery = Lottery(
        public_id=public_id or new_public_id(),
        cohort=cohort,
        role=role,
        places=places,
        strata=[code for code in STRATA if code in strata],
        seed_from=seed_from,
        seed_plan=seed_plan.strip(),
        frozen_at=now,
        frozen_by=by,
    )
    entries = [Entry(one.public_id, stratum_of(one, strata=lottery.strata)) for one in enrolments]
    frozen = freeze(lottery=lottery.public_id, places=places, strata=lottery.strata, entries=entries)
    lottery.list_text, lottery.list_hash = frozen.text, frozen.hash
    lottery.save()
    LotteryEntry.objects.bulk_create(
        LotteryEntry(lottery=lottery, enrolment=one, stratum=list(entry.stratum))
        for one, entry in zip(enrolments, entries, strict=True)
    )
    _note("frozen", lottery, by=by, now=now, facts={"hash": frozen.hash, "people": len(entries), "places": places})
    return lottery


@transaction.atomic
def thaw_list(lottery: Lottery, *, by: User, now: datetime) -> None:
    """Give up a frozen list before its draw; its hash stays told beside every later list. Raises ``DrawnAlready``."""
    hold_cohort(lottery.cohort_id)
    held = Lottery.objects.filter(pk=lottery.pk).select_related("cohort__programme").first()
    if held is None:
        return
    if held.is_drawn:
        raise DrawnAlready
    _note("thawed", held, by=by, now=now, facts={"hash": held.list_hash})
    held.delete()


@transaction.atomic
def draw_lottery(lottery: Lottery, *, seed: str, by: User, now: datetime) -> Lottery:
    """Draw: whoever is drawn has a place, the others wait in the order of their tickets, and all are told.

    Whoever has gone since the list was frozen stays on the record and takes no place; it goes to the first who
    waits. Who applied after the freezing stands behind. Raises ``DrawnAlready`` and ``ListTouched``.
    """
    hold_cohort(lottery.cohort_id)
    held = Lottery.objects.select_related("cohort__programme").get(pk=lottery.pk)
    if held.is_drawn:
        raise DrawnAlready
    frozen = frozen_list(held)
    done = draw(frozen, seed=seed)
    held.seed, held.drawn_at, held.drawn_by = seed, now, by
    given_up = [one.hash for one in given_up_before(held)]
    held.record = record_text(frozen, seed=seed, seed_from=f"{held.seed_from}: {held.seed_plan}", given_up=given_up)
    held.save(update_fields=["seed", "drawn_at", "drawn_by", "record"])
    _keep(held, drawn=done.drawn, waiting=done.waiting, now=now)
    _let_in(held, drawn=done.drawn, waiting=done.waiting, by=by, now=now)
    _note("drawn", held, by=by, now=now, facts={"hash": held.list_hash, "drawn": len(done.drawn)})
    return held


def _keep(lottery: Lottery, *, drawn: Sequence[str], waiting: Sequence[str], now: datetime) -> None:
    """Drawn or not, dated, whatever they do later."""
    entries = {entry.enrolment.public_id: entry for entry in lottery.entries.select_related("enrolment")}
    for is_drawn, ids in ((True, drawn), (False, waiting)):
        for place, public_id in enumerate(ids, start=1):
            entry = entries[public_id]
            entry.drawn, entry.place, entry.drawn_at = is_drawn, place, now
    LotteryEntry.objects.bulk_update(entries.values(), ["drawn", "place", "drawn_at"], batch_size=200)


def _let_in(lottery: Lottery, *, drawn: Sequence[str], waiting: Sequence[str], by: User, now: datetime) -> None:
    cohort = lottery.cohort
    held = {one.public_id: one for one in held_enrolments(cohort, chosen=[*drawn, *waiting])}
    still = {key: one for key, one in held.items() if one.state == Enrolment.State.APPLIED}
    for public_id in drawn:
        if public_id in still:
            give_place(still[public_id], news="drawn", by=by, now=now)
    late = Enrolment.objects.filter(cohort=cohort, role=lottery.role, state=Enrolment.State.APPLIED)
    late = late.exclude(public_id__in=held).select_related("person", "cohort__programme")
    for public_id in waiting:
        if public_id in still:
            keep_waiting(still[public_id], news="not_drawn", by=by, now=now)
    for enrolment in late.filter(person__grade__isnull=False).order_by("applied_at", "pk"):
        keep_waiting(enrolment, news="waiting", by=by, now=now)
    move_up(cohort, role=lottery.role, by=by, now=now)


def in_the_draw(cohort: Cohort, *, role: str) -> QuerySet[Enrolment]:
    """Whoever has applied on this side and can be matched."""
    rows = Enrolment.objects.filter(cohort=cohort, role=role, state=Enrolment.State.APPLIED)
    return rows.filter(person__grade__isnull=False).select_related("person").order_by("pk")


def stratum_of(enrolment: Enrolment, *, strata: Sequence[str]) -> tuple[str, ...]:
    person = enrolment.person
    values = {
        "function": person.function or UNKNOWN,
        "location": person.location or UNKNOWN,
        "grade_band": grade_band(person.grade),
    }
    return tuple(values[code] for code in strata)


def grade_band(grade: int | None) -> str:
    """Two grades to a band: 1–2, 3–4 and so on."""
    if grade is None:
        return UNKNOWN
    first = grade - (grade - 1) % 2
    return f"{first}-{first + 1}"


def frozen_list(lottery: Lottery) -> FrozenList:
    """The list as it was frozen, out of its dated rows. Raises ``ListTouched`` where they have not its hash."""
    rows = lottery.entries.order_by("pk").values_list("enrolment__public_id", "stratum")
    entries = [Entry(public_id, tuple(stratum)) for public_id, stratum in rows]
    frozen = freeze(lottery=lottery.public_id, places=lottery.places, strata=lottery.strata, entries=entries)
    if frozen.hash != lottery.list_hash or frozen.text != lottery.list_text:
        raise ListTouched
    return frozen


def replays(lottery: Lottery) -> bool:
    """Whether drawing again from the record says the same, and the record is of this very list and seed."""
    try:
        replay(lottery.record)
    except RecordProblem:
        return False
    return f'"list_hash": "{lottery.list_hash}"' in lottery.record


def _note(verb: str, lottery: Lottery, *, by: User, now: datetime, facts: dict[str, Fact]) -> None:
    record(
        f"lottery_{verb}",
        noun="cohort",
        object_id=lottery.cohort.public_id,
        by=by,
        now=now,
        scope=lottery.cohort.programme.public_id,
        facts={"lottery": lottery.public_id, "role": str(lottery.role)} | facts,
    )
