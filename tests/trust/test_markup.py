"""Whatever people type is text: nothing of it becomes an element, an attribute or an address on any page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core import mail
from django.db import models
from django.test import override_settings
from django.utils.html import escape

from tests.conftest import BOTH
from viceversa.accounts.models import User
from viceversa.journey.models import Meeting
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import (
    MappingProfile,
    Person,
    RosterImport,
    SavedView,
    Topic,
    TopicImport,
    TopicImportRow,
    TopicSynonym,
)
from viceversa.programmes.models import (
    Cohort,
    Enrolment,
    IdentityQuestion,
    Lottery,
    Objective,
    Programme,
    ProgrammeHandler,
    Question,
    ShownProfile,
    WaitingMove,
)

from .crawl import Page, Visit
from .forms import forms_of, send, undone
from .house import House, people_file
from .payloads import MARK, PAYLOADS, hostile
from .reading import Read, passing_house, read_everything

pytestmark = pytest.mark.django_db(databases=BOTH)

READERS = ("anonymous", "mentor", "mentee", "delegate", "coordinator", "administrator", "hopeful")
TYPED: dict[type[models.Model], tuple[str, ...]] = {
    Person: ("given_name", "family_name", "preferred_name", "job_title", "function", "location", "external_id")
    + ("pronouns", "organisation"),
    Programme: ("name", "mentee_word", "consent_text", "limits_text"),
    Cohort: ("name",),
    Objective: ("title", "metric", "unit", "owner"),
    Meeting: ("title", "place"),
    User: ("name",),
    RosterImport: ("file_name",),
    Topic: ("name", "family", "description"),
    TopicSynonym: ("name",),
    TopicImport: ("file_name",),
    TopicImportRow: ("name", "family", "description"),
    MappingProfile: ("name",),
    SavedView: ("name",),
    Question: ("words", "hint"),
    IdentityQuestion: ("label",),
    ShownProfile: ("sentence",),
    ProgrammeHandler: ("name", "reach"),
    Lottery: ("seed_plan",),
    WaitingMove: ("reason",),
}
LONG = 900
UNSAFE_ATTRIBUTES = ("style", "srcdoc", "background", "xlink:href")
SCHEMES = ("/", "#", "?", "mailto:", "https://", "http://testserver/")
NAMES = frozenset({"viewport", "color-scheme", "htmx-config"})


def fill(house: House) -> None:
    """Every text of the world, hostile; what the web asks for, typed into its form."""
    _make_what_the_house_has_not(house)
    for model, fields in TYPED.items():
        for row in model._default_manager.all():
            for name in fields:
                setattr(row, name, hostile(min(model._meta.get_field(name).max_length or LONG, LONG)))
            row.save()
    for programme in Programme.objects.all():
        programme.purpose = hostile(LONG)
        for plan in programme.meetings:
            plan |= {name: hostile(200) for name in ("title", "purpose", "prepare_mentor", "prepare_mentee", "closing")}
            for part in plan["agenda"]:
                part |= {"title": hostile(100), "text": hostile(300), "prompts": [hostile(120), hostile(120)]}
        programme.topics = [{"name": hostile(80), "family": "Culture", "side": "mentor"}, *programme.topics]
        programme.save()
    Question.objects.update(kind=Question.Kind.ONE, choices=[hostile(100), hostile(100)])
    IdentityQuestion.objects.update(choices=[hostile(60)], purposes={"match": hostile(200), "partner": hostile(200)})
    for person in Person.objects.all():
        person.interests, person.boundaries = [hostile(60), hostile(60)], hostile(LONG)
        person.save()
    Enrolment.objects.update(hope=hostile(300))
    house.open_proposal.reasons = [{"code": "shared_interests", "params": {"interests": [hostile(200)]}}]
    house.open_proposal.save()
    house.send("mentor", "meeting_note", house.held_meeting.public_id, words=hostile(LONG), version="0")
    delegate = {"name": hostile(200), "email": "helper@northmoor.example", "until": "2026-12-31"}
    house.send("mentee", "delegation_new", **delegate)
    headings = ",".join(('"' + payload.replace('"', '""') + '"') for payload in PAYLOADS[:30])
    cells = ",".join(('"' + payload.replace('"', '""') + '"') for payload in PAYLOADS[5:35])
    file = people_file(f"person_number,{headings}\nn-1,{cells}\n", name="<zqx>.csv")
    house.send("coordinator", "roster_new", file=file)
    bad = people_file(f'person_id,role,grade,job_title\n"{PAYLOADS[0]}","{PAYLOADS[7]}","{PAYLOADS[9]}","<zqx>"\n')
    house.send("coordinator", "roster_new", file=bad)


def _make_what_the_house_has_not(house: House) -> None:
    """A row of each kind that somebody's words stand in."""
    world, now = house.world, house.clock()
    by, enrolment = world.users["coordinator"], world.enrolments["mentor"]
    SavedView.objects.create(owner=by, name="x", asked={"words": hostile(60)}, made_at=now)
    TopicSynonym.objects.create(topic=Topic.objects.earliest("pk"), key="x", name="x")
    ShownProfile.objects.create(enrolment=world.enrolments["mentee"], shown_at=now)
    WaitingMove.objects.create(enrolment=enrolment, by=by, at=now, from_place=2, to_place=1)


