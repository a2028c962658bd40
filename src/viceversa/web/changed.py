"""What somebody reads whose page was overtaken: what they typed stays, and saving again replaces the other change."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

CHANGED = 409


def tell_changed(form: forms.Form) -> int:
    """Say it on the form, and at each field what is saved now where it differs; the status of the page."""
    words = _(
        "Somebody else saved a change while you had this open. What you typed is still here, "
        "with what is saved now beside it: save again to replace what they wrote."
    )
    form.add_error(None, words)
    for name in form.changed_data:
        if name in form.initial:
            saved = _as_shown(form.fields[name], form.initial[name])
            form.add_error(name, _("Saved now: “%(saved)s”") % {"saved": saved} if saved else _("Saved now: nothing"))
    return CHANGED


def _as_shown(field: forms.Field, value: object) -> str:
    """What a field held, in the words that somebody saw: choices by their labels, several with commas."""
    if isinstance(field, forms.BooleanField):
        return _("ticked") if value else _("not ticked")
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    held = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(labels.get(str(each), str(each)) for each in held if each is not None and each != "")
