"""A request as our pages see it: with the moment it came, and what the access check found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from viceversa.programmes.models import Cohort, Programme

    from .access import Seat


class PageRequest(HttpRequest):
    """``now`` is set by the clock middleware; the rest by the access check."""

    now: datetime
    access_checked: bool
    seat: Seat
    programme: Programme
    cohorts: list[Cohort]
    htmx: HtmxDetails
