"""What Northmoor is made of, read once from the data files beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

_DATA: Final = files(__package__) / "data"


@dataclass(frozen=True, slots=True)
class Function:
    """A part of the company; `titles[grade - 1]` are the job titles of grades 1 to 7."""

    name: str
    share: float
    shifts: bool
    titles: tuple[tuple[str, ...], ...]
    chief: str
    top: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of work; `languages` and `names` are shares and weights by language tag and culture."""

    name: str
    share: float
    head_office: bool
    late: float
    time_zone: str
    languages: Mapping[str, float]
    names: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Culture:
    """Given and family names that go together; `language` is the heritage language, or empty."""

    name: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Something one side can teach the other; `home` holds the functions that know it best."""

    name: str
    family: str
    kind: Literal["tool", "market", "culture", "strategy"]
    taught_by: Literal["juniors", "seniors"]
    home: frozenset[str]


@cache
def functions() -> tuple[Function, ...]:
    return tuple(
        Function(
            name=one["name"],
            share=one["share"],
            shifts=one.get("shifts", False),
            titles=tuple(tuple(titles) for titles in one["titles"]),
            chief=one["chief"],
            top=tuple(one["top"]),
        )
        for one in _toml("functions")["function"]
    )


@cache
def places() -> tuple[Place, ...]:
    return tuple(
        Place(
            name=one["name"],
            share=one["share"],
            head_office=one.get("head_office", False),
            late=one.get("late", 0.0),
            time_zone=one["time_zone"],
            languages=one["languages"],
            names=one["names"],
        )
        for one in _toml("places")["place"]
    )


@cache
def cultures() -> tuple[Culture, ...]:
    return tuple(
        Culture(
            name=name,
            given=tuple(one["given"].split()),
            family=tuple(one["family"].split()),
            language=one.get("language", ""),
        )
        for name, one in _toml("names").items()
    )


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, each side in order of demand."""
    return tuple(
        Topic(
            name=one["name"],
            family=one["family"],
            kind=one["kind"],
            taught_by=one["taught_by"],
            home=frozenset(one["home"]),
        )
        for one in _toml("topics")["topic"]
    )


@cache
def interests() -> tuple[str, ...]:
    """All interests, the commonest first."""
    return tuple((_DATA / "interests.txt").read_text("utf-8").splitlines())


def _toml(name: str) -> Mapping[str, dict]:  # type: ignore[type-arg]
    return tomllib.loads((_DATA / f"{name}.toml").read_text("utf-8"))
