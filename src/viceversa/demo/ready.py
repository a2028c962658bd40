"""What a careful coordinator does before a launch: handlers named, the readiness questions answered."""

from __future__ import annotations

from datetime import datetime

from viceversa.accounts.access import Role
from viceversa.accounts.models import RoleGrant, User
from viceversa.programmes.handlers import add_contact, choose_handler
from viceversa.programmes.models import Programme
from viceversa.programmes.self_assessment import QUESTIONS, Word, answer_questions

PARTLY = ("managers", "your_time")  # nowhere is everything in order


def make_ready(programme: Programme, *, handler: User, by: User, now: datetime) -> None:
    """Name the demo's handler and a helpline, and answer as most coordinators would."""
    RoleGrant.objects.get_or_create(
        user=handler, role=Role.HANDLER.value, scope="", ended_at=None, defaults={"granted_at": now}
    )
    choose_handler(programme, user_id=handler.public_id, is_outside_hr=False, by=by, now=now)
    helpline = {"name": "Northmoor helpline, run from outside", "reach": "0800 555 0199, day and night"}
    add_contact(programme, **helpline, is_outside_hr=True, by=by, now=now)
    answers = {code: Word.PARTLY if code in PARTLY else Word.YES for code in QUESTIONS}
    answer_questions(programme, answers=answers, by=by, now=now)
