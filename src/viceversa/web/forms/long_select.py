"""A list of hundreds to choose from, drawn at once: an object for each option takes longer than the whole page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .drawing import escaped


class LongSelect(forms.Select):
    """The same element as Django's own; for lists without groups of options."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        rows = [("" if key is None else str(key), label) for key, label in self.choices]
        told = [(escaped(key), " selected" if key in chosen else "", escaped(label)) for key, label in rows]
        options = "\n".join([f'<option value="{key}"{mark}>{label}</option>' for key, mark, label in told])
        marks = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", marks, mark_safe(options))  # noqa: S308 - each is escaped above
