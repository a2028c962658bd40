"""What somebody reads whose page was overtaken: what they typed stays, and saving again replaces the other change."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

CHANGED = 409


def tell_changed(form: forms.Form) -> int:
    """Say it on the form; the status of the page."""
    words = _(
        "Somebody else saved a change while you had this open. What you typed is still here: "
        "look at the page in another tab, then save again to replace their change."
    )
    form.add_error(None, words)
    return CHANGED
