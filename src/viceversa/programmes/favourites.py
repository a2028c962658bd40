"""Whom somebody would like as a partner: sealed, known to its author and the matching, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.keys.store import owner_keys, seal, unseal
from viceversa.accounts.models import User
from viceversa.people.sealing import opened

from .events import record_enrolment
from .models import Enrolment, Favourites
from .policy import complete_policy


class TooMany(Exception):
    """More favourites than count. Carries how many do."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(str(most))


def most_favourites(enrolment: Enrolment) -> int:
    """How many count in the matching of this programme."""
    return int(complete_policy(enrolment.cohort.programme.policy)["options"]["ranked"])


def own_favourites(enrolment: Enrolment) -> tuple[str, ...]:
    """Person numbers, best first, for the author's own eyes. Raises ``KeysMissing``."""
    row = Favourites.objects.filter(enrolment=enrolment).first()
    return _listed(unseal(row.sealed_people, owner=enrolment.person.public_id)) if row else ()


def seen_of(favourites: Sequence[str]) -> str:
    """The list in a few letters, for the page that shows it."""
    return fingerprint({"favourites": list(favourites)})


@transaction.atomic
def choose_favourites(enrolment: Enrolment, *, favourites: Sequence[str], seen: str, by: User, now: datetime) -> None:
    """Keep a list of person numbers, best first. The event tells that there is one, never who or how many.

    Raises ``ChangedMeanwhile``, ``TooMany``, and ``KeysMissing``; then nothing is changed.
    """
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    before = own_favourites(enrolment)
    wanted = tuple(dict.fromkeys(favourites))
    if wanted == before:
        return
    check_unchanged({"favourites": list(before)}, seen=seen)
    most = most_favourites(enrolment)
    if len(wanted) > max(most, len(before)):
        raise TooMany(most)
    if wanted:
        sealed = seal(json.dumps(wanted), owner=enrolment.person.public_id)
        Favourites.objects.update_or_create(enrolment=enrolment, defaults={"sealed_people": sealed, "changed_at": now})
    else:
        Favourites.objects.filter(enrolment=enrolment).delete()
    record_enrolment("favourites_changed", enrolment, by=by, now=now)


def favourites_of(enrolments: Collection[Enrolment]) -> dict[int, tuple[str, ...]]:
    """For the matching alone: each enrolment's list by its primary key, empty where there is none.

    The enrolments must be loaded along with their favourites. Raises ``KeysMissing``.
    """
    owners = {enrolment.pk: enrolment.person.public_id for enrolment in enrolments}
    rows = [enrolment.favourites for enrolment in enrolments if hasattr(enrolment, "favourites")]
    sealed = {row.enrolment_id: row.sealed_people for row in rows}
    keys = owner_keys({owners[key] for key in sealed}, create=False)
    chosen = {key: _listed(opened(keys[owners[key]], words)) for key, words in sealed.items()}
    return {key: chosen.get(key, ()) for key in owners}


def _listed(spelled: str) -> tuple[str, ...]:
    return tuple(json.loads(spelled)) if spelled else ()
