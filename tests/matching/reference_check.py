"""Check every promise of docs/files.md about a run from the files alone, by the reference's own reading."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.matching.reference import CRITERIA, RULES, Pool
from tests.matching.reference_optimum import Optimum, Pair, worth

REPORT_KEYS = {
    "version",
    "input_sha256",
    "policy",
    "seed",
    "mentors",
    "mentees",
    "pairs",
    "max_pairs",
    "total_score",
    "upper_bound",
    "gap",
    "certified",
    "blocking_pairs",
    "worst_pair",
    "quantiles",
    "seconds",
    "peak_memory_mb",
}
REASONS = {"no_wants", "no_feasible_partner", "outcompeted", *RULES, "teach_level_min"}
SIX_DECIMALS = re.compile(r"[01]\.\d{6}")
HALF_A_DIGIT = Fraction(1, 2_000_000) + Fraction(1, 10**12)
CLOSE = 1e-6


@dataclass(frozen=True)
class Run:
    """What one run left in its folder."""

    pool: Pool
    people: bytes
    header: list[str]
    rows: list[dict[str, str]]
    unmatched: list[dict[str, str]]
    report: dict[str, Any]

    @property
    def made(self) -> list[Pair]:
        return [(row["mentor_id"], row["mentee_id"]) for row in self.rows]

    @property
    def total(self) -> Any:
        return sum((self.pool.score(*pair) for pair in self.made), start=self.pool.number(0))

    @property
    def bonus(self) -> Any:
        return sum(worth(self.pool, pair) - self.pool.score(*pair) for pair in self.made)


def read_run(pool: Pool, people: bytes, folder: Path) -> Run:
    pairs = csv.DictReader(io.StringIO((folder / "pairs.csv").read_bytes().decode(), newline=""))
    unmatched = csv.DictReader(io.StringIO((folder / "unmatched.csv").read_bytes().decode(), newline=""))
    return Run(
        pool=pool,
        people=people,
        header=list(pairs.fieldnames or ()),
        rows=list(pairs),
        unmatched=list(unmatched),
        report=json.loads((folder / "report.json").read_text(encoding="utf-8")),
    )


def disagreements(
    pool: Pool, people: bytes, folder: Path, *, optimum: Callable[[Pool], Optimum | None] | None
) -> list[str]:
    """Every promise that the folder breaks, as sentences; without ``optimum`` those about the best are left out."""
    run = read_run(pool, people, folder)
    found = [*_about_bytes(folder), *_about_pairs(run), *_about_report(run), *_about_unmatched(run)]
    if optimum is not None and not found:
        found = [*_about_optimum(run, optimum), *_about_relaxations(run, optimum)]
    return found


def _about_bytes(folder: Path) -> Iterator[str]:
    if {path.name for path in folder.iterdir()} != {"pairs.csv", "unmatched.csv", "report.json"}:
        yield f"the folder holds {sorted(path.name for path in folder.iterdir())}"
    for path in folder.iterdir():
        data = path.read_bytes()
        if data.startswith(b"\xef\xbb\xbf") or b"\r" in data or not data.endswith(b"\n"):
            yield f"{path.name} has a byte order mark, a carriage return or no last line feed"


def _about_pairs(run: Run) -> Iterator[str]:
    if run.header[:3] != ["mentor_id", "mentee_id", "score"] or sorted(run.header[3:]) != sorted(CRITERIA):
        yield f"pairs.csv has the columns {run.header}"
    if run.made != sorted(set(run.made)):
        yield "pairs.csv is not sorted by code point, or names a pair twice"
    for row, (mentor, mentee) in zip(run.rows, run.made, strict=True):
        yield from _about_one_pair(run.pool, row, mentor, mentee)
    for side in (0, 1):
        for name, partners in Counter(pair[side] for pair in run.made).items():
            if partners > run.pool.people[name].capacity:
                yield f"{name} has {partners} partners in one role, beyond the capacity"
    for mentor, mentee in run.made:
        if (mentee, mentor) in run.made:
            yield f"{mentor} and {mentee} form two pairs"
    for pair in run.pool.policy.pairs_of("locked") - set(run.made):
        yield f"the locked pair {pair} is missing"


def _about_one_pair(pool: Pool, row: dict[str, str], mentor: str, mentee: str) -> Iterator[str]:
    if mentor not in pool.mentors or mentee not in pool.mentees or not pool.possible(mentor, mentee):
        yield f"{mentor} and {mentee} may never be a pair"
        return
    broken = list(pool.broken_rules(mentor, mentee))
    if broken:
        yield f"{mentor} and {mentee} break {broken}"
    truths = {"score": pool.score(mentor, mentee), **pool.criteria(mentor, mentee)}
    for column, truth in truths.items():
        if not SIX_DECIMALS.fullmatch(row[column]):
            yield f"{column} of {mentor} and {mentee} is written {row[column]}"
        elif abs(Fraction(row[column]) - Fraction(truth)) > HALF_A_DIGIT:
            yield f"{column} of {mentor} and {mentee} is {row[column]}, should be {float(truth):.9f}"


def _about_report(run: Run) -> Iterator[str]:
    report, pool = run.report, run.pool
    if not set(report) >= REPORT_KEYS:
        yield f"report.json lacks {sorted(REPORT_KEYS - set(report))}"
        return
    truths = {
        "input_sha256": hashlib.sha256(run.people).hexdigest(),
        "seed": pool.policy.options["seed"],
        "mentors": len(pool.mentors),
        "mentees": len(pool.mentees),
        "pairs": len(run.made),
    }
    for key, truth in truths.items():
        if report[key] != truth:
            yield f"report.json: {key} is {report[key]}, should be {truth}"
    if abs(report["total_score"] - float(run.total)) > CLOSE:
        yield f"total_score is {report['total_score']}, the pairs add up to {float(run.total)}"
    reached = float(run.total + run.bonus)
    gap = (report["upper_bound"] - reached) / report["upper_bound"] if report["upper_bound"] else 0.0
    if abs(report["gap"] - gap) > CLOSE or report["gap"] < 0:
        yield f"gap is {report['gap']}, should be {gap}"
    if report["upper_bound"] < reached - CLOSE:
        yield f"upper_bound {report['upper_bound']} is below the {reached} that was reached"
    if report["max_pairs"] < len(run.made):
        yield f"max_pairs {report['max_pairs']} is below the pairs made"
    worst = min((float(pool.score(*pair)) for pair in run.made), default=None)
    if isinstance(report["worst_pair"], float) and abs(report["worst_pair"] - (worst or 0.0)) > CLOSE:
        yield f"worst_pair is {report['worst_pair']}, should be {worst}"
    least, most = blocking(run, margin=1e-9), blocking(run, margin=-1e-9)
    if not least <= report["blocking_pairs"] <= most:  # scores that are equal as fractions may differ as floats
        yield f"blocking_pairs is {report['blocking_pairs']}, should be {blocking(run, margin=0)}"


def blocking(run: Run, *, margin: float) -> int:
    """Feasible pairs not made that beat both sides' worst present partner by more than ``margin``.

    Two people who are a pair already cannot also be one the other way round: that does not count.
    """
    worst: dict[tuple[int, str], float] = {}
    for pair in run.made:
        for side in (0, 1):
            place = (side, pair[side])
            worst[place] = min(float(run.pool.score(*pair)), worst.get(place, 1.0))
    made = {*run.made, *((mentee, mentor) for mentor, mentee in run.made)}
    return sum(
        float(run.pool.score(*pair)) - max(worst.get((side, pair[side]), 0.0) for side in (0, 1)) > margin
        for pair in run.pool.feasible_pairs()
        if pair not in made
    )


def _about_unmatched(run: Run) -> Iterator[str]:
    matched = {name for pair in run.made for name in pair}
    alone = [name for name in run.pool.participants if name not in matched]
    if [row["person_id"] for row in run.unmatched] != alone:
        yield f"unmatched.csv lists {[row['person_id'] for row in run.unmatched]}, should be {alone}"
        return
    for row in run.unmatched:
        yield from _about_one_unmatched(run.pool, row)


def _about_one_unmatched(pool: Pool, row: dict[str, str]) -> Iterator[str]:
    name = row["person_id"]
    if row["role"] != pool.people[name].role:
        yield f"unmatched {name} has the role {row['role']}"
    if int(row["feasible_partners"]) != pool.feasible_partners(name):
        yield f"{name} has {row['feasible_partners']} feasible partners, should be {pool.feasible_partners(name)}"
    if row["reason"] not in true_reasons(pool, name):
        yield f"{name} is unmatched for {row['reason']}, should be {sorted(true_reasons(pool, name))}"


def true_reasons(pool: Pool, name: str) -> set[str]:
    """The reasons the contract allows; more than one only where two keys switch the same rule."""
    if pool.feasible_partners(name):
        return {"outcompeted"}
    person = pool.people[name]
    if person.role == "mentee" and not person.wants and pool.policy.rules["must_teach"]:
        return {"no_wants"}
    candidates = [(m, e) for m in pool.mentors for e in pool.mentees if name in (m, e) and pool.possible(m, e)]
    alone_broken = {tuple(pool.broken_rules(*pair)) for pair in candidates}
    binding = {broken[0] for broken in alone_broken if len(broken) == 1}
    if len(binding) != 1:
        return {"no_feasible_partner"}
    return {*binding, "teach_level_min"} if binding == {"must_teach"} else binding


def _about_optimum(run: Run, optimum: Callable[[Pool], Optimum | None]) -> Iterator[str]:
    best = optimum(run.pool)
    if best is None:
        yield "the locked pairs do not fit, yet the run went through"
        return
    value, reached = float(best.value), float(run.total + run.bonus)
    if run.pool.policy.options["objective"] == "coverage" and best.pairs != len(run.made):
        yield f"{len(run.made)} pairs were made, {best.pairs} are possible"
    elif reached < value - CLOSE:
        yield f"the run reached {reached}, {value} is possible"
    elif best.pairs not in (None, len(run.made)):
        yield f"{len(run.made)} pairs were made, {best.pairs} are possible at the same total"
    if run.report["upper_bound"] < value - CLOSE:
        yield f"upper_bound {run.report['upper_bound']} is below the optimum {value}"
    if run.report["certified"] and run.report["gap"] == 0 and reached < value - CLOSE:
        yield "a certificate is claimed for less than the optimum"
    coverage = optimum(_for_coverage(run.pool))
    if coverage is not None and run.report["max_pairs"] != coverage.pairs:
        yield f"max_pairs is {run.report['max_pairs']}, should be {coverage.pairs}"


def _for_coverage(pool: Pool) -> Pool:
    options = {**pool.policy.options, "objective": "coverage"}
    return replace(pool, policy=replace(pool.policy, options=options))


def _about_relaxations(run: Run, optimum: Callable[[Pool], Optimum | None]) -> Iterator[str]:
    for relaxation in {row["relaxation"] for row in run.unmatched} - {""}:
        written = re.fullmatch(r"(\w+)=(\S+) \(\+(\d+)\)", relaxation)
        if written is None or written[1] not in {*RULES, "teach_level_min"}:
            yield f"the relaxation reads {relaxation}"
            continue
        looser = run.pool.with_rule(written[1], tomllib.loads(f"value = {written[2]}")["value"])
        best = optimum(looser)
        if best is not None and best.pairs is None:
            continue
        further = None if best is None else best.pairs - len(run.made)
        if further != int(written[3]) or not further:
            yield f"the relaxation {relaxation} really brings {further} further pairs"
