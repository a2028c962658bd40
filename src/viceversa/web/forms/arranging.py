"""What a coordinator asks for a whole cohort: circles of a size, a rota of rounds, a place in another circle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.pairing.circles import LARGEST, SMALLEST
from viceversa.pairing.rotas import LONGEST, MOST_ROUNDS, SHORTEST

SIZE = _("Enter a whole number from 3 to 12, such as 6")
ROUNDS = _("Enter a whole number from 1 to 12, such as 4")
MINUTES = _("Enter whole minutes from 10 to 90, such as 25")


def _whole(words: Any, *, least: int, most: int | None, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=least,
        max_value=most,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-fit": "", "size": 4}),
        **more,
    )


class CirclesForm(forms.Form):
    size = _whole(
        SIZE,
        least=SMALLEST,
        most=LARGEST,
        label=_("Members a circle"),
        help_text=_("4 to 8 is usual. All circles are equal in size, give or take one."),
    )


class MoveForm(forms.Form):
    """To which circle somebody moves; its numbers end at ``circles``."""

    def __init__(self, *args: Any, circles: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("Enter the number of a circle, from 1 to %(most)s") % {"most": circles}
        self.fields["circle"] = _whole(words, least=1, most=circles, label=_("To circle"), help_text=words)


class RotaForm(forms.Form):
    rounds = _whole(
        ROUNDS,
        least=1,
        most=MOST_ROUNDS,
        label=_("Rounds"),
        help_text=_("In each everybody meets one person at most, and never the same one twice."),
    )
    minutes = _whole(
        MINUTES,
        least=SHORTEST,
        most=LONGEST,
        label=_("Minutes of a meeting"),
        help_text=_("15 to 30 is usual."),
    )
