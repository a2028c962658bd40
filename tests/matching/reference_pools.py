"""Random pools for the reference: small vocabularies, so that ties, gaps and conflicts are common."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import dataclass
from typing import Any

from tests.matching.reference import read_pool

COLUMNS = (
    "person_id",
    "given_name",
    "manager_id",
    "grade",
    "role",
    "capacity",
    "function",
    "location",
    "job_title",
    "offers",
    "wants",
    "interests",
    "languages",
    "time_zone",
    "hours",
    "style_formality",
    "style_structure",
    "prefers",
    "excludes",
    "leave_date",
)
TOPICS = ("AI", "ai ", "Data", "Social media", "ＤＡＴＡ", "Strategy", "js", "JavaScript")
INTERESTS = ("chess", "Chess", "running", "opera", "straße", "STRASSE")
LANGUAGES = ("en", "EN", "en", "de", "pt-BR", "pt")
ZONES = ("", "Asia/Tokyo", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati")
HOURS = ("", "09:00-17:00", "22:00-06:00", "07:30-12:15", "00:00-23:59")
PLACES = ("", "Lisbon", "lisbon", "Osaka")
DIGITS = "0123456789"


@dataclass(frozen=True)
class Case:
    people: str
    policy: str


def some(chance: random.Random, words: tuple[str, ...], most: int) -> list[str]:
    return [chance.choice(words) for _ in range(chance.randint(0, most))]


def random_row(chance: random.Random, name: str, earlier: list[str], everybody: list[str]) -> dict[str, Any]:
    """One person; ``earlier`` names those who may manage them, so that no circle arises."""
    return {
        "person_id": name,
        "given_name": chance.choice(["", "Añu", "Bo, Jr.", 'The "Fox"']),
        "manager_id": chance.choice(["", "", "", "gone", *earlier[-3:]]),
        "grade": chance.randint(1, 4),
        "role": chance.choices(["mentor", "mentee", "both", ""], [5, 5, 3, 1])[0],
        "capacity": chance.choices(["", 1, 2, 3], [5, 3, 2, 1])[0],
        "function": chance.choice(["", "Law", "law", "IT"]),
        "location": chance.choice(PLACES),
        "job_title": chance.choice(["", "Head"]),
        "offers": ";".join(f"{topic}:{chance.randint(1, 5)}" for topic in some(chance, TOPICS, 4)),
        "wants": ";".join(
            f"{topic}:{chance.randint(1, 3)}{chance.choice(['', f':{chance.randint(0, 4)}'])}"
            for topic in some(chance, TOPICS, 3)
        ),
        "interests": ";".join(some(chance, INTERESTS, 3)),
        "languages": ";".join(some(chance, LANGUAGES, 2)),
        "time_zone": chance.choice(ZONES),
        "hours": chance.choice(HOURS),
        "style_formality": chance.choice(["", 1, 2, 3, 4, 5]),
        "style_structure": chance.choice(["", 1, 3, 5]),
        "prefers": ";".join(chance.sample([*everybody, "stranger"], chance.randint(0, min(3, len(everybody))))),
        "excludes": chance.choice(["", "", "", "", chance.choice(everybody)]),
        "leave_date": chance.choices(["", "2026-01-15", "2026-01-16", "2025-07-01"], [15, 1, 1, 1])[0],
    }


def written(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def toml_table(name: str, values: dict[str, Any]) -> str:
    lines = [f"{key} = {_toml_value(value)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _toml_value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {json.dumps(sense)}" for key, sense in value.items()) + "}"
    return json.dumps(value)


def random_rules(chance: random.Random) -> dict[str, Any]:
    rules = {
        "grade_gap_min": chance.choice([-4, -4, -2, -1, 0, 1]),
        "reporting_line": chance.choice(["any", 0, 1, 2]),
        "same_manager": chance.random() < 0.7,
        "common_language": chance.random() < 0.4,
        "overlap_hours_min": chance.choice([0, 0.0, 0, 0.5, 2.0, 7.25]),
        "must_teach": chance.random() < 0.25,
        "teach_level_min": chance.randint(1, 4),
        "score_min": chance.choice([0.0, 0.0, 0.0, 0.0, 0.2, 0.35]),
        "reference_date": chance.choice(["2026-01-15", "2026-07-15"]),
    }
    return {key: value for key, value in rules.items() if chance.random() < 0.96}


def random_weights(chance: random.Random) -> dict[str, float]:
    weights = {
        name: chance.choice([0, 0, 1, 2, 0.35, 0.2])
        for name in ("complementarity", "interests", "preference", "difference", "style", "reciprocity", "overlap")
        if chance.random() < 0.8
    }
    return weights if any(weights.values()) else {"style": 1}


def random_options(chance: random.Random, everybody: list[str]) -> dict[str, Any]:
    def pair_list(most: int) -> list[list[str]]:
        return [chance.sample(everybody, 2) for _ in range(chance.randint(0, most) if len(everybody) > 1 else 0)]

    return {
        "difference_on": chance.choice([["function", "location"], ["location"], [], ["job_title", "function"]]),
        "ranked": chance.choice([1, 2, 3]),
        "objective": chance.choice(["coverage", "quality"]),
        "forbidden": pair_list(2),
        "current": pair_list(3),
        "keep": chance.choice([0.0, 0.0, 0.05, 1.5]),
        "synonyms": chance.choice([{}, {}, {"js": "javascript"}, {"JS": "JavaScript", "strategy": "data"}]),
        "seed": chance.randint(0, 3),
    }


def policy_text(rules: dict[str, Any], weights: dict[str, float] | None, options: dict[str, Any]) -> str:
    tables = [toml_table("rules", rules), toml_table("options", options)]
    if weights is not None:
        tables.append(toml_table("weights", weights))
    return "\n".join(tables)


def random_case(seed: int, *, most_people: int) -> Case:
    """A pool of 0 to ``most_people`` under a random policy, some of its feasible pairs locked."""
    chance = random.Random(seed)
    names = [
        f"{chance.choice(['p', 'Z', 'é', '0'])}{number}"
        for number in range(chance.randint(chance.choice([0, most_people // 2, most_people - 1]), most_people))
    ]
    rows = [random_row(chance, name, names[:place], names) for place, name in enumerate(names)]
    for row in rows:
        row["grade"] = row["grade"] if row["role"] else chance.choice(["", row["grade"]])
    if chance.random() < 0.4:  # pools without two-sided people take other paths through an engine
        for row in rows:
            row["role"] = row["role"].replace("both", chance.choice(["mentor", "mentee"]))
    people = written(chance.sample(rows, len(rows)))
    rules, options = random_rules(chance), random_options(chance, names)
    weights = random_weights(chance) if chance.random() < 0.8 else None
    feasible = read_pool(people, policy_text(rules, weights, options)).feasible_pairs()
    if feasible and chance.random() < 0.4:
        options["locked"] = [list(chance.choice(feasible)) for _ in range(chance.randint(1, 2))]
    return Case(people=people, policy=policy_text(rules, weights, options))
