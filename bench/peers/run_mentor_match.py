"""mentor-match on two files of its own format, one round, by its own `process_data`, its rules of its own classes.

"same" says what our policy says in this comparison: the mentor stands at least two grades above, and a pair earns
a point for another organisation and one for another profession. What breaks a rule counts 0 there, so a lawful
pair earns more than all points together: most pairs come first. "own" says what its web application says of these
columns: another organisation, one or two grades above, points for the gap and for the same profession.
"""

import csv
import operator
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules.rule import Disqualify, Generic, Grade, UnmatchedBonus
from measure import measure

UNMATCHED = 6
"""The bonus its application begins with."""


def people(path: str, kind: Any) -> list[Any]:
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [kind(**row) for row in csv.DictReader(file)]


def same(number: int) -> list[Any]:
    enough = Grade(2, operator.ge)
    return [
        Disqualify(lambda match: not enough.evaluate(match)),
        UnmatchedBonus(2 * number + 1),
        Generic({True: 1, False: 0}, lambda match: match.mentor.organisation != match.mentee.organisation),
        Generic({True: 1, False: 0}, lambda match: match.mentor.profession != match.mentee.profession),
    ]


def own(_: int) -> list[Any]:
    return [
        Disqualify(lambda match: match.mentor.organisation == match.mentee.organisation),
        Disqualify(Grade(2, operator.gt).evaluate),
        Disqualify(Grade(0, operator.le).evaluate),
        Grade(2, operator.eq, {True: 12, False: 0}),
        Grade(1, operator.eq, {True: 9, False: 0}),
        Generic({True: 10, False: 0}, lambda match: match.mentor.profession == match.mentee.profession),
        UnmatchedBonus(UNMATCHED),
    ]


mentors, mentees = people(sys.argv[1], Mentor), people(sys.argv[2], Mentee)
rules = {"same": same, "own": own}[sys.argv[3]](len(mentors))
place = {mentee.email: number for number, mentee in enumerate(mentees)}
measure(
    version("mentor-match"),
    lambda: [rules],
    lambda rounds: process_data(mentors, mentees, rounds),
    lambda _: [(i, place[mentee.email]) for i, mentor in enumerate(mentors) for mentee in mentor.mentees],
)
