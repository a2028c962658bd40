"""scipy.optimize.linear_sum_assignment on the dense matrix."""

import scipy
from measure import lawful, matrix, measure
from scipy.optimize import linear_sum_assignment

cost, prohibitive = matrix()
measure(
    scipy.__version__,
    lambda: cost,
    linear_sum_assignment,
    lambda found: lawful(cost, prohibitive, *found),
)
