"""Several cohorts of one programme, one that is always on, and how they and the programme end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.access import ROUTES, On
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.cohort_closing import close_pairs_on_their_day
from viceversa.pairing.models import Ending, MatchRun, Pair, Proposal, SeatTaken
from viceversa.programmes.models import Cohort, Enrolment, Programme
from viceversa.web.addresses import ProgrammeAddress


@pytest.fixture
def ada(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def autumn(northmoor: Northmoor, name: str = "Autumn 2026") -> Cohort:
    return Cohort.objects.create(
        programme=northmoor.programme, name=name, starts_on=date(2026, 9, 7), ends_on=date(2027, 5, 31)
    )


def at(northmoor: Northmoor, cohort: Cohort) -> ProgrammeAddress:
    return ProgrammeAddress(northmoor.programme.public_id, cohort=cohort.public_id)


def invited(northmoor: Northmoor, cohort: Cohort, state: str, number: int = 1) -> Enrolment:
    person = make_person(f"x{state}{number}", "Ola", f"{state.title()}{number}")
    return Enrolment.objects.create(cohort=cohort, person=person, role="mentor", state=state)


# Which cohort a page is about -------------------------------------------------------------------------------------


def test_a_page_opens_the_cohort_that_runs_though_a_newer_one_was_added(northmoor: Northmoor, ada: Client) -> None:
    autumn(northmoor)
    page = text_of(ada.get(reverse("enrolment_list", args=[northmoor.programme.public_id])))
    assert "Spring 2026, month" in page
    assert "One more cohort" in page


def test_whoever_looks_at_another_cohort_stays_in_it(northmoor: Northmoor, ada: Client) -> None:
    other = autumn(northmoor)
    invited(northmoor, other, "invited")
    address = at(northmoor, other)
    page = text_of(ada.get(reverse("enrolment_list", args=[address])))
    assert "Ola Invited1" in page
    assert "You look at the cohort “Autumn 2026”" in page
    for route in ("pair_list", "run_list", "programme_insights", "programme_design", "programme"):
        assert f'"{reverse(route, args=[address])}"' in page, route
    assert "Ola Invited1" not in text_of(ada.get(reverse("enrolment_list", args=[northmoor.programme.public_id])))


def test_a_run_of_another_cohort_leads_back_into_that_cohort(northmoor: Northmoor, ada: Client) -> None:
    other = autumn(northmoor)
    address = at(northmoor, other)
    run = MatchRun.objects.create(cohort=other, number=1, requested_at=northmoor.programme.made_at, policy={})
    page = text_of(ada.get(reverse("run", args=[run.public_id])))
    assert reverse("run_list", args=[address]) in page
    assert reverse("pair_list", args=[address]) in page


def test_a_cohort_of_another_programme_is_not_there(northmoor: Northmoor, ada: Client) -> None:
    foreign = northmoor.other_programme.current_cohort.public_id
    mixed = ProgrammeAddress(northmoor.programme.public_id, cohort=foreign)
    for route in ("programme", "enrolment_list", "programme_design", "cohort_list"):
        assert ada.get(reverse(route, args=[mixed])).status_code == 404
    close = reverse("cohort_close", args=[northmoor.programme.public_id, foreign])
    assert ada.get(close).status_code == 404


def test_every_address_of_a_programme_can_name_a_cohort() -> None:
    patterns = [pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)]
    plain = [
        str(pattern.name)
        for pattern in patterns
        if pattern.name in ROUTES
        and ROUTES[str(pattern.name)].on is On.PROGRAMME
        and type(pattern.pattern.converters.get("public_id")).__name__ == "StringConverter"
        and not str(pattern.pattern).startswith(OF_THEIR_OWN)
    ]
    assert plain == []


# About a run or a lottery, which know their cohort themselves.
OF_THEIR_OWN = ("programmes/runs/", "programmes/lotteries/", "programmes/questions/")


def test_a_cohort_is_added_once_with_the_design_as_it_stands(northmoor: Northmoor, ada: Client) -> None:
    here = northmoor.programme.public_id
    address = reverse("cohort_new", args=[here])
    key = hidden(text_of(ada.get(address)), "key")
    form = {"cohort_name": "Autumn 2026", "starts_on": "2026-09-07", "ends_on": "2027-05-31", "key": key}
    for _twice in range(2):
        assert ada.post(address, form).status_code == 302
    assert northmoor.programme.cohorts.count() == 2
    assert "Autumn 2026" in text_of(ada.get(reverse("cohort_list", args=[here])))


def test_what_is_wrong_with_always_on_is_said(northmoor: Northmoor, ada: Client) -> None:
    address = reverse("cohort_new", args=[northmoor.programme.public_id])
    form = {"cohort_name": "Open", "starts_on": "2026-09-07", "kind": "always_on", "key": "x"}
    assert "Enter for how many months each pair runs" in text_of(ada.post(address, form))
    assert "Enter the last day" in text_of(ada.post(address, form | {"kind": "dated"}))


@pytest.fixture
def always_on(northmoor: Northmoor) -> Northmoor:
    """The fixture's cohort without an end: each pair runs six months."""
    Cohort.objects.filter(pk=northmoor.cohort.pk).update(kind="always_on", ends_on=None, pair_months=6)
    return northmoor


