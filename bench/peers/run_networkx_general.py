"""networkx.max_weight_matching, of the most pairs, over the lawful pairs alone."""

from typing import Any

import networkx
import numpy as np
from measure import matrix, measure

cost, prohibitive = matrix()
n = len(cost)


def prepare() -> Any:
    graph = networkx.Graph()
    graph.add_nodes_from(range(2 * n))
    mentor, mentee = np.nonzero(cost < prohibitive)
    scores = (-cost[mentor, mentee]).tolist()
    graph.add_weighted_edges_from(zip(mentor.tolist(), (n + mentee).tolist(), scores))
    return graph


measure(
    networkx.__version__,
    prepare,
    lambda graph: networkx.max_weight_matching(graph, maxcardinality=True),
    lambda found: ((min(pair), max(pair) - n) for pair in found),
)
