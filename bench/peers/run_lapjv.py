"""lapjv on the dense matrix: of lap or of lapx, whichever this environment has."""

from importlib.metadata import PackageNotFoundError, version

import lap
from measure import lawful, matrix, measure

cost, prohibitive = matrix()


def installed() -> str:
    try:
        return version("lapx")
    except PackageNotFoundError:
        return version("lap")


measure(
    installed(),
    lambda: cost,
    lambda dense: lap.lapjv(dense)[1],
    lambda columns: lawful(cost, prohibitive, range(len(cost)), columns),
)
