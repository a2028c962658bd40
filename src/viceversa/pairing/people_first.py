"""A run waits while a people file is only half in, or half back: nobody is matched by half an organisation."""

from __future__ import annotations

from datetime import datetime, timedelta

from viceversa.accounts.keys.store import KeysMissing, owner_key
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.people.models import RosterImport
from viceversa.people.roster_turn import half_done

from .models import MatchRun
from .obstacles import RunStopped, obstacle

# A people file of a hundred thousand is in after some minutes.
_NEXT_LOOK = timedelta(seconds=15)
# An import that stopped for want of its keys looks again every half hour; what stands still for longer wants somebody.
LONGEST_WAIT = timedelta(hours=2)


def waits_for_people(run: MatchRun, *, job: Job, now: datetime) -> bool:
    """Whether an import stands in the way; then the run stays in the queue, and its next look is asked for.

    Raises ``RunStopped`` where waiting would not help: the key store is out of reach, so neither the import nor the
    run can go on, or the import has stood still for hours.
    """
    half = half_done()
    if half is None:
        return False
    try:
        owner_key(half.trace_owner, create=False)
    except KeysMissing as error:
        if half_done() is None:  # it came to its end in this moment, and its key went with it
            return False
        raise RunStopped([obstacle("keys_missing")]) from error
    if now - run.requested_at > LONGEST_WAIT:
        raise RunStopped([obstacle("people_half_in")])
    # Named for the job before: a worker that dies here and comes back asks for the same look.
    key = f"{run.public_id}:after:{job.public_id}"
    enqueue(job.kind, key=key, now=now, due_at=now + _NEXT_LOOK, facts={"run": run.public_id})
    return True


def waited_for(run: MatchRun) -> RosterImport | None:
    """The import that a queued run waits for."""
    return half_done() if run.state == MatchRun.State.QUEUED else None
