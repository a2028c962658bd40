"""More corrected pairs than somebody waits for are judged and applied by the worker, from one sealed result."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from tests.web.test_review import drafts
from viceversa.accounts.keys.store import destroy_key
from viceversa.accounts.models import Event
from viceversa.outbox.models import Job
from viceversa.outbox.worker import claim, run_until_idle
from viceversa.pairing import corrections as limits
from viceversa.pairing.correcting import ATTEMPTS, judge_kept
from viceversa.pairing.models import CorrectionFile, MatchRun, PairDecision, Proposal
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort

MANY = limits.AT_ONCE // 2 + 1
"""So many pairs turned round are one change more than is done at once: as many end as are new."""


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def run(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    for n in range(MANY):
        pools.mentor(northmoor.cohort, n, offers={"Dashboards": 4}, now=clock())
        pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock())
    return run_now(northmoor, clock)


def turned(run: MatchRun, *, more: str = "") -> SimpleUploadedFile:
    """Everybody with the mentor of the next one."""
    pairs = sorted(drafts(run))
    mentors, mentees = [one for one, _ in pairs], [other for _, other in pairs]
    rows = zip(mentors, [*mentees[1:], mentees[0]], strict=True)
    text = "".join(f"{mentor},{mentee},,They sit in one office\n" for mentor, mentee in rows)
    return SimpleUploadedFile("pairs.csv", f"mentor_id,mentee_id,decision,reason\n{text}{more}".encode())


def brought_in(run: MatchRun, coordinator: Client, *, more: str = "") -> str:
    """The address at which it is looked at."""
    answer = coordinator.post(reverse("run_corrections", args=[run.public_id]), {"file": turned(run, more=more)})
    assert answer.status_code == 302, [one.message for one in answer.context["troubles"]][:3]
    return str(answer["Location"])


def pressed(run: MatchRun, coordinator: Client, page: HttpResponse) -> HttpResponse:
    context = page.context  # type: ignore[attr-defined]
    carried = {"apply": context["file"], "seen": context["correction"].seen}
    return coordinator.post(reverse("run_corrections", args=[run.public_id]), carried)


def test_many_changes_are_judged_then_applied_while_the_page_waits(
    run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    before, address = drafts(run), brought_in(run, coordinator)
    waiting = coordinator.get(address)
    assert waiting["Refresh"].startswith("2; url=/")
    assert "Comparing the file with the draft" in waiting.content.decode()
    run_until_idle(clock=clock)
    page = coordinator.get(address)
    assert page.context["correction"].count("new") == page.context["correction"].count("ends") == MANY
    assert drafts(run) == before
    pressed(run, coordinator, page)
    assert "Changing the draft" in coordinator.get(address).content.decode()
    assert drafts(run) == before
    pressed(run, coordinator, page)
    assert Job.objects.filter(kind="apply_corrections").count() == 1, "pressed twice, asked for once"
    run_until_idle(clock=clock)
    assert len(drafts(run)) == MANY
    assert not drafts(run) & before
    told = coordinator.get(address, follow=True).content.decode()
    assert f"Corrected: {MANY} pairs made by hand, {MANY} set aside, 0 stay." in told
    assert PairDecision.objects.standing().filter(kind="locked").count() == MANY
    file = CorrectionFile.objects.get()
    assert not bytes(file.sealed_rows), "what is applied is not kept"
    assert not bytes(file.sealed_result), "what is applied is not kept"
    assert Event.objects.filter(verb="run.changed").count() == 1


def test_what_it_holds_meanwhile_is_sealed(run: MatchRun, coordinator: Client, clock: MovableClock) -> None:
    brought_in(run, coordinator)
    run_until_idle(clock=clock)
    file = CorrectionFile.objects.get()
    for sealed in (bytes(file.sealed_rows), bytes(file.sealed_result)):
        assert sealed.startswith(b"gAAAA"), "by a key of the store"
    assert {name for job in Job.objects.filter(kind__endswith="corrections") for name in job.facts} == {"file"}


def test_pages_of_the_preview_are_drawn_without_judging(
    run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    address = brought_in(run, coordinator)
    run_until_idle(clock=clock)
    Person.objects.filter(person_id="j000").update(grade=None)  # would stop any judgement
    with CaptureQueriesContext(connection) as queries:
        page = coordinator.get(address, {"file": address.split("=")[1], "page": "2"})
    assert len(page.context["rows"]) == 50
    assert page.context["correction"].count("new") == MANY
    assert len(queries) <= 12
    assert not [one for one in queries if "pairing_proposal" in one["sql"]], "the run is not read again"


@pytest.mark.parametrize("meanwhile", ["published", "person"])
def test_what_changed_since_it_was_judged_is_noticed_and_shown(
    meanwhile: str, run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    address = brought_in(run, coordinator)
    run_until_idle(clock=clock)
    page = coordinator.get(address)
    before = drafts(run)
    if meanwhile == "published":
        changed = run.proposals.filter(state=Proposal.State.DRAFT)[:1].get()
        Proposal.objects.filter(pk=changed.pk).update(state=Proposal.State.EXPIRED)
        before = drafts(run)
    else:
        Person.objects.filter(person_id="j000").update(languages=["pt"])
    pressed(run, coordinator, page)
    run_until_idle(clock=clock)
    assert drafts(run) == before
    assert not PairDecision.objects.exists()
    again = coordinator.get(address)
    assert "is another since you looked" in again.content.decode()
    assert again.context["correction"].seen != page.context["correction"].seen


def test_what_was_seen_before_the_last_judgement_is_not_applied(
    run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    address = brought_in(run, coordinator)
    run_until_idle(clock=clock)
    file = coordinator.get(address).context["file"]
    answer = coordinator.post(
        reverse("run_corrections", args=[run.public_id]), {"apply": file, "seen": "another judgement"}
    )
    assert answer.status_code == 409
    assert not Job.objects.filter(kind="apply_corrections").exists()
    assert not PairDecision.objects.exists()


def test_all_that_is_wrong_with_many_pairs_is_told_at_once_and_nothing_of_them_kept(
    run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    more = "nobody,s000,,\nj000,s000,marry,\n"
    mentor, leader = sorted(drafts(run))[1][0], sorted(drafts(run))[2][1]  # who stand in line 3
    Person.objects.filter(person_id=mentor).update(manager=Person.objects.get(person_id=leader))
    address = brought_in(run, coordinator, more=more)
    run_until_idle(clock=clock)
    page = coordinator.get(address)
    told = {one.line for one in page.context["troubles"]}
    assert {3, MANY + 2, MANY + 3} <= told, "what a rule forbids, nobody's number and what could not be read"
    assert "Change the draft" not in page.content.decode()
    assert not bytes(CorrectionFile.objects.get().sealed_rows)
    carried = {"apply": address.split("=")[1], "seen": page.context["correction"].seen}
    coordinator.post(reverse("run_corrections", args=[run.public_id]), carried)
    assert not Job.objects.filter(kind="apply_corrections").exists()


def test_so_much_wrong_that_no_more_would_be_told_is_refused_at_once(run: MatchRun, coordinator: Client) -> None:
    more = "".join(f"nobody{n},s000,,\n" for n in range(limits.MOST_PROBLEMS))
    answer = coordinator.post(reverse("run_corrections", args=[run.public_id]), {"file": turned(run, more=more)})
    assert answer.status_code == 200
    assert len(answer.context["troubles"]) == limits.MOST_PROBLEMS
    assert not CorrectionFile.objects.exists()
    assert not Job.objects.filter(kind__endswith="corrections").exists()


@pytest.mark.parametrize("stops", ["closed", "keys", "no_grade"])
def test_what_stops_it_is_told_and_nothing_is_changed(
    stops: str, run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    address = brought_in(run, coordinator)
    before = drafts(run)
    if stops == "closed":
        run_until_idle(clock=clock)
        pressed(run, coordinator, coordinator.get(address))
        Cohort.objects.filter(pk=run.cohort_id).update(closed_at=clock())
    elif stops == "keys":
        destroy_key(northmoor.programme.public_id)
    else:
        Person.objects.filter(person_id="j000").update(grade=None)
    run_until_idle(clock=clock)
    file = CorrectionFile.objects.get()
    assert file.state == CorrectionFile.State.STOPPED
    assert not bytes(file.sealed_rows)
    Cohort.objects.filter(pk=run.cohort_id).update(closed_at=None)  # or the page itself is shut
    assert "Nothing was changed" in coordinator.get(address).content.decode()
    assert drafts(run) == before


def test_a_worker_that_died_over_it_too_often_is_told(run: MatchRun, coordinator: Client, clock: MovableClock) -> None:
    address = brought_in(run, coordinator)
    job = Job.objects.get(kind="judge_corrections")
    Job.objects.filter(pk=job.pk).update(attempts=ATTEMPTS)
    job.refresh_from_db()
    assert claim(job, now=clock())
    judge_kept(job, clock())
    assert "a fault of ours" in coordinator.get(address).content.decode()


def test_another_file_takes_the_place_of_one_that_is_being_judged(
    run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    first, second = brought_in(run, coordinator), brought_in(run, coordinator)
    run_until_idle(clock=clock)
    assert "not kept any more" in coordinator.get(first, follow=True).content.decode()
    assert coordinator.get(second).context["correction"].count("new") == MANY
    begun = coordinator.get(reverse("run_corrections", args=[run.public_id])).content.decode()
    assert second.replace("&", "&amp;") in begun, "the way back to it"
    assert not Job.objects.exclude(failed_at=None).exists()


def test_a_file_is_its_coordinators_alone(
    run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    brought_in(run, coordinator)
    run_until_idle(clock=clock)
    other = CorrectionFile.objects.get()
    administrator = northmoor.users["administrator"]
    assert administrator is not None
    CorrectionFile.objects.filter(pk=other.pk).update(by=administrator)
    address = reverse("run_corrections", args=[run.public_id])
    assert "not kept any more" in coordinator.get(address, {"file": other.public_id}, follow=True).content.decode()
