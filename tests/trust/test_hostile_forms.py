"""Whatever is sent, by whatever client: an answer that says what is wrong, never a fault, never a change."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import resolve, reverse

from tests.access_table import PERSONAS
from tests.conftest import BOTH
from tests.personas import PASSWORD
from tests.web.test_access import JUDGED, URLS, address, expected
from viceversa.accounts.access import ROUTES, Verdict
from viceversa.outbox.worker import run_until_idle

from .crawl import changed, rows_of_everything
from .forms import forms_of, send, undone
from .house import House

pytestmark = pytest.mark.django_db(databases=BOTH)

WHO_HAS_FORMS = ("anonymous", "mentor", "mentee", "delegate", "coordinator", "administrator", "waiting")
STRANGE = {
    "a NUL": "a\0b",
    "odd": "\u202ee\u202c\u200b\ufeff\x1b[31m Z\u0300\u20dd 👩🏽‍🚀 '\"`;--%s%(a)s{0}\\ ../..\r\nA: b\r\n\r\n",
    "a very long line": "x" * 60_000,
    "a very large number": "9" * 5_000,
    "a number that is none": "NaN",
    "an endless number": "-1e999999",
    "digits of elsewhere": "٣१４",
}
ASKED = (
    "page",
    "q",
    "role",
    "function",
    "left",
    "sort",
    "show",
    "words",
    "stage",
    "side",
    "noun",
    "about",
    "before",
    "mentor",
    "mentee",
    "choose",
    "start",
    "next",
    "change",
    "all",
    "file_role",
    "grade_least",
    "grade_most",
    "person",
    "division",
    "rota",
    "kept",
)


# They lead on, or are a button; the last two of something that is over.
NO_FIELDS = {"enrolment", "programme_launch", "run_publish", "cohort_archive", "programme_archive"}
PLAIN = sorted(set(URLS) - {"join", "password_reset", "register_confirm"})  # those need a link from a letter


# Their forms stand on the page only after a search, or for somebody who has applied or waits.
NEED_SOMETHING_FIRST = {
    "application_list",
    "circles",
    "codes",
    "enrolment_words",
    "lottery_list",
    "lottery_record",
    "pair_trial",
    "programme_step",
    "programme_supply",
    "question_desk",
    "roster_undo",
    "run_compare",
    "run_swap",
    "run_unmatched",
    "topic_list",
    "topic_merge",
    "waiting_list",
    "your_place",
} | {"enrolment_browse", "enrolment_favourites", "topic_word"}
SENT = (
    "enrolment",
    "one_in",
    "one_not_now",
    "not_now",
    "whom",
    "move",
    "to",
    "reason",
    "seed",
    "draw",
    "strata",
    "seed_from",
    "seed_plan",
    "rows",
    "seen",
    "kind",
    "add",
    "remove",
    "up",
    "down",
    "into",
    "topic",
    "shown",
    "take",
    "do",
    "family",
    "proposal",
    "part",
    "least",
    "word",
    "key",
    "subject",
    "form",
    "back",
    "size",
    "keep",
    "rounds",
    "minutes",
    "circle",
)


def fault(answer: object) -> bool:
    return answer.status_code >= 500  # type: ignore[attr-defined]


def test_no_form_breaks_on_what_is_typed(house: House) -> None:
    broken, met, tried = [], set(), set()
    for persona in WHO_HAS_FORMS:
        client = house.client(persona)
        for form in forms_of(house, persona):
            if form.shape in tried:
                continue
            tried.add(form.shape)
            met.add(resolve(urlsplit(form.action).path).url_name)
            for what, value in STRANGE.items():
                for fields in _fields_at_a_time(form.fields, everything_at_once=what != "a NUL"):
                    with undone():
                        answer = send(client, form, dict.fromkeys(fields, value))
                    if fault(answer):
                        broken.append(f"{form.action} {fields}: {what}")
    assert broken == []
    acted_on = {name for name, policy in ROUTES.items() if policy.write} - NO_FIELDS
    own = {"you", "you_profile", "delegation_new", "sign_in", "sign_out", "password_forgot", "password_reset", "join"}
    unmet = (acted_on | own) - met
    assert unmet <= NEED_SOMETHING_FIRST, "forms that nobody met"
    for name in sorted(unmet):  # sent by hand, whatever the page would need to draw the form
        client, path = house.client(reader_of(name, "POST")), path_of(name, house)
        for what, value in STRANGE.items():
            with undone():
                answer = client.post(path, dict.fromkeys((*ASKED, *SENT), value))
            assert not fault(answer), f"{path}: {what}"


def _fields_at_a_time(names: tuple[str, ...], *, everything_at_once: bool) -> list[tuple[str, ...]]:
    """All together, where each is looked at anyway; and one by one where a first refusal would hide the next."""
    if everything_at_once or len(names) < 2:
        return [names]
    return [names, *((name,) for name in names[:12])]


def reader_of(name: str, method: str = "GET") -> str:
    """Somebody whom the table lets in."""
    if name not in JUDGED:
        return "anonymous"
    return next(who for who in PERSONAS[1:] if expected(name, who, method) is Verdict.ALLOW)


def path_of(name: str, house: House) -> str:
    if name in ("register", "register_sent"):
        return reverse(name, args=[house.world.cohort.public_id])
    return address(name, house.world).partition("?")[0] if name in JUDGED else reverse(name)


def test_no_address_breaks_on_what_is_asked(house: House) -> None:
    broken = []
    for name in PLAIN:
        client, path = house.client(reader_of(name)), path_of(name, house)
        queries = [dict.fromkeys(ASKED, STRANGE[what]) for what in ("a NUL", "odd", "a very large number")]
        queries += [dict.fromkeys(ASKED[first::4], STRANGE["a NUL"]) for first in range(4)]
        for query in queries:
            with undone():
                answer = client.get(path, query)
            if fault(answer) and name != "readyz":
                broken.append(f"{path} {query}")
    assert broken == []


PLACES = ("%00", "a%00b", quote("👩🏽‍🚀"), "%ED%A0%80", "%FF%FE", "x" * 3_000, "..%2f..", "%0d%0aX:y", "9" * 5_000)


def test_no_address_breaks_on_an_id_that_is_none(house: House) -> None:
    broken = []
    for name, pattern in URLS.items():
        client, parameters = house.client(reader_of(name)), list(pattern.pattern.converters)
        for parameter in parameters:
            template = reverse(name, kwargs=dict.fromkeys(parameters, "placeholder") | {parameter: "put-it-here"})
            for place in PLACES:
                with undone():
                    answer = client.get(template.replace("put-it-here", place))
                if fault(answer):
                    broken.append(f"{template} with {place[:12]}: {answer.status_code}")
    assert broken == []


@pytest.mark.parametrize(
    "name", ["viceversa_session", "csrftoken", "messages", "viceversa_programme", "django_language"]
)
def test_no_cookie_breaks_a_page(house: House, name: str) -> None:
    for value in ('"aaaaaaaa\\000"', "é" * 20, "x" * 9_000, "' OR 1=1", '[["__json_message",0,25,"x"]]'):
        client = house.client("mentor") if name != "viceversa_session" else Client(raise_request_exception=False)
        kept = client.cookies.output(header="", sep=";").strip()
        with undone():
            answer = client.get("/you/", headers={"cookie": f"{kept}; {name}={value}"})
        assert answer.status_code < 500, value


# Forms of other sites --------------------------------------------------------------------------------------------


def test_a_form_without_our_token_does_nothing(house: House) -> None:
    before = rows_of_everything()
    obeyed = []
    for name in PLAIN:
        persona = reader_of(name, "POST" if writable(name) else "GET")
        client, path = house.client(persona, enforce_csrf_checks=True), path_of(name, house)
        tries = [client.post(path, {"word": "yes", "held": "yes", "end": "1"})]
        client.cookies["csrftoken"] = "a" * 32
        tries.append(client.post(path, {"csrfmiddlewaretoken": "b" * 32}))
        obeyed += [f"{name}: {answer.status_code}" for answer in tries if answer.status_code != 403]
    assert obeyed == []
    assert changed(before, rows_of_everything()) == []


def writable(name: str) -> bool:
    return name in JUDGED and any(expected(name, who, "POST") is Verdict.ALLOW for who in PERSONAS[1:])


@pytest.mark.parametrize("route", ["join", "password_reset"])
def test_nor_does_one_behind_a_link_from_a_letter(house: House, route: str) -> None:
    token = house.join_token if route == "join" else house.password_token
    client = Client(enforce_csrf_checks=True)
    before = rows_of_everything()
    fields = {"answer": "no", "password": "a long walk by the sea"}
    assert client.post(reverse(route, args=[token]), fields).status_code == 403
    assert changed(before, rows_of_everything()) == []


def test_a_token_of_ours_sent_from_elsewhere_is_refused(house: House) -> None:
    client = house.client("mentor", enforce_csrf_checks=True)
    token = client.get("/you/").context["csrf_token"]
    fields = {"csrfmiddlewaretoken": str(token), "form": "account", "name": "New"}
    assert client.post("/you/", fields, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/you/", fields, headers={"origin": "null"}).status_code == 403
    assert client.post("/you/", fields).status_code == 302


# Leading somebody elsewhere --------------------------------------------------------------------------------------

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "http:evil.example",
    "http:///evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "//testserver:80@evil.example",
    "evil.example",
    "home",
    "sign_out",
    "nothing",
    "a\r\nLocation: //evil.example",
    "/\0",
    "[",
    "//[",
)


def test_signing_in_leads_to_a_page_of_ours(house: House) -> None:
    typed = {"email": "mentor@northmoor.example", "password": PASSWORD}
    for wanted in ELSEWHERE:
        assert leads_home(house.client("anonymous").post("/sign-in/", typed | {"next": wanted})), wanted
        assert leads_home(house.client("mentor").get("/sign-in/", {"next": wanted})), wanted
    assert house.client("mentor").get("/sign-in/", {"next": "/you/?a=b"})["Location"] == "/you/?a=b"


def test_a_decision_leads_back_to_a_page_of_ours(house: House) -> None:
    two = {
        side: house.world.enrolments[who].public_id for side, who in {"mentor": "hopeful", "mentee": "waiting"}.items()
    }
    path = reverse("run_decide", args=[house.draft_run.public_id])
    client = house.client("coordinator")
    for wanted in ELSEWHERE:
        assert leads_home(client.post(path, two | {"kind": "forbidden", "back": wanted})), wanted


def leads_home(answer) -> bool:
    where = answer["Location"] if answer.status_code in (302, 303) else "nowhere"
    told = urlsplit(where)
    plain = where.startswith("/") and not where.startswith(("//", "/\\")) and "\t" not in where and "\n" not in where
    return answer.status_code in (302, 303) and not told.netloc and not told.scheme and plain


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "evil\r\nx: y", ""]
)
def test_a_request_under_another_name_is_refused_and_its_name_goes_nowhere(house: House, settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = house.client("anonymous").post("/password/", {"email": "mentor@northmoor.example"}, HTTP_HOST=host or "_")
    assert answer.status_code == 400
    assert b"evil" not in answer.content
    assert "default-src 'none'" in answer.headers.get("Content-Security-Policy", "")


def test_links_in_letters_are_of_this_installation_whatever_name_asked(house: House) -> None:
    house.client("anonymous").post(
        "/password/",
        {"email": "mentor@northmoor.example"},
        HTTP_HOST="evil.example",
        HTTP_X_FORWARDED_HOST="evil.example",
    )
    run_until_idle(clock=house.clock)
    assert [letter.to for letter in mail.outbox] == [["mentor@northmoor.example"]]
    assert "evil.example" not in mail.outbox[0].message().as_string()
    assert "http://testserver/password/new/" in str(mail.outbox[0].body)


# Too much of it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["you_profile", "you"])
def test_a_body_beyond_the_limit_is_refused(house: House, route: str) -> None:
    client = house.client("mentor")
    before = rows_of_everything()
    answer = client.post(reverse(route), {"boundaries": "x" * 6_000_000, "form": "account"})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert client.post(reverse(route), {f"f{number}": "1" for number in range(5_100)}).status_code == 400
    assert changed(before, rows_of_everything()) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf'),
        ("multipart/form-data; boundary=" + "b" * 300, b"x"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"name=%2BADw-script%2BAD4-&form=account"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"name=x"),
        ("application/json", b'{"form": "account", "name": "x"}'),
        ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("", b"\xff\xfe\x00"),
    ],
)
def test_a_body_that_is_no_form_is_no_fault(house: House, kind: str, body: bytes) -> None:
    client = house.client("mentor")
    for path in ("/you/", "/sign-in/", reverse("meeting_note", args=[house.held_meeting.public_id])):
        with undone():
            assert client.generic("POST", path, body, kind).status_code < 500


def test_methods_that_nobody_asked_for_are_no_fault_and_no_change(house: House) -> None:
    client = house.client("coordinator")
    before = rows_of_everything()
    for name in JUDGED:
        for method in ("PUT", "DELETE", "OPTIONS", "BREW"):
            answer = client.generic(
                method, address(name, house.world), b"end=1&word=yes", "application/x-www-form-urlencoded"
            )
            assert answer.status_code < 500, f"{method} {name}"
    assert changed(before, rows_of_everything()) == []
