"""networkx' minimum_weight_full_matching: it needs a full matching, so it is handed all edges."""

from typing import Any

import networkx
from measure import lawful, matrix, measure
from networkx.algorithms.bipartite import minimum_weight_full_matching

cost, prohibitive = matrix()
n = len(cost)


def prepare() -> Any:
    graph = networkx.Graph()
    graph.add_nodes_from(range(2 * n))
    for i, row in enumerate(cost):
        graph.add_weighted_edges_from((i, n + j, weight) for j, weight in enumerate(row.tolist()))
    return graph


measure(
    networkx.__version__,
    prepare,
    lambda graph: minimum_weight_full_matching(graph, top_nodes=range(n)),
    lambda found: lawful(cost, prohibitive, range(n), [found[i] - n for i in range(n)]),
)
