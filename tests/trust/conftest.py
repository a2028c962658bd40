from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import MovableClock
    from tests.personas import Northmoor

    from .house import House


@pytest.fixture
def house(northmoor: Northmoor, clock: MovableClock) -> House:
    from .house import furnish  # the models exist only once Django is set up

    return furnish(northmoor, clock)
