"""munkres, in plain Python, on a list of lists."""

from importlib.metadata import version

from measure import lawful, matrix, measure
from munkres import Munkres

cost, prohibitive = matrix()
measure(
    version("munkres"),
    cost.tolist,
    lambda rows: Munkres().compute(rows),
    lambda found: lawful(cost, prohibitive, *zip(*found)),
)
