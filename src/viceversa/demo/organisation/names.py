"""Names that belong together, addresses that are unique, job titles that fit."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from viceversa.demo.organisation.draws import Floats, Ints, weighted_by_group
from viceversa.demo.organisation.reference import cultures, functions, places
from viceversa.demo.organisation.shape import HIGHEST_GRADE
from viceversa.demo.organisation.staff import Staff

DOMAIN: Final = "northmoor.example"
CHIEF_EXECUTIVE: Final = "Chief Executive"

# Letters that do not fall apart into a plain one and an accent.
_PLAIN: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True)
class Names:
    """Given and family name of each person, and the culture both come from."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    culture: Ints


def draw_names(rng: np.random.Generator, staff: Staff) -> Names:
    """A name for everybody by the mix of cultures where they work.

    No full name of a culture comes twice before all of them have come once.
    """
    culture = weighted_by_group(rng, _mix_by_place(), staff.place)
    given = [""] * len(staff)
    family = [""] * len(staff)
    for number, names in enumerate(cultures()):
        members = np.flatnonzero(culture == number)
        full_names = _without_repeats(rng, len(members), len(names.given) * len(names.family))
        for member, full_name in zip(members.tolist(), full_names, strict=True):
            given[member] = names.given[full_name // len(names.family)]
            family[member] = names.family[full_name % len(names.family)]
    return Names(given=tuple(given), family=tuple(family), culture=culture)


def _mix_by_place() -> Floats:
    return np.array([[place.names.get(one.name, 0.0) for one in cultures()] for place in places()])


def _without_repeats(rng: np.random.Generator, count: int, choices: int) -> list[int]:
    drawn: list[int] = []
    while len(drawn) < count:
        drawn.extend(rng.permutation(choices)[: count - len(drawn)].tolist())
    return drawn


def addresses(names: Names) -> list[str]:
    """An e-mail address each; whoever came later with the same name gets a number."""
    seen: Counter[str] = Counter()
    drawn = []
    for given, family in zip(names.given, names.family, strict=True):
        local = f"{_ascii(given)}.{_ascii(family)}"
        seen[local] += 1
        number = str(seen[local]) if seen[local] > 1 else ""
        drawn.append(f"{local}{number}@{DOMAIN}")
    return drawn


def _ascii(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def job_titles(rng: np.random.Generator, staff: Staff) -> list[str]:
    """A title for everybody by function and grade; a chief's title is held once in the company."""
    which = rng.random(len(staff)).tolist()
    people = zip(staff.grade.tolist(), staff.function.tolist(), staff.chief.tolist(), which, strict=True)
    return [_title(grade, function, one, is_chief=chief) for grade, function, chief, one in people]


def _title(grade: int, function: int, which: float, *, is_chief: bool) -> str:
    here = functions()[function]
    if grade == HIGHEST_GRADE:
        return CHIEF_EXECUTIVE
    if is_chief:
        return here.chief
    choices: Sequence[str] = here.top if grade == HIGHEST_GRADE - 1 else here.titles[grade - 1]
    return choices[int(which * len(choices))]
