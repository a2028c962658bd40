"""Northmoor: a believable company of any size, with not one real person in it.

    rows = organisation(people=400, seed=7)
    path.write_bytes(write_organisation(people=400, seed=7))

The same numbers give the same people on every machine. What the company is like (its pyramid of grades,
who takes part) is a `Shape`; what it is made of (names, places, job titles, topics) is data beside this file.
"""

from viceversa.demo.organisation.company import organisation, write_organisation
from viceversa.demo.organisation.shape import COMPANY, EVEN_POOL, Shape

__all__ = ["COMPANY", "EVEN_POOL", "Shape", "organisation", "write_organisation"]
