"""The organisation that every export tells of, each in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Employee:
    """What is true of somebody, whatever an export makes of it; `grade` is a place from 1 to 5."""

    number: str
    given: str
    family: str
    title: str
    function: str
    place: str
    grade: int
    manager: str
    hired: date
    gender: str
    born: date
    mentors: bool = False
    learns: bool = False
    left: date | None = None
    topics: tuple[tuple[str, int], ...] = ()

    @property
    def email(self) -> str:
        plain = str.maketrans("üöäéèñßç", "uoaeensc")
        return f"{self.given}.{self.family}".lower().replace(" ", "-").translate(plain) + "@example.org"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def sorted_name(self) -> str:
        return f"{self.family}, {self.given}"


def _employee(number: str, name: str, job: str, grade: int, manager: str, hired: str, **more: object) -> Employee:
    given, _, family = name.partition(" ")
    title, function, place = job.split("/")
    born = date(1990 - 7 * grade, 1 + int(number) % 12, 1 + int(number) % 28)
    gender = "Female" if int(number) % 2 else "Male"
    return Employee(
        number, given, family, title, function, place, grade, manager, date.fromisoformat(hired), gender, born, **more
    )  # type: ignore[arg-type]


# The first reports to nobody; days above twelve tell how an export writes its dates.
EVERYBODY: tuple[Employee, ...] = (
    _employee("1001", "Margaret Osei", "Chief Executive/Executive/London", 5, "", "2009-03-02", learns=True),
    _employee("1002", "Jürgen Weiß", "Operations Director/Operations/Berlin", 4, "1001", "2011-10-17", learns=True),
    _employee("1003", "Ana de la Cruz", "Finance Director/Finance/Madrid", 4, "1001", "2012-01-30", learns=True),
    _employee("1004", "Tom Baker", "Operations Manager/Operations/London", 3, "1002", "2015-06-25", learns=True),
    _employee("1005", "Priya Nair", "Finance Manager/Finance/London", 3, "1003", "2016-11-14"),
    _employee("1006", "Zoë Lind", "Senior Analyst/Operations/Berlin", 2, "1004", "2019-04-29", mentors=True),
    _employee("1007", "Chidi Okafor", "Analyst/Operations/London", 1, "1004", "2021-09-13", mentors=True,
              topics=(("Python", 4), ("Short video", 5))),
    _employee("1008", "Mei Tan", "Analyst/Finance/Madrid", 1, "1005", "2022-02-21", mentors=True,
              topics=(("Short video", 3),)),
    _employee("1009", "François Petit", "Analyst/Finance/London", 1, "1005", "2023-07-31", mentors=True, learns=True),
    _employee("1010", "Ola Nordmann", "Senior Analyst/Operations/Berlin", 2, "1004", "2018-05-22",
              left=date(2024, 12, 31)),
    _employee("1011", "Ruth Adeyemi", "Analyst/Operations/London", 1, "1004", "2024-01-15", left=date(2027, 3, 31)),
)  # fmt: skip
BY_NUMBER = {one.number: one for one in EVERYBODY}
