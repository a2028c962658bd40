"""Lists and small numbers inside a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


def listed(words: Sequence[str]) -> str:
    """One, one and two, one, two and three."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def quoted(words: Sequence[str]) -> str:
    return listed([_("“%(word)s”") % {"word": word} for word in words])


def plural_of(value: float) -> int:
    """What ``ngettext`` counts by: one for exactly 1, many for anything else, fractions too."""
    return 1 if value == 1 else 2


def plain_number(value: float) -> str:
    """Without zeros that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
