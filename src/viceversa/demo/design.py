"""The demo's programmes, opened from a playbook, made ready and launched."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from viceversa.accounts.models import User
from viceversa.programmes.actions import launch_programme
from viceversa.programmes.beginning import open_programme
from viceversa.programmes.models import Programme
from viceversa.programmes.playbooks import playbook

from .days import months_after, season
from .ready import make_ready

# Baseline and target of each objective that the playbook suggests, in its own unit and order, and who answers for it.
FIGURES = {
    "empower": (("48", "65"), ("0", "20"), ("61", "70"), ("10.2", "11.0")),
    "connected-leaders": (("2", "6"), ("15", "60"), ("41", "55")),
}
OWNERS = ("Ruth Adeyemi", "Ada Okafor", "Ruth Adeyemi", "Jonas Weber, people analytics")
# Kept only where the check said "not yet" to a small organisation.
ALL_THE_SAME = "We begin small and look at what is missing after the first month."
BEFORE = timedelta(days=27)  # from the idea to the first day


def launched(
    slug: str, *, name: str, begin: datetime, months: int, handler: User, by: User, ahead: timedelta = BEFORE
) -> Programme:
    """A programme with its first cohort, which runs from ``begin``; work on it began so long ``ahead``."""
    early = begin - ahead
    programme = open_programme(
        playbook(slug),
        name=name,
        cohort_name=season(begin),
        starts_on=begin.date(),
        ends_on=months_after(begin.date(), months),
        by=by,
        now=early,
    )
    for objective, figures, owner in zip(programme.objectives.all(), FIGURES[slug], OWNERS, strict=False):
        objective.baseline, objective.target = (Decimal(figure) for figure in figures)
        objective.owner = owner
        objective.save()
    make_ready(programme, handler=handler, by=by, now=early + timedelta(days=1))
    return launch_programme(programme, by=by, now=early + timedelta(days=2), acknowledgement=ALL_THE_SAME)