def test_every_page_of_a_cohort_without_an_end_is_drawn(always_on: Northmoor, client: Client) -> None:
    here = always_on.programme.public_id
    pages = {
        "coordinator": [
            reverse(route, args=[here])
            for route in (
                *("programme", "enrolment_list", "pair_list", "run_list", "programme_insights", "programme_design"),
                *("programme_readiness", "cohort_list", "cohort_new", "programme_close", "programme_copy"),
            )
        ]
        + [reverse("programme_part", args=[here, "surveys"]), reverse("programme_part", args=[here, "dates"])]
        + [reverse("programme_list"), reverse("insights_list"), reverse("home")],
        "sponsor": [reverse("programme_insights", args=[here]), reverse("insights_list")],
        "mentor": [reverse("home"), reverse("your_pairs"), reverse("pair", args=[always_on.pair.public_id])],
    }
    for persona, addresses in pages.items():
        always_on.sign_in(client, persona)
        for address in addresses:
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, address
            assert "None" not in text_of(answer), address
    always_on.sign_in(client, "coordinator")
    design = text_of(client.get(reverse("programme_design", args=[here])))
    assert "always on from 2 March 2026, six months for each pair" in design


def test_a_pair_of_a_cohort_without_an_end_closes_on_its_own_day(always_on: Northmoor, clock: MovableClock) -> None:
    pair = always_on.pair  # formed on 9 April 2026, as the other pair of the cohort
    clock.now = clock.now.replace(month=10, day=9)
    assert close_pairs_on_their_day(clock()) == 0
    clock.forward(days=1)
    assert close_pairs_on_their_day(clock()) == 2
    assert close_pairs_on_their_day(clock()) == 0
    pair.refresh_from_db()
    assert (pair.state, pair.ending.category) == (Pair.State.CLOSED, Ending.Category.CLOSED)
    always_on.enrolments["mentor"].refresh_from_db()
    assert always_on.enrolments["mentor"].state == Enrolment.State.COMPLETED
    assert not SeatTaken.objects.filter(pair=pair).exists()
    run_until_idle(clock=clock)
    told = [letter.to[0] for letter in mail.outbox if "is over" in letter.subject]
    assert {side.person.email for side in (pair.mentor, pair.mentee)} <= set(told)
    assert len(told) == 4


# Closing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(northmoor: Northmoor, clock: MovableClock) -> Northmoor:
    """Somebody asked, somebody waiting, a proposal that is out, besides the pair that runs."""
    invited(northmoor, northmoor.cohort, "invited")
    waiting = invited(northmoor, northmoor.cohort, "submitted")
    Proposal.objects.create(
        run=northmoor.run,
        mentor=waiting,
        mentee=northmoor.enrolments["mentee"],
        score=0.5,
        criteria={},
        state=Proposal.State.PROPOSED,
        published_at=clock(),
        answer_by=clock() + timedelta(days=9),
    )
    return northmoor


def test_what_a_closing_ends_is_said_before(busy: Northmoor, ada: Client) -> None:
    page = text_of(ada.get(reverse("cohort_close", args=[busy.programme.public_id, busy.cohort.public_id])))
    told = ("One invitation without an answer", "One proposal without both answers", "pair")
    assert all(words in page for words in told)
    assert Enrolment.objects.filter(cohort=busy.cohort, state="invited").exists()
    refused = ada.post(reverse("cohort_close", args=[busy.programme.public_id, busy.cohort.public_id]))
    assert "Choose what happens to the pairs that run" in text_of(refused)
    busy.cohort.refresh_from_db()
    assert not busy.cohort.is_closed


