"""Compile the sweeps and the solver once, at set-up, so that nobody waits for a compiler later.

`python -m viceversa.matching.warm` does it on a tiny pool; numba keeps the result in its cache.
"""

from __future__ import annotations

import sys
from datetime import date

import numpy as np

from viceversa.formats.people import PersonRow, Want
from viceversa.matching.policy import Policy
from viceversa.matching.problem import Problem


def warm() -> None:
    """Compile every kernel for the types that real pools have."""
    from viceversa.matching.breaches import swept_matrix
    from viceversa.matching.detours import least_detours
    from viceversa.matching.kernels import sweep_out
    from viceversa.matching.large import large_relaxation
    from viceversa.matching.swept import Swept

    sweep_out()
    problem = Problem.from_people(_two_people(), Policy.default())
    large_relaxation(problem, lambda share: None)(())
    for flip in (False, True):
        Swept.of(problem, flip=flip).blocking(np.zeros(1), np.zeros(1))
    swept_matrix(problem)
    least_detours(np.zeros((1, 1), dtype=np.int64), 0)


def _two_people() -> list[PersonRow]:
    def person(person_id: str, role: str, grade: int) -> PersonRow:
        return PersonRow(
            person_id=person_id,
            given_name="",
            family_name="",
            email="",
            job_title="",
            function="",
            location="",
            external_id="",
            manager_id="",
            grade=grade,
            role=role,
            capacity=1,
            offers={"topic": 5},
            wants={"topic": Want(3, 0)},
            interests=("interest",),
            languages=("en",),
            time_zone="Etc/UTC",
            hours=(540, 1020),
            style_formality=3,
            style_structure=3,
            prefers=(),
            excludes=(),
            hire_date=date(2020, 1, 1),
            leave_date=None,
            line=0,
        )

    return [person("mentor", "mentor", 1), person("mentee", "mentee", 5)]


def main() -> int:
    """Warm up and say so."""
    warm()
    sys.stderr.write("The matching engine is compiled.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
