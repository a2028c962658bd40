"""How tall a company is and who in it takes part."""

from dataclasses import dataclass
from typing import Final

HIGHEST_GRADE: Final = 9
JUNIOR_TO: Final = 3
MIDDLE_TO: Final = 5
TIERS: Final = ("junior", "middle", "senior")


@dataclass(frozen=True, slots=True)
class TakingPart:
    """The share of a tier that takes part in each role; the rest does not take part."""

    mentor: float = 0.0
    mentee: float = 0.0
    both: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A company's pyramid and its programme.

    `grade_shares` are those of grades 1 to 8 and add up to 1; the one person of grade 9 comes on top.
    `taking_part` has one entry for each of `TIERS`. `two_partners` is the share of participants with
    capacity 2, `leaving` the share of all people with a leave date, `untidy` whether cells are missing
    here and there, as in any real file.
    """

    grade_shares: tuple[float, ...]
    taking_part: tuple[TakingPart, TakingPart, TakingPart]
    two_partners: float
    leaving: float
    untidy: bool


# The company people meet in the demo: a third of the juniors volunteer, most leaders were asked.
COMPANY: Final = Shape(
    grade_shares=(0.21, 0.19, 0.16, 0.14, 0.12, 0.09, 0.06, 0.03),
    taking_part=(
        TakingPart(mentor=0.30),
        TakingPart(mentor=0.12, mentee=0.08, both=0.05),
        TakingPart(mentee=0.85),
    ),
    two_partners=0.06,
    leaving=0.02,
    untidy=True,
)

# As many seniors as juniors, all of them taking part, and 60 % of that number between them: of n people
# n / 2.6 are mentors and as many are mentees. Benchmarks use it, so that the pools have the size asked for.
EVEN_POOL: Final = Shape(
    grade_shares=(
        0.40 / 2.6,
        0.35 / 2.6,
        0.25 / 2.6,
        0.33 / 2.6,
        0.27 / 2.6,
        0.62 / 2.6,
        0.30 / 2.6,
        0.08 / 2.6,
    ),
    taking_part=(TakingPart(mentor=1.0), TakingPart(), TakingPart(mentee=1.0)),
    two_partners=0.0,
    leaving=0.0,
    untidy=False,
)


def tier_of(grade: int) -> int:
    """The place in `TIERS` of a grade."""
    if grade <= JUNIOR_TO:
        return 0
    return 1 if grade <= MIDDLE_TO else 2