@pytest.mark.parametrize(("choice", "state"), [("on_their_day", "active"), ("now", "closed")])
def test_a_closing_ends_what_is_open_and_pairs_as_chosen(
    busy: Northmoor, ada: Client, clock: MovableClock, choice: str, state: str
) -> None:
    address = reverse("cohort_close", args=[busy.programme.public_id, busy.cohort.public_id])
    for _twice in range(2):
        assert ada.post(address, {"pairs_end": choice}).status_code == 302
    busy.pair.refresh_from_db()
    assert busy.pair.state == state
    assert not Enrolment.objects.filter(cohort=busy.cohort, state__in=("invited", "submitted")).exists()
    assert not Proposal.objects.filter(run__cohort=busy.cohort, state__in=Proposal.OPEN).exists()
    run_until_idle(clock=clock)
    closed = [letter for letter in mail.outbox if "this round is closed" in letter.subject]
    assert len(closed) == Enrolment.objects.filter(cohort=busy.cohort, state="withdrawn").count()
    words = " ".join(" ".join(letter.body.split()) for letter in closed)
    assert "not answering counts against nobody" in words
    assert "That says nothing about you" in words
    assert len([letter for letter in mail.outbox if "is over" in letter.subject]) == (4 if choice == "now" else 0)


def test_nothing_new_begins_in_a_closed_cohort(busy: Northmoor, ada: Client) -> None:
    here = busy.programme.public_id
    ada.post(reverse("cohort_close", args=[here, busy.cohort.public_id]), {"pairs_end": "on_their_day"})
    answer = ada.post(reverse("run_list", args=[here]))
    assert answer.status_code == 403
    assert "This cohort is closed" in text_of(answer)
    assert busy.cohort.runs.count() == 1


def test_closing_the_programme_closes_its_cohorts_and_a_new_one_opens_it_again(busy: Northmoor, ada: Client) -> None:
    here, other = busy.programme.public_id, autumn(busy)
    assert "2 cohorts close with it" in text_of(ada.get(reverse("programme_close", args=[here])))
    ada.post(reverse("programme_close", args=[here]), {"pairs_end": "now"})
    busy.programme.refresh_from_db()
    assert busy.programme.state == Programme.State.CLOSED
    assert not Cohort.objects.filter(programme=busy.programme, closed_at=None).exists()
    form = {"cohort_name": "Next", "starts_on": "2026-12-07", "ends_on": "2027-05-31", "key": "one"}
    address = reverse("cohort_new", args=[here])
    form["key"] = hidden(text_of(ada.get(address)), "key")
    ada.post(address, form)
    busy.programme.refresh_from_db()
    other.refresh_from_db()
    assert (busy.programme.state, other.is_closed) == (Programme.State.LAUNCHED, True)
    assert "“Next”" in text_of(ada.get(reverse("programme_design", args=[here])))


# Archive, copy ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["enrolment_list", "run_list", "announcement_list", "programme_design"])
def test_pages_of_a_closed_cohort_offer_nothing_that_would_be_refused(busy: Northmoor, ada: Client, page: str) -> None:
    here = busy.programme.public_id
    offered = {reverse(name, args=[here]) for name in ("invite", "outside_new", "codes", "announcement_new")}
    leads_on = page != "programme_design"
    assert any(address in text_of(ada.get(reverse(page, args=[here]))) for address in offered) is leads_on
    ada.post(reverse("cohort_close", args=[here, busy.cohort.public_id]), {"pairs_end": "now"})
    shown = text_of(ada.get(reverse(page, args=[here])))
    assert not [address for address in offered if address in shown]
    assert "is launched" not in shown


@pytest.mark.parametrize("page", ["invite", "outside_new", "codes"])
def test_a_closed_cohort_has_no_page_to_bring_people_in(busy: Northmoor, ada: Client, page: str) -> None:
    address = reverse(page, args=[busy.programme.public_id])
    assert ada.get(address).status_code == 200
    ada.post(reverse("cohort_close", args=[busy.programme.public_id, busy.cohort.public_id]), {"pairs_end": "now"})
    answer = ada.get(address)
    assert answer.status_code == 403
    assert "This cohort is closed" in text_of(answer)


