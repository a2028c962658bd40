from __future__ import annotations

import pytest


@pytest.fixture
def kinds():
    """Handlers of a test's own, gone afterwards."""
    from viceversa.outbox.registry import KINDS, RECURRING, handles

    before, rounds = dict(KINDS), dict(RECURRING)
    yield handles
    KINDS.clear()
    KINDS.update(before)
    RECURRING.clear()
    RECURRING.update(rounds)
