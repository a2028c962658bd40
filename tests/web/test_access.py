"""Every address × every persona × GET and POST, against the one table.

The expected status is not written down per cell: it follows from the table (what a role may do) and from
tests/access_table.py (who holds which role on what). Golden rows below are written by hand, so that a mistake
in the derivation itself shows too.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import access_table
from tests.access_table import ELSEWHERE, MEANT, MEANT_BY_ROUTE, PERSONAS, QUERY, VALUES, held_by
from viceversa.accounts.access import ROUTES, On, Role, Verdict

STEPS = {"GET": "get", "POST": "post"}


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


URLS: dict[str, URLPattern] = {str(pattern.name): pattern for pattern in patterns()}
JUDGED = sorted(name for name in URLS if name in ROUTES and ROUTES[name].on is not On.PUBLIC)


def test_every_address_stands_in_the_access_table():
    assert sorted(set(URLS) - set(ROUTES)) == []


def test_every_row_of_the_access_table_has_an_address():
    assert sorted(set(ROUTES) - set(URLS)) == []


def test_no_two_addresses_share_a_name():
    names = [str(pattern.name) for pattern in patterns()]
    assert sorted(names) == sorted(set(names))


def things_of(name: str) -> dict[str, str]:
    """Parameter of the route → what it points at, such as ``public_id`` → ``meeting``."""
    meant = {}
    for parameter in URLS[name].pattern.converters:
        thing = parameter.removesuffix("_id")
        if thing in ("public", "id"):
            thing = MEANT_BY_ROUTE.get(name) or MEANT[ROUTES[name].on]
        meant[parameter] = thing
    return meant


def address(name: str, world, values=VALUES) -> str:
    things = things_of(name)
    unknown = [thing for thing in things.values() if thing not in values]
    assert not unknown, f"tests/access_table.py has no value for {unknown} of the route {name!r}"
    path = reverse(name, kwargs={parameter: values[thing](world) for parameter, thing in things.items()})
    query = "&".join(f"{key}={value}" for key, value in QUERY.get(name, lambda _: {})(world).items())
    return f"{path}?{query}" if query else path


def expected(name: str, persona: str, method: str) -> Verdict:
    policy = ROUTES[name]
    if policy.on is On.SELF:
        return Verdict.ALLOW
    return policy.verdict(method, held_by(persona, policy.on))


def status_of(client: Client, method: str, path: str):
    """The answer, with everything that it changed undone."""
    with transaction.atomic():
        answer = getattr(client, STEPS[method])(path)
        transaction.set_rollback(True)
    return answer


def goes_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and urlsplit(answer["Location"]).path == reverse("sign_in")


@pytest.mark.parametrize("name", JUDGED)
def test_each_persona_gets_what_the_table_says(name, northmoor):
    path = address(name, northmoor)
    wrong = []
    for persona in PERSONAS:
        client = northmoor.sign_in(Client(raise_request_exception=False), persona)
        for method in STEPS:
            answer = status_of(client, method, path)
            if persona == "anonymous":
                if not goes_to_sign_in(answer):
                    wrong.append(f"{method} as nobody: {answer.status_code}, not to sign-in")
                continue
            verdict = expected(name, persona, method)
            denied = answer.status_code if answer.status_code in (403, 404) else 200
            if answer.status_code >= 500 or denied != verdict.value or goes_to_sign_in(answer):
                wrong.append(f"{method} as {persona}: {answer.status_code}, the table says {verdict.name}")
    assert wrong == [], f"{path}\n" + "\n".join(wrong)


NEXT_DOOR = [name for name in JUDGED if ROUTES[name].on in MEANT]


@pytest.mark.parametrize("name", NEXT_DOOR)
def test_what_belongs_to_another_programme_does_not_exist_for_this_one(name, northmoor):
    path = address(name, northmoor, VALUES | ELSEWHERE)
    seen = []
    for persona in ("coordinator", "sponsor", "mentor", "mentee", "delegate", "line_manager", "outsider"):
        client = northmoor.sign_in(Client(raise_request_exception=False), persona)
        for method in STEPS:
            answer = status_of(client, method, path)
            if answer.status_code != 404:
                seen.append(f"{method} as {persona}: {answer.status_code}")
    assert seen == [], f"{path}\n" + "\n".join(seen)


MIXED = [name for name in NEXT_DOOR if len(set(things_of(name).values()) & set(ELSEWHERE)) > 1]


@pytest.mark.parametrize("name", MIXED)
def test_an_address_that_mixes_two_programmes_leads_nowhere(name, northmoor):
    own = MEANT[ROUTES[name].on]
    for thing in set(things_of(name).values()) & set(ELSEWHERE) - {own}:
        path = address(name, northmoor, VALUES | {thing: ELSEWHERE[thing]})
        for method in STEPS:
            client = northmoor.sign_in(Client(raise_request_exception=False), "coordinator")
            assert status_of(client, method, path).status_code in (404, 405), path


# Golden rows: hand-written, one or more for each kind of thing -------------------------------------------------
GOLDEN = [
    ("home", "GET", "outsider", 200),
    ("you", "GET", "delegate", 200),
    ("people_list", "GET", "coordinator", 200),
    ("people_list", "GET", "sponsor", 403),
    ("people_list", "GET", "mentor", 404),
    ("roster_new", "POST", "administrator", 403),
    ("programme", "GET", "coordinator", 200),
    ("programme", "GET", "mentor", 403),
    ("programme", "GET", "coordinator_elsewhere", 404),
    ("programme_launch", "POST", "sponsor", 403),
    ("programme_insights", "GET", "sponsor", 200),
    ("programme_insights", "GET", "mentee", 403),
    ("programme_insights", "GET", "other_mentee", 404),
    ("run_publish", "POST", "mentor", 403),
    ("enrolment_step", "GET", "mentee", 404),
    ("enrolment_step", "GET", "coordinator", 403),
    ("proposal", "GET", "coordinator", 403),
    ("proposal", "GET", "same_programme_mentor", 404),
    ("pair", "GET", "mentor", 200),
    ("pair", "GET", "coordinator", 403),
    ("pair", "GET", "line_manager", 404),
    ("pair", "GET", "administrator", 404),
    ("meeting", "GET", "delegate", 403),
    ("meeting_plan", "GET", "delegate", 200),
    ("meeting_note", "POST", "coordinator", 403),
    ("meeting_note", "POST", "handler", 404),
    ("dates", "GET", "mentee", 404),
    ("admin", "GET", "administrator", 200),
    ("admin", "GET", "coordinator", 403),
    ("admin_events", "GET", "privacy_officer", 200),
    ("concerns", "GET", "administrator", 403),
]


@pytest.mark.parametrize(("name", "method", "persona", "status"), GOLDEN)
def test_golden_rows_hold(name, method, persona, status, northmoor):
    client = northmoor.sign_in(Client(raise_request_exception=False), persona)
    assert status_of(client, method, address(name, northmoor)).status_code == status


PUBLIC = [
    ("sign_in", "GET", 200),
    ("sign_in", "POST", 200),
    ("sign_out", "GET", 405),
    ("sign_out", "POST", 302),
    ("password_forgot", "GET", 200),
    ("password_sent", "GET", 200),
    ("password_done", "GET", 200),
    ("demo_seat", "GET", 404),
    ("demo_seat", "POST", 404),
    ("code", "GET", 200),
    ("code", "POST", 200),
    ("code_password", "GET", 302),
    ("code_password", "POST", 302),
    ("healthz", "GET", 200),
    ("readyz", "GET", 503),
    ("metrics", "GET", 404),
]


@pytest.mark.parametrize(("name", "method", "status"), PUBLIC)
def test_public_pages_answer_anybody(name, method, status, northmoor):
    assert status_of(Client(raise_request_exception=False), method, reverse(name)).status_code == status


def test_public_rows_are_all_looked_at():
    with_a_link_from_a_letter = {"join", "password_reset"}  # their own tests: test_enrolment, test_sign_in
    with_a_link_from_a_letter |= {"register", "register_sent", "register_confirm"}  # test_admission
    public = {name for name, policy in ROUTES.items() if policy.on is On.PUBLIC}
    assert {name for name, _, _ in PUBLIC} | with_a_link_from_a_letter == public


def test_every_persona_of_the_world_is_judged(northmoor):
    assert set(northmoor.users) == set(PERSONAS)


def test_somebody_who_has_left_is_nobody(northmoor):
    client = northmoor.sign_in(Client(), "coordinator")
    northmoor.users["coordinator"].is_active = False
    northmoor.users["coordinator"].save()
    assert goes_to_sign_in(client.get(reverse("you")))


# The net under the net ----------------------------------------------------------------------------------------


@pytest.mark.urls("tests.web.planted_urls")
def test_a_view_that_forgets_the_check_answers_500(northmoor):
    client = northmoor.sign_in(Client(raise_request_exception=False), "coordinator")
    answer = client.get("/planted/forgets/")
    assert answer.status_code == 500
    assert b"answered unasked" not in answer.content


@pytest.mark.urls("tests.web.planted_urls")
def test_a_route_without_a_row_is_404(northmoor):
    client = northmoor.sign_in(Client(raise_request_exception=False), "coordinator")
    answer = client.get("/planted/unlisted/")
    assert answer.status_code == 404
    assert b"answered unasked" not in answer.content


def test_every_role_of_the_product_is_held_by_some_persona():
    held = {role for roles in access_table.HELD.values() for each in roles.values() for role in each}
    assert held == set(Role)
