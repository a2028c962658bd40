"""The matching policy: what is forbidden, what is worth how much, and how ties and limits are treated.

`PolicyError` carries every problem of a policy at once, each a `PolicyProblem` with key, value and advice.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from dataclasses import replace as replaced
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any

CRITERIA = ("complementarity", "interests", "preference", "difference", "style", "reciprocity", "overlap")
"""The criteria in the order in which they are weighed, summed and written."""

DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    dict(zip(CRITERIA, (0.35, 0.20, 0.20, 0.10, 0.10, 0.05, 0.0), strict=True))
)

ATTRIBUTES = ("function", "location", "job_title")
"""What `difference_on` may name in a file; identity attributes are never among them."""

IDENTITY = "identity:"
"""How the web alone names an identity attribute in `difference_on`, such as `identity:gender`."""


SHARE_STEPS = 10_000
"""A share has four decimals at most, so that it is reckoned with in whole numbers."""


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One thing wrong with a policy: where, which value, and what to do."""

    key: str
    value: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"


class PolicyError(ValueError):
    """The policy cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Sequence[PolicyProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class AtMost:
    """A quota: at most so many pairs whose mentors share one value of an attribute, and whose mentees share one.

    An empty attribute stands for everybody on that side.
    """

    pairs: int
    mentors: str = ""
    mentees: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A quota: at least such a share of all pairs differs in one attribute, or is the same in it."""

    at_least: float
    different: str = ""
    same: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What forbids a pair. `reporting_line` is "any", or a depth, 0 meaning off."""

    grade_gap_min: int = 2
    reporting_line: str | int = "any"
    same_manager: bool = False
    common_language: bool = True
    overlap_hours_min: float = 2.0
    must_teach: bool = True
    teach_level_min: int = 3
    score_min: float = 0.0
    reference_date: date = date(2026, 1, 15)
    at_most: tuple[AtMost, ...] = ()
    share: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How pairs are sought. `synonyms` maps a topic or interest as written to the one it stands for."""

    difference_on: tuple[str, ...] = ("function", "location")
    ranked: int = 3
    objective: str = "coverage"
    locked: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    current: tuple[tuple[str, str], ...] = ()
    keep: float = 0.0
    fairness: float = 0.0
    synonyms: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules, weights and options of one match run; immutable, compared by value."""

    rules: Rules = field(default_factory=Rules)
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    options: Options = field(default_factory=Options)

    @classmethod
    def default(cls) -> Policy:
        """The policy of an organisation that has not chosen another one."""
        return cls()

    @classmethod
    def from_toml(cls, text: bytes | str) -> Policy:
        """Read a policy file; raises `PolicyError` with all problems."""
        try:
            decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
            table = tomllib.loads(decoded)
        except UnicodeDecodeError as error:
            raise PolicyError(
                [PolicyProblem("policy", "", f"is not UTF-8 at byte {error.start}; save the file as UTF-8")]
            ) from error
        except tomllib.TOMLDecodeError as error:
            raise PolicyError([PolicyProblem("policy", "", f"is not TOML: {error}; correct it there")]) from error
        return cls.from_dict(table)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], *, identity: Sequence[str] = ()) -> Policy:
        """The same from nested mappings, as a web form or a stored run holds them.

        `identity` are the identity attributes that `difference_on` may name besides; a file may name none.
        """
        return _Reading(identity).policy(table)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; `Policy.from_dict` reads them back."""
        rules = asdict(self.rules) | {"reference_date": self.rules.reference_date.isoformat()}
        for quota in ("at_most", "share"):
            given = [{key: value for key, value in one.items() if value != ""} for one in rules.pop(quota)]
            if given:
                rules[quota] = given
        options = {item.name: getattr(self.options, item.name) for item in fields(Options)}
        for name in ("locked", "forbidden", "current"):
            options[name] = [list(pair) for pair in options[name]]
        options["difference_on"] = list(self.options.difference_on)
        options["synonyms"] = dict(sorted(self.options.synonyms.items()))
        weights = {name: float(self.weights.get(name, 0.0)) for name in CRITERIA}
        return {"rules": rules, "weights": weights, "options": options}

    def replace(
        self,
        *,
        rules: Mapping[str, Any] | None = None,
        weights: Mapping[str, float] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Policy:
        """A copy with some rules or options changed; `weights` replaces all weights. Checked like a file."""
        table = self.to_dict()
        table["rules"] |= _plain(rules or {})
        table["options"] |= _plain(options or {})
        if weights is not None:
            table["weights"] = dict(weights)
        own = [name for name in self.options.difference_on if name.startswith(IDENTITY)]
        return Policy.from_dict(table, identity=own)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


class _Reading:
    """Collects problems while a policy is read, so that all are told at once."""

    def __init__(self, identity: Sequence[str] = ()) -> None:
        self.problems: list[PolicyProblem] = []
        self._identity = frozenset(identity)

    def policy(self, table: Mapping[str, Any]) -> Policy:
        self._known(table, ("rules", "weights", "options"), where="")
        rules = self._section(table, "rules")
        options = self._section(table, "options")
        policy = Policy(
            rules=self._rules(rules),
            weights=self._weights(table["weights"]) if "weights" in table else dict(DEFAULT_WEIGHTS),
            options=self._options(options),
        )
        if policy.options.fairness > 0 and (policy.rules.at_most or policy.rules.share):
            message = "is not worked out together with quotas; set it to 0 or take the quotas out"
            self.wrong("options.fairness", policy.options.fairness, message)
        if self.problems:
            raise PolicyError(self.problems)
        return policy

    def wrong(self, key: str, value: object, message: str) -> None:
        self.problems.append(PolicyProblem(key, _shown(value), message))

    def _known(self, table: Mapping[str, Any], names: Sequence[str], *, where: str) -> None:
        for key in table:
            if key in names:
                continue
            near = difflib.get_close_matches(str(key), names, n=1, cutoff=0.0)
            path = f"{where}.{key}" if where else str(key)
            self.wrong(path, table[key], f"is not a key of the policy; the nearest known one is {near[0]}")

    def _section(self, table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        section = table.get(name, {})
        if isinstance(section, Mapping):
            return section
        self.wrong(name, section, f"is {_shown(section)}; write it as a table [{name}]")
        return {}

    def _take(
        self, section: Mapping[str, Any], where: str, checks: Mapping[str, Callable[[str, Any], Any]]
    ) -> dict[str, Any]:
        taken = {}
        for name, check in checks.items():
            if name in section:
                before = len(self.problems)
                value = check(f"{where}.{name}", section[name])
                if len(self.problems) == before:
                    taken[name] = value
        return taken

    def _rules(self, section: Mapping[str, Any]) -> Rules:
        self._known(section, [item.name for item in fields(Rules)], where="rules")
        checks: dict[str, Callable[[str, Any], Any]] = {
            "grade_gap_min": lambda k, v: self._whole(k, v, low=-1000, high=1000),
            "reporting_line": self._line,
            "same_manager": self._truth,
            "common_language": self._truth,
            "overlap_hours_min": lambda k, v: self._number(k, v, high=24.0),
            "must_teach": self._truth,
            "teach_level_min": lambda k, v: self._whole(k, v, low=1, high=5),
            "score_min": lambda k, v: self._number(k, v, high=1.0),
            "reference_date": self._date,
            "at_most": lambda k, v: tuple(self._at_most(*one) for one in self._tables(k, v)),
            "share": lambda k, v: tuple(self._share(*one) for one in self._tables(k, v)),
        }
        return Rules(**self._take(section, "rules", checks))

    def _tables(self, key: str, value: Any) -> list[tuple[str, Mapping[str, Any]]]:
        if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
            self.wrong(key, value, f"is {_shown(value)}; write each as a table of its own, headed [[{key}]]")
            return []
        return [(f"{key} {place}", one) for place, one in enumerate(value, start=1)]

    def _at_most(self, key: str, table: Mapping[str, Any]) -> AtMost:
        self._known(table, ("pairs", "mentors", "mentees"), where=key)
        if "pairs" not in table:
            self.wrong(key, dict(table), "needs pairs: the greatest number of pairs of each group")
        pairs = self._whole(f"{key}.pairs", table.get("pairs", 0), low=0, high=10**6)
        sides = [self._side(f"{key}.{side}", table.get(side, "")) for side in ("mentors", "mentees")]
        return AtMost(pairs, *sides)

    def _share(self, key: str, table: Mapping[str, Any]) -> Share:
        self._known(table, ("at_least", "different", "same"), where=key)
        before = len(self.problems)
        part = self._number(f"{key}.at_least", table.get("at_least", 0.0), high=1.0)
        is_told = len(self.problems) > before
        if not is_told and (part <= 0 or Fraction(str(part)).denominator > SHARE_STEPS):
            message = "needs at_least: a share above 0 and up to 1, such as 0.4, with four decimals at most"
            self.wrong(f"{key}.at_least", table.get("at_least", ""), message)
        named = [self._side(f"{key}.{side}", table.get(side, "")) for side in ("different", "same")]
        if len([side for side in ("different", "same") if table.get(side, "") != ""]) != 1:
            self.wrong(key, dict(table), 'names one attribute: either different = "function" or same = "location"')
        return Share(part, *named)

    def _side(self, key: str, value: Any) -> str:
        if value == "" or (isinstance(value, str) and value in ATTRIBUTES):
            return str(value)
        near = difflib.get_close_matches(str(value), ATTRIBUTES, n=1, cutoff=0.0)[0]
        self.wrong(key, value, f"is {_shown(value)}, which is no attribute; the nearest known one is {near}")
        return ""

    def _weights(self, section: Any) -> dict[str, float]:
        if not isinstance(section, Mapping):
            self.wrong("weights", section, f"is {_shown(section)}; write it as a table [weights]")
            return dict(DEFAULT_WEIGHTS)
        self._known(section, CRITERIA, where="weights")
        before = len(self.problems)
        given = {name: self._number(f"weights.{name}", section[name]) for name in CRITERIA if name in section}
        weights = {name: given.get(name, 0.0) for name in CRITERIA}
        total = sum(weights.values())
        if len(self.problems) == before and (total <= 0 or not math.isfinite(total)):
            self.wrong("weights", dict(section), "needs a finite sum above 0; give at least one weight")
        return weights

    def _options(self, section: Mapping[str, Any]) -> Options:
        self._known(section, [item.name for item in fields(Options)], where="options")
        checks: dict[str, Callable[[str, Any], Any]] = {
            "difference_on": self._attributes,
            "ranked": lambda k, v: self._whole(k, v, low=1, high=1000),
            "objective": self._objective,
            "locked": self._pairs,
            "forbidden": self._pairs,
            "current": self._pairs,
            "keep": lambda k, v: self._number(k, v, high=10.0),
            "fairness": lambda k, v: self._number(k, v, high=1.0),
            "synonyms": self._synonyms,
            "seed": lambda k, v: self._whole(k, v, low=0, high=2**63 - 1),
        }
        return Options(**self._take(section, "options", checks))

    def _whole(self, key: str, value: Any, *, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(key, value, f"is {_shown(value)}; write a whole number from {low} to {high}")
            return low
        return value

    def _number(self, key: str, value: Any, *, high: float = 1e9) -> float:
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if not numeric or not math.isfinite(value) or not 0 <= value <= high:
            self.wrong(key, value, f"is {_shown(value)}; write a number from 0 to {high:g}")
            return 0.0
        return float(value) + 0.0

    def _truth(self, key: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.wrong(key, value, f"is {_shown(value)}; write true or false")
            return False
        return value

    def _line(self, key: str, value: Any) -> str | int:
        if value == "any" or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value  # type: ignore[no-any-return]
        self.wrong(key, value, f'is {_shown(value)}; write "any", or a depth of 0 or more')
        return "any"

    def _date(self, key: str, value: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(key, value, f'is {_shown(value)}; write a date such as "2026-01-15"')
            return date(2026, 1, 15)

    def _objective(self, key: str, value: Any) -> str:
        if value not in ("coverage", "quality"):
            self.wrong(key, value, f'is {_shown(value)}; write "coverage" or "quality"')
        return str(value)

    def _attributes(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.wrong(key, value, 'is not a list of names; write it like ["function", "location"]')
            return ()
        for name in value:
            if name not in ATTRIBUTES and name not in self._identity:
                near = difflib.get_close_matches(name, ATTRIBUTES, n=1, cutoff=0.0)[0]
                self.wrong(key, name, f"names {name}, which is no attribute; the nearest known one is {near}")
        if len(set(value)) != len(value):
            self.wrong(key, value, "names an attribute twice; name it once")
        return tuple(value)

    def _pairs(self, key: str, value: Any) -> tuple[tuple[str, str], ...]:
        shape = 'needs pairs: [["mentor", "mentee"], ...]'
        if not isinstance(value, list):
            self.wrong(key, value, shape)
            return ()
        pairs = []
        for item in value:
            named = isinstance(item, list | tuple) and all(isinstance(name, str) and name for name in item)
            if not named or len(item) != 2:
                self.wrong(key, item, shape)
                continue
            pairs.append((item[0].strip(), item[1].strip()))
        return tuple(dict.fromkeys(pairs))

    def _synonyms(self, key: str, value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            self.wrong(key, value, 'is no table; write it like { "js" = "javascript" }')
            return {}
        for word, meaning in value.items():
            if not isinstance(meaning, str) or not meaning.strip() or not str(word).strip():
                self.wrong(f"{key}.{word}", meaning, f"is {_shown(meaning)}; write the topic it stands for")
        return dict(value)


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def with_seed(policy: Policy, seed: int | None) -> Policy:
    """The policy with another seed; `None` leaves it as it is."""
    if seed is None:
        return policy
    return replaced(policy, options=replaced(policy.options, seed=seed))
