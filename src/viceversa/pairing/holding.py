"""Rows held until a transaction ends, always in one order, so that two who want the same ones never deadlock.

The order: cohort, run, enrolments by key, proposals by key. Nothing here locks keys themselves, so that a new
row may refer to a held one.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from viceversa.programmes.models import Cohort, Enrolment

from .models import MatchRun, Proposal

AT_A_TIME = 5_000
PEOPLE = ("mentor__person", "mentee__person", "run__cohort__programme")


def hold_cohort(cohort: Cohort) -> Cohort:
    """Numbers, decisions and publications of a cohort come one after the other."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    return Cohort.objects.select_related("programme").get(pk=cohort.pk)


def hold_run(run: MatchRun) -> MatchRun:
    """The row as it is now, a variant's too."""
    return MatchRun.every.select_for_update(no_key=True).get(pk=run.pk)


def hold_enrolments(keys: Iterable[int]) -> dict[int, Enrolment]:
    """In parts, so that a database's limit on the values of a query is never met; the order is that of all of them."""
    wanted, rows = sorted(set(keys)), Enrolment.objects.select_for_update(no_key=True).order_by("pk")
    parts = (wanted[start : start + AT_A_TIME] for start in range(0, len(wanted), AT_A_TIME))
    return {enrolment.pk: enrolment for part in parts for enrolment in rows.filter(pk__in=part)}


def hold_proposals(which: Q) -> list[Proposal]:
    """These proposals as they are now, with their people. The enrolments must be held already."""
    keys = list(
        Proposal.objects.select_for_update(no_key=True).filter(which).order_by("pk").values_list("pk", flat=True)
    )
    return list(Proposal.objects.filter(pk__in=keys).select_related(*PEOPLE).order_by("pk"))


def of_enrolments(keys: Iterable[int]) -> Q:
    """Open proposals in which one of these enrolments stands."""
    keys = list(keys)
    return Q(state__in=Proposal.OPEN) & (Q(mentor__in=keys) | Q(mentee__in=keys))