def test_an_archived_programme_is_read_and_not_changed_and_comes_out_again(northmoor: Northmoor, ada: Client) -> None:
    here = northmoor.programme.public_id
    archive = reverse("programme_archive", args=[here])
    assert "close it first" in text_of(ada.post(archive, follow=True))
    ada.post(reverse("programme_close", args=[here]), {"pairs_end": "now"})
    assert ada.post(archive)["Location"] == reverse("programme_list")
    ada.get(reverse("programme_list"))  # says that it is archived
    listed = text_of(ada.get(reverse("programme_list")))
    assert "Fresh Eyes" not in listed.split("<main")[1]
    assert "One archived programme" in listed
    assert "Fresh Eyes" in text_of(ada.get(reverse("programme_list") + "?archived"))
    for route in ("programme", "enrolment_list", "pair_list", "programme_design", "programme_insights"):
        assert ada.get(reverse(route, args=[here])).status_code == 200, route
    aim = northmoor.programme.objectives.get()
    for route, *rest in (("objective", aim.public_id), ("programme_rules",), ("programme_part", "purpose")):
        answer = ada.post(reverse(route, args=[here, *rest]), {})
        assert answer.status_code == 403, route
        assert "archived, so nothing in it changes" in text_of(answer)
    ada.post(archive, {"out": "1"})
    assert "Fresh Eyes" in text_of(ada.get(reverse("programme_list")))


def test_a_cohort_that_runs_or_is_the_only_one_is_not_archived(northmoor: Northmoor, ada: Client) -> None:
    here, cohort = northmoor.programme.public_id, northmoor.cohort
    address = reverse("cohort_archive", args=[here, cohort.public_id])
    assert "stays: close it first" in text_of(ada.post(address, follow=True))
    ada.post(reverse("cohort_close", args=[here, cohort.public_id]), {"pairs_end": "on_their_day"})
    assert "stays: close it first" in text_of(ada.post(address, follow=True))
    autumn(northmoor)
    assert "It can still be read" in text_of(ada.post(address, follow=True))
    page = text_of(ada.get(reverse("pair_list", args=[at(northmoor, cohort)])))
    assert "It is archived: nothing in it changes." in page
    ada.post(address, {"out": "1"})
    cohort.refresh_from_db()
    assert cohort.archived_at is None


def test_a_copy_has_the_design_and_nobody_in_it(northmoor: Northmoor, ada: Client) -> None:
    source = Programme.objects.get(pk=northmoor.programme.pk)
    source.handlers.create(name="Helpline", reach="0800", is_outside_hr=True, added_at=source.made_at)
    address = reverse("programme_copy", args=[source.public_id])
    key = hidden(text_of(ada.get(address)), "key")
    form = {"name": "Fresh Eyes North", "cohort_name": "First", "starts_on": "2026-09-07", "ends_on": "2027-05-31"}
    for _twice in range(2):
        answer = ada.post(address, form | {"key": key})
    copy = Programme.objects.get(name="Fresh Eyes North")
    assert answer["Location"] == reverse("programme_design", args=[copy.public_id])
    assert (copy.state, copy.meetings, copy.topics) == (Programme.State.DRAFT, source.meetings, source.topics)
    assert not Enrolment.objects.filter(cohort__programme=copy).exists()
    aim = copy.objectives.get()
    assert (aim.title, aim.baseline, aim.target) == ("Leaders know how work feels", None, 60)
    assert [handler.name for handler in copy.handlers.all()] == ["Helpline"]
    assert copy.policy["rules"]["reference_date"] == "2026-09-07"


def test_the_lists_ask_as_often_for_two_cohorts_as_for_sixty(northmoor: Northmoor, ada: Client) -> None:
    pages = [
        reverse(route, args=[northmoor.programme.public_id]) for route in ("cohort_list", "programme", "enrolment_list")
    ]

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ada.get(address).status_code == 200
        return len(captured)

    autumn(northmoor)
    few = [queries(page) for page in pages]
    for number in range(60):
        invited(northmoor, autumn(northmoor, f"Round {number}"), "invited", number)
    assert [queries(page) for page in pages] == few
    assert max(few) <= 15, few
