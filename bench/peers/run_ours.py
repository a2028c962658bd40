"""Viceversa on the people file: scores, rules, the solution and its proof; encoding is `prepare`."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from measure import measure

from viceversa.formats.people import read_people
from viceversa.matching import Policy, Problem, Solution, solve
from viceversa.matching.warm import warm

people, policy, proof = sys.argv[1:4]
warm()
rows = read_people(Path(people).read_bytes(), file_name=people).rows
chosen = Policy.from_toml(Path(policy).read_bytes()) if policy != "default" else Policy.default()
problem: Problem


def prepare() -> Problem:
    """Encoded people; kept, because places are read from it."""
    global problem
    problem = Problem.from_people(rows, chosen)
    return problem


def places(solution: Solution) -> list[tuple[int, int]]:
    """Places in `problem.mentors` and `problem.mentees`, and beside them the proof in a file of its own."""
    names = ("certified", "gap", "total_score", "upper_bound", "max_pairs")
    Path(proof).write_text(json.dumps({name: getattr(solution, name) for name in names}))
    mentor = np.searchsorted(problem.mentors, solution.mentors)
    mentee = np.searchsorted(problem.mentees, solution.mentees)
    return list(zip(mentor.tolist(), mentee.tolist(), strict=True))


measure(version("viceversa"), prepare, solve, places)
