"""The cohort before this one: small, over, and closed, with everything that happened in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from viceversa.accounts.models import User
from viceversa.programmes.closing import close_cohort
from viceversa.programmes.invitations import invite
from viceversa.programmes.models import Cohort, Enrolment, Programme

from .answering import answer_all
from .past import live_through
from .recruiting import OWN, free_people, settle
from .runs import match, proposals_out, publish

FEWEST, MOST = 7, 30


def run_first_cohort(programme: Programme, *, people: int, seed: int, begin: datetime, by: User) -> None:
    """From the invitations to the closing, in the months before the next one began."""
    cohort: Cohort = programme.cohorts.get()
    chance = Random(f"first cohort {seed}")
    asked = begin - timedelta(days=21)
    for role, more in ((Enrolment.Role.MENTOR, 2), (Enrolment.Role.MENTEE, 0)):
        willing = [person for person in free_people(role, now=asked) if person.email not in OWN]
        chosen = chance.sample(willing, min(len(willing), max(FEWEST, min(MOST, people // 45)) + more))
        settle(invite(cohort, people=chosen, role=role, by=by, now=asked), now=asked, chance=chance)
    run = match(cohort, by=by, now=begin - timedelta(days=7))
    published = begin - timedelta(days=5)
    publish(run, by=by, now=published)
    pairs = answer_all(proposals_out(run), published=published, certain=frozenset(), chance=chance)
    over = begin + timedelta(days=278)
    live_through(pairs, now=over, seed=seed + 1, kept=None)
    close_cohort(cohort, pairs_end=Cohort.PairsEnd.NOW, by=by, now=over)
