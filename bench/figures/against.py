"""`peers`: one and the same pool through every solver, each in a fresh process, judged by our own arithmetic."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from figures.environments import OUR_OWN
from figures.mentor_match import beside_mentor_match
from figures.pool import MATRIX, PEOPLE, judged, write_matrix, write_pool
from figures.runners import HEAD, OURS, Limits, Peer, Ran, ran, warmed
from viceversa.matching import Problem

PEERS = (
    Peer("Viceversa, the matrix alone", "run_generic", OUR_OWN),
    Peer("scipy linear_sum_assignment", "run_scipy"),
    Peer("OR-tools linear sum assignment", "run_ortools_assignment"),
    Peer("OR-tools min cost flow", "run_ortools_flow"),
    Peer("networkx max weight matching", "run_networkx_general"),
    Peer("networkx min weight full match.", "run_networkx_full"),
    Peer("lap lapjv", "run_lapjv", "lap"),
    Peer("lapx lapjv", "run_lapjv", "lapx"),
    Peer("munkres", "run_munkres"),
    Peer("greedy, best pair first", "run_greedy"),
    Peer("random lawful partner", "run_random"),
)
EQUAL = 1e-6
"""Totals within so much are one: peers that know whole numbers only are handed 1e-7ths of a score."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", nargs="*", type=int, default=[100, 1000, 5000], metavar="N", help="a side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=120, metavar="S", help="seconds a process may take (120)")
    parser.add_argument("--memory", type=float, default=8, metavar="GB", help="memory a process may take (8)")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="where mentor-match's sample is")
    parser.add_argument("--skip", nargs="*", default=[], metavar="WORD", help="leave out solvers with these words")


def run(asked: argparse.Namespace) -> int:
    """All pools, then mentor-match on its own data; exit code 1 where somebody's pairs are not what they claim."""
    limits = Limits(asked.limit, asked.memory * 1000)
    explain(limits)
    warmed(limits)
    wrong = sum(one_pool(size, asked=asked, limits=limits) for size in asked.people)
    wrong += beside_mentor_match(asked.data, asked.people, limits=limits, skip=asked.skip)
    return int(wrong > 0)


def explain(limits: Limits) -> None:
    """What the columns count."""
    print(
        "Each solver in a fresh process, stopped after "
        f"{limits.seconds:.0f} s or at {limits.memory_mb / 1000:.0f} GB, reading its input included.\n"
        "prep.: our input into the solver's own form (for Viceversa: encoding people). wall, CPU: the solver alone.\n"
        "above: peak of memory above the process with everything imported and the matrix (for Viceversa the people)\n"
        "in it, so the solver's own form is counted; peak: the whole process. Pairs and total: recomputed by us.\n"
        "loss: of the proven greatest total. The matrix holds -score, and n + 1 for a pair that breaks a rule."
    )


def one_pool(size: int, *, asked: argparse.Namespace, limits: Limits) -> int:
    """All solvers on one pool; returns how many were wrong."""
    with tempfile.TemporaryDirectory(prefix="viceversa-bench-") as name:
        folder = Path(name)
        problem = write_pool(folder, size, seed=asked.seed)
        share = write_matrix(folder, problem)
        print(f"\n{len(problem.mentors):,} × {len(problem.mentees):,}, {share:.1%} of the pairs break no rule")
        print(f"{HEAD} {'pairs':>6} {'total':>12} {'loss':>9}")
        proof = folder / "proof.json"
        ours = ran(OURS, [folder / PEOPLE, "default", proof], folder=folder, limits=limits)
        best = json.loads(proof.read_text()) if not ours.why else {}
        wrong = line(OURS, ours, problem, best)
        for peer in PEERS:
            if not any(word.lower() in peer.name.lower() for word in asked.skip):
                found = ran(peer, [folder / MATRIX], folder=folder, limits=limits)
                wrong += line(peer, found, problem, best)
    return wrong


def line(peer: Peer, found: Ran, problem: Problem, best: dict[str, float]) -> int:
    """Print the line of one solver; 1 where its pairs are unlawful or better than the proven best."""
    if found.why or found.places is None:
        print(f"{peer.name:31} {found.why}", flush=True)
        return 0
    ours = judged(problem, found.places)
    faults = [*ours.faults, *(_against_proof(ours.pairs, ours.total, best))]
    loss = f"{1 - ours.total / best['upper_bound']:9.4%}" if best.get("certified") else "unproven"
    loss = loss.replace("-0.0000%", " 0.0000%")
    said = "; ".join(faults)
    print(f"{peer.name:31} {found.figures()} {ours.pairs:6} {ours.total:12.6f} {loss:>9}  {said}", flush=True)
    return int(bool(faults))


def _against_proof(pairs: int, total: float, best: dict[str, float]) -> list[str]:
    if not best:
        return []
    if pairs > best["max_pairs"]:
        return ["more pairs than were proven possible"]
    if pairs == best["max_pairs"] and total > best["upper_bound"] + EQUAL:
        return ["a greater total than was proven possible"]
    return []
