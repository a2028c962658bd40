"""What a piece of background work is, in words for whoever keeps the installation running."""

from __future__ import annotations

from django.utils.translation import gettext as _

from viceversa.outbox.models import Job

LETTERS = ("letter", "invitation", "reminder", "remind", "cancellation", "nudge")


def job_words(job: Job) -> str:
    """A sentence for the common kinds; the kind itself stands beside it."""
    if job.kind == "match_run":
        return _("A match run")
    if "roster" in job.kind:
        return _("Bringing in a people file")
    if job.kind == "verify_chain":
        return _("Checking the chain of events")
    if any(word in job.kind for word in LETTERS):
        return _("A letter")
    return _("Other work")