@pytest.fixture(scope="module")
def read(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Read:
    organisation = override_settings(ORGANISATION_NAME=hostile(120))
    with passing_house(django_db_blocker, tmp_path_factory.mktemp("keys")) as house, organisation:
        fill(house)
        found = read_everything(house, READERS)
        refused = [again for persona in ("mentor", "coordinator") for again in _refused(house, persona)]
        mail.outbox = []
        _write_letters(house)
        letters = [
            Visit(letter.to[0], letter.subject, 200, {"Content-Type": "text/html"}, str(html))
            for letter in mail.outbox
            for html, kind in letter.alternatives
            if kind == "text/html"
        ]
        return replace(found, visits=[*found.visits, *refused], letters=letters)


def _refused(house: House, persona: str) -> list[Visit]:
    """What a refused form gives back: everything that was typed."""
    client, answers = house.client(persona), []
    for form in forms_of(house, persona):
        with undone():
            answer = send(client, form, {name: hostile(300) for name in form.names})
        answers.append(Visit(persona, form.action, answer.status_code, dict(answer.headers), answer.content.decode()))
    return answers


def _write_letters(house: House) -> None:
    house.send("hopeful", "proposal", house.open_proposal.public_id, word="yes", reason="")
    house.send("waiting", "proposal", house.open_proposal.public_id, word="yes", reason="")
    run_until_idle(clock=house.clock)


def faults_of(page: Page) -> list[str]:
    """Every element that could run something, lead elsewhere, or was made of what somebody typed."""
    faults = [f"an inline script or style: {words[:60]!r}" for words in page.scripts]
    for tag, attributes in page.elements:
        names = " ".join([tag, *attributes])
        if MARK in names.lower():
            faults.append(f"<{names}> was typed by somebody")
        faults += [f"{name} on <{tag}>" for name in attributes if name.startswith("on") or name in UNSAFE_ATTRIBUTES]
        if tag in ("iframe", "object", "embed", "base", "style", "math", "template"):
            faults.append(f"<{tag}>")
        if tag == "script" and not (attributes.get("src") or "").startswith("/static/"):
            faults.append("a script that is not ours")
        if tag == "meta" and "name" in attributes and attributes["name"] not in NAMES:
            faults.append(f"<meta name={attributes['name']}>")
        for name in ("href", "src", "action", "formaction"):
            value = attributes.get(name)
            if value and not value.startswith(SCHEMES):
                faults.append(f"{name}={value[:60]!r} on <{tag}>")
    return faults


def test_no_page_runs_or_becomes_what_somebody_typed(read: Read) -> None:
    wrong = {str(one): faults for one in read.visits if one.is_page and (faults := faults_of(Page(one.text)))}
    assert wrong == {}


def test_no_letter_runs_or_becomes_what_somebody_typed(read: Read) -> None:
    assert len(read.letters) >= 3
    for letter in read.letters:
        found = [fault for fault in faults_of(Page(letter.text)) if not _own_style(fault)]
        assert found == [], letter.path


def _own_style(fault: str) -> bool:
    """Letters carry their style with them, since mail programs load none."""
    return fault.startswith(("an inline script or style: '\\n", "style on <", "<style>"))


def test_each_payload_was_on_some_page(read: Read) -> None:
    """Else the tests above would pass on pages that show nothing."""
    shown = {payload for payload in PAYLOADS if any(_shows(payload, one) for one in read.visits)}
    assert set(PAYLOADS) - shown == set()
    assert sum(MARK in one.text for one in read.visits) > 100


def _shows(payload: str, visit: Visit) -> bool:
    return visit.is_page and escape(payload) in visit.text


def test_every_answer_forbids_what_is_not_ours(read: Read) -> None:
    for one in read.visits:
        policy = one.headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy, str(one)
        assert "frame-ancestors 'none'" in policy, str(one)
        assert "unsafe-" not in policy, str(one)
        assert "*" not in policy, str(one)
        assert one.headers.get("X-Content-Type-Options") == "nosniff", str(one)
        assert one.headers.get("X-Frame-Options") == "DENY", str(one)
        assert one.headers.get("Referrer-Policy") == "same-origin", str(one)


def test_no_answer_is_kept_by_a_cache(read: Read) -> None:
    for one in read.visits:
        assert "no-store" in one.headers.get("Cache-Control", ""), str(one)


def test_cookies_are_closed_to_scripts(read: Read) -> None:
    for one in read.visits:
        for name, cookie in one.headers.items():
            if name.startswith("Set-Cookie ") and "csrftoken" not in name and "Max-Age=0" not in cookie:
                assert "HttpOnly" in cookie, f"{one}: {cookie}"
            if name.startswith("Set-Cookie "):
                assert "SameSite=Lax" in cookie, f"{one}: {cookie}"
