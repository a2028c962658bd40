"""Form widgets drawn at once: with a template for each, and one for its attributes, a form costs more than its page.

The elements are Django's own to the letter; a widget that is not listed here goes through Django's template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.safestring import SafeData, mark_safe

FOLDER = "django/forms/widgets/"
INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox", "input")

Widget = Mapping[str, Any]


class DrawnWidgets(DjangoTemplates):
    """Django's renderer with a shorter way to the elements that every form is made of."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]).strip())  # noqa: S308 - every value in it is escaped below


def escaped(value: Any) -> str:
    """Between two tags or two quotes, as ``{{ value }}`` writes it."""
    if type(value) is str:
        return escape(value)
    if isinstance(value, SafeData):
        return str(value)
    return escape(str(localize(value)))


def _as_string(value: Any) -> str:
    """As ``{{ value|stringformat:"s" }}`` writes it: numbers as Python does, whatever the language."""
    return str(value) if isinstance(value, SafeData) else escape(str(value))


def _marks(attrs: Mapping[str, Any]) -> str:
    there = [(name, value) for name, value in attrs.items() if value is not False]
    return "".join(
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{_as_string(value)}"' for name, value in there
    )


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_as_string(widget["value"])}"'
    return f'<input type="{escaped(widget["type"])}" name="{escaped(widget["name"])}"{value}{_marks(widget["attrs"])}>'


def _one_of_many(widget: Widget) -> str:
    """A radio button or a box to tick, in its label where the widget wants one around it."""
    if not widget.get("wrap_label"):
        return _input(widget)
    its_id = widget["attrs"].get("id")
    marks = f' for="{escaped(its_id)}"' if its_id else ""
    return f"<label{marks}>{_input(widget)}\n {escaped(widget['label'])}</label>"


def _textarea(widget: Widget) -> str:
    value = escaped(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escaped(widget["name"])}"{_marks(widget["attrs"])}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    return f'<select name="{escaped(widget["name"])}"{_marks(widget["attrs"])}>{groups}\n</select>'


def _group(name: Any, options: list[Widget]) -> str:
    drawn = "".join(f"\n  {_option(option)}\n" for option in options)
    return f'\n  <optgroup label="{escaped(name)}">{drawn}\n  </optgroup>' if name else drawn


def _option(option: Widget) -> str:
    return f'<option value="{_as_string(option["value"])}"{_marks(option["attrs"])}>{escaped(option["label"])}</option>'


DRAWN: dict[str, Callable[[Widget], str]] = {
    **{f"{FOLDER}{name}.html": _input for name in INPUTS},
    **{f"{FOLDER}{name}.html": _one_of_many for name in ("radio_option", "checkbox_option", "input_option")},
    f"{FOLDER}textarea.html": _textarea,
    f"{FOLDER}select.html": _select,
}
