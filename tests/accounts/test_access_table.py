"""The table's own rules, with no web around them."""

import pytest

from viceversa.accounts.access import ROUTES, On, Policy, Role, Verdict

READERS = frozenset({Role.COORDINATOR, Role.SPONSOR})
PAGE = Policy(On.PROGRAMME, "a page", read=READERS, write=frozenset({Role.COORDINATOR}))
ACTION = Policy(On.PROGRAMME, "an action", write=frozenset({Role.COORDINATOR}))


@pytest.mark.parametrize(
    ("policy", "method", "roles", "verdict"),
    [
        (PAGE, "GET", set(), Verdict.HIDE),
        (PAGE, "POST", set(), Verdict.HIDE),
        (PAGE, "GET", {Role.MENTOR}, Verdict.FORBID),
        (PAGE, "GET", {Role.SPONSOR}, Verdict.ALLOW),
        (PAGE, "POST", {Role.SPONSOR}, Verdict.FORBID),
        (PAGE, "POST", {Role.SPONSOR, Role.COORDINATOR}, Verdict.ALLOW),
        (PAGE, "DELETE", {Role.SPONSOR}, Verdict.FORBID),
        (ACTION, "GET", {Role.SPONSOR}, Verdict.FORBID),
        (ACTION, "GET", {Role.COORDINATOR}, Verdict.ALLOW),
        (ACTION, "HEAD", {Role.MENTEE}, Verdict.FORBID),
    ],
)
def test_a_verdict_needs_a_relation_first_and_then_the_right(policy, method, roles, verdict):
    assert policy.verdict(method, roles) is verdict


def test_only_public_and_own_rows_name_no_role():
    nameless = {name for name, policy in ROUTES.items() if not policy.read and not policy.write}
    assert nameless == {name for name, policy in ROUTES.items() if policy.on in (On.PUBLIC, On.SELF)}


def test_private_words_are_open_to_the_two_alone():
    for name in ("meeting", "meeting_note", "meeting_checkin", "pair"):
        assert ROUTES[name].read | ROUTES[name].write == {Role.MENTOR, Role.MENTEE}
