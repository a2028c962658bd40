"""What the columns of the people file are called on a page."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

COLUMN_WORDS: Final[dict[str, Promise]] = {
    "person_id": _("Person number"),
    "full_name": _("Full name"),
    "given_name": _("Given name"),
    "preferred_name": _("Preferred name"),
    "family_name": _("Family name"),
    "email": _("E-mail"),
    "job_title": _("Job title"),
    "function": _("Function"),
    "location": _("Place"),
    "manager_id": _("Reports to"),
    "grade": _("Grade"),
    "role": _("Mentor or leader"),
    "capacity": _("Partners at once"),
    "offers": _("Can teach"),
    "wants": _("Wants to learn"),
    "interests": _("Interests"),
    "languages": _("Languages"),
    "time_zone": _("Time zone"),
    "hours": _("Working hours"),
    "style_formality": _("Formality, 1 to 5"),
    "style_structure": _("Structure, 1 to 5"),
    "prefers": _("Would like to meet"),
    "excludes": _("Never to be paired with"),
    "hire_date": _("Hired on"),
    "leave_date": _("Leaves on"),
    "external_id": _("Number in another system"),
    "status": _("Who has left"),
    "offered_topic": _("A topic of its own: can teach it"),
    "wanted_topic": _("A topic of its own: wants to learn it"),
}

ROLE_WORDS: Final[dict[str, Promise]] = {
    "mentor": pgettext_lazy("role", "mentor"),
    "mentee": pgettext_lazy("role", "leader"),
    "both": pgettext_lazy("role", "both"),
    "": pgettext_lazy("role", "not taking part"),
}


def column_word(column: str) -> str:
    return str(COLUMN_WORDS.get(column, column))


def role_word(role: str) -> str:
    return str(ROLE_WORDS.get(role, role))
