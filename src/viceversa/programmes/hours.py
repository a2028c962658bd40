"""How much working time a programme asks for, as a manager is told it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled

from .models import Programme

DAYS_OF_A_MONTH = 30.44
QUARTER = 15


def minutes_a_month(programme: Programme) -> int:
    """Meetings in a month times their length, in minutes, to the quarter of an hour above."""
    minutes = programme.meeting_minutes * DAYS_OF_A_MONTH / max(1, programme.cadence_days)
    # 60 minutes every 30 days are one hour a month, not one and a quarter.
    return max(QUARTER, -(-round(minutes - 2) // QUARTER) * QUARTER)


def hours_words(programme: Programme) -> str:
    """For instance "about 1 hour a month" or "about 1½ hours a month"."""
    hours, rest = divmod(minutes_a_month(programme), 60)
    if not hours:
        return _("about %(minutes)s minutes a month") % {"minutes": rest}
    part = {0: "", 15: "¼", 30: "½", 45: "¾"}[rest]
    words = ngettext("about %(hours)s hour a month", "about %(hours)s hours a month", hours + bool(rest))
    return filled(words, hours=f"{hours}{part}")
