"""Two coordinators edit the same thing at once: the second is told, sees both texts, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.desks import sign_in
from tests.conftest import MovableClock
from tests.personas import Northmoor, make_user
from viceversa.accounts.access import Role
from viceversa.accounts.models import RoleGrant

HERS = "Leaders hear what a Monday is like"
HIS = "Leaders sit in on a Monday"


@pytest.fixture
def two(northmoor: Northmoor, clock: MovableClock, window: Callable[..., Window]) -> tuple[Window, Window]:
    """Ada and Bea, who coordinate the same programme."""
    bea = make_user("bea@northmoor.example", name="Bea Lund")
    RoleGrant.objects.create(
        user=bea, role=Role.COORDINATOR.value, scope=northmoor.programme.public_id, granted_at=clock()
    )
    first, second = window(), window(dark=True)
    sign_in(first, "coordinator@northmoor.example")
    sign_in(second, "bea@northmoor.example")
    return first, second


@pytest.mark.parametrize("thing", ["objective", "consent"])
def test_the_second_to_save_is_told_and_sees_both_texts(
    northmoor: Northmoor, two: tuple[Window, Window], thing: str
) -> None:
    first, second = two
    at = northmoor.programme.public_id
    held = northmoor.programme.objectives.get()
    path, label, button = {
        "objective": (f"/programmes/{at}/objectives/{held.public_id}/", "#id_title", "Save the objective"),
        "consent": (f"/programmes/{at}/design/consent/", "#id_consent_text", "Save"),
    }[thing]

    def now_saved() -> str:
        held.refresh_from_db()
        northmoor.programme.refresh_from_db()
        return held.title if thing == "objective" else northmoor.programme.consent_text

    for each, words in ((first, HERS), (second, HIS)):
        each.open(path)
        each.page.locator(label).fill(words)
    first.press(button, exact=True)
    second.press(button, exact=True)
    assert now_saved() == HERS, "the second save took the first away unseen"
    assert second.refusals, "the second save was not refused"
    expect(second.page.locator(label)).to_have_value(HIS)
    expect(second.page.get_by_role("alert")).to_contain_text("Somebody else saved a change")
    expect(second.page.get_by_role("main")).to_contain_text(HERS)
    second.judge()
    second.press(button, exact=True)  # having seen both, they decide
    assert now_saved() == HIS
