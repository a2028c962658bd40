"""A programme in an address, and with it the cohort that the reader looks at.

``/programmes/PROGRAMME/…`` is about the cohort that is being run; ``/programmes/PROGRAMME.COHORT/…`` is the same
page about another one. Whoever opens such an address stays in that cohort: the programme which a page gets carries
it in its public id, so that every link and form of the page that names the programme names the cohort with it.
"""

from __future__ import annotations

from django.urls import register_converter

SEPARATOR = "."  # in no public id


class ProgrammeAddress(str):
    """A programme's public id, equal to it everywhere but in an address, where the cohort stands behind it."""

    cohort: str

    def __new__(cls, programme: str, *, cohort: str) -> ProgrammeAddress:
        made = super().__new__(cls, programme)
        made.cohort = cohort
        return made

    @property
    def in_address(self) -> str:
        return SEPARATOR.join((self, self.cohort))


def read_address(text: str) -> tuple[str, str]:
    """The programme's public id and the cohort's, which is "" where the address names none."""
    programme, _, cohort = text.partition(SEPARATOR)
    return programme, cohort


class ProgrammeConverter:
    """``<programme:public_id>``: reads both forms, and writes the longer one for a ``ProgrammeAddress``."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value.in_address if isinstance(value, ProgrammeAddress) else str(value)


register_converter(ProgrammeConverter, "programme")
