"""How far somebody's enrolment is, in a coordinator's words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def stage_words() -> dict[str, str]:
    """By the stages of programmes/enrolment_list.py."""
    return {
        "applied": _("Applied"),
        "waiting": _("On the wait-list"),
        "invited": _("Invited"),
        "begun": _("Begun"),
        "taking_part": _("Taking part"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
        "not_now": _("Not this time"),
    }
