"""What there is to know about a file, said once: columns that are left out for one reason stand in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from viceversa.formats.problems import Problem
from viceversa.people.roster_problems import sentence

TOGETHER: dict[str, str | Promise] = {
    "left_out_identity": _(
        "About identity, and left out: %(columns)s. People can say such things themselves, if they want to."
    ),
    "left_out_pay": _("About pay, and left out, because nothing here needs it: %(columns)s."),
    "left_out_private": _("Private, and left out, because nothing here needs it: %(columns)s."),
    "left_out_same": _("Left out, because another column says the same or says it better: %(columns)s."),
    "column_ignored": _("Not part of the people format, and left out: %(columns)s."),
}


def remarks_of(notes: Iterable[Problem]) -> list[str]:
    """A sentence for each note; one for all columns that are left out for the same reason, where the first stood."""
    by_reason: dict[str, list[Problem]] = {}
    for place, note in enumerate(notes):
        by_reason.setdefault(note.code if note.code in TOGETHER else str(place), []).append(note)
    return list(chain.from_iterable(_told(together) for together in by_reason.values()))


def _told(together: list[Problem]) -> Iterator[str]:
    if len(together) == 1:
        yield sentence(together[0])
        return
    columns = ", ".join(f"“{note.value}”" for note in together)
    yield str(TOGETHER[together[0].code]) % {"columns": columns}
