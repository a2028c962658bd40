"""Reviewing a draft: swap, corrections, two runs side by side, taking back, and two coordinators at once."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.pairing.correction_files import forget_corrections
from viceversa.pairing.models import CorrectionFile, MatchRun, PairDecision, Proposal


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    """Two pairs that could as well be the other way round."""
    wanted = ["Dashboards"]
    mentors = [pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5 - n}, now=clock()) for n in range(2)]
    mentees = [pools.mentee(northmoor.cohort, n, wants=wanted, now=clock()) for n in range(2)]
    return pools.Pool(northmoor.cohort, mentors, mentees)


@pytest.fixture
def run(pool: pools.Pool, northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    return run_now(northmoor, clock)


def drafts(run: MatchRun) -> set[tuple[str, str]]:
    rows = run.proposals.filter(state=Proposal.State.DRAFT)
    return set(rows.values_list("mentor__person__person_id", "mentee__person__person_id"))


def other_way(run: MatchRun) -> dict[str, str]:
    first, second = run.proposals.all()
    return {"mentor": second.mentor.public_id, "mentee": first.mentee.public_id}


def test_a_swap_shows_its_effect_is_done_at_once_and_is_kept(
    run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    before, asked, address = drafts(run), other_way(run), reverse("run_swap", args=[run.public_id])
    shown = coordinator.get(address, asked)
    assert shown.context["effect"].may_be
    assert drafts(run) == before, "a GET changes nothing"
    seen = shown.context["effect"].seen
    coordinator.post(address, asked | {"seen": seen, "reason": "They sit in one office"})
    assert not drafts(run) & before
    assert run.proposals.filter(state=Proposal.State.SET_ASIDE).count() == 2, "the engine's answer stays"
    assert PairDecision.objects.standing().filter(kind="locked").count() == 2
    assert not any(b"office" in bytes(one.sealed_reason) for one in PairDecision.objects.all())
    listed = coordinator.get(reverse("run_list", args=[northmoor.programme.public_id])).content.decode()
    assert "They sit in one office" in listed
    assert "by your hand" in coordinator.get(reverse("run", args=[run.public_id])).content.decode()
    again = coordinator.post(address, asked | {"seen": seen})
    assert again.status_code == 200
    assert "proposed already" in again.content.decode()


def test_a_swap_that_was_seen_otherwise_is_refused(run: MatchRun, coordinator: Client) -> None:
    before = drafts(run)
    answer = coordinator.post(reverse("run_swap", args=[run.public_id]), other_way(run) | {"seen": "older"})
    assert answer.status_code == 409
    assert drafts(run) == before


def test_a_decision_over_another_coordinators_says_what_they_did(run: MatchRun, coordinator: Client) -> None:
    first = run.proposals.all()[0]
    two = {"mentor": first.mentor.public_id, "mentee": first.mentee.public_id}
    address = reverse("run_decide", args=[run.public_id])
    coordinator.post(address, two | {"kind": "locked", "seen": "nothing"})
    answer = coordinator.post(address, two | {"kind": "forbidden", "seen": "nothing"}, follow=True)
    assert "has locked them together meanwhile" in answer.content.decode()
    assert PairDecision.objects.standing().get().kind == "locked"


def test_corrections_come_back_in_after_a_preview(run: MatchRun, coordinator: Client) -> None:
    before, address = drafts(run), reverse("run_corrections", args=[run.public_id])
    mentors, mentees = sorted(one for one, _ in before), [two for _, two in sorted(before)]
    text = "mentor_id,mentee_id\n" + "".join(f"{a},{b}\n" for a, b in zip(mentors, reversed(mentees), strict=True))
    preview = coordinator.post(address, {"file": SimpleUploadedFile("pairs.csv", text.encode())}, follow=True)
    assert preview.context["correction"].count("new") == 2
    assert drafts(run) == before
    carried = {"apply": preview.context["file"], "seen": preview.context["correction"].seen}
    assert coordinator.post(address, carried | {"seen": "older"}).status_code == 409
    assert not any(b"j000" in bytes(file.sealed_rows) for file in CorrectionFile.objects.all())
    coordinator.post(address, carried)
    assert not drafts(run) & before
    assert not CorrectionFile.objects.exists(), "what is applied is not kept"
    assert "not kept any more" in coordinator.post(address, carried, follow=True).content.decode()


def test_a_file_that_nobody_applies_is_forgotten_after_a_day(
    run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    address = reverse("run_corrections", args=[run.public_id])
    for _twice in range(2):
        coordinator.post(address, {"file": SimpleUploadedFile("pairs.csv", b"mentor_id,mentee_id\nj000,s000\n")})
    file = CorrectionFile.objects.get()
    assert coordinator.get(address, {"file": file.public_id}).status_code == 200
    clock.forward(days=1)
    assert coordinator.get(address, {"file": file.public_id}).status_code == 302
    assert forget_corrections(now=clock()) == 1
    assert not CorrectionFile.objects.exists()


def test_every_problem_of_a_correction_is_told_with_its_line(run: MatchRun, coordinator: Client) -> None:
    text = "mentor_id,mentee_id,decision\nj000,s000,\nj000,s000,\nnobody,s001,\nj001,s001,marry\nj000,s001,\n"
    file = SimpleUploadedFile("pairs.csv", text.encode())
    before = drafts(run)
    answer = coordinator.post(reverse("run_corrections", args=[run.public_id]), {"file": file})
    assert {3, 4, 5, 6} <= {one.line for one in answer.context["troubles"]}, "all at once"
    assert "<title>Error:" in answer.content.decode()
    file = SimpleUploadedFile("pairs.csv", text.replace("marry", "").encode())
    answer = coordinator.post(reverse("run_corrections", args=[run.public_id]), {"file": file}, follow=True)
    assert {3, 4, 6} <= {one.line for one in answer.context["troubles"]}
    assert drafts(run) == before


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"\x89PNG\r\n\x1a\n", b"a,b\n1,2\n", b"mentor_id\n\x00\n"]
)
def test_a_hostile_file_is_answered_in_words(run: MatchRun, coordinator: Client, content: bytes) -> None:
    file = SimpleUploadedFile("pairs.xlsx", content)
    answer = coordinator.post(reverse("run_corrections", args=[run.public_id]), {"file": file})
    assert answer.status_code == 200
    assert run.proposals.filter(state=Proposal.State.DRAFT).count() == 2


def test_the_workbook_holds_pairs_unmatched_and_rules(run: MatchRun, pool: pools.Pool, coordinator: Client) -> None:
    pool.mentors[0].person.job_title = "=1+1"
    pool.mentors[0].person.save()
    book = load_workbook(io.BytesIO(coordinator.get(reverse("run_workbook", args=[run.public_id])).content))
    assert book.sheetnames == ["Pairs", "Unmatched", "Rules"]
    cells = [cell for row in book["Pairs"].iter_rows() for cell in row]
    assert "'=1+1" in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_two_runs_side_by_side(run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    first = run.proposals.all()[0]
    two = {"mentor": first.mentor.public_id, "mentee": first.mentee.public_id, "kind": "forbidden"}
    clock.forward(minutes=1)
    coordinator.post(reverse("run_decide", args=[run.public_id]), two)
    clock.forward(minutes=1)
    later = run_now(northmoor, clock)
    shown = coordinator.get(reverse("run_differences", args=[later.public_id]), {"with": run.number})
    apart, difference = shown.context["apart"], shown.context["difference"]
    assert (apart.kept, apart.new, apart.gone, difference.kept_apart) == (0, 2, 2, 1)
    assert len(shown.context["rows"]) == 2


def test_two_runs_that_are_the_same_say_so_and_show_no_zeros(
    run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    clock.forward(minutes=1)
    later = run_now(northmoor, clock)
    page = coordinator.get(reverse("run_differences", args=[later.public_id]), {"with": run.number}).content.decode()
    assert "Nothing changed." in page
    assert "Nobody was locked, kept apart or let go between the two." in page
    assert "New: 0" not in page
    assert "0 locked" not in page


def test_who_learns_in_one_pair_and_mentors_in_another_is_told_before_publishing(
    run: MatchRun, coordinator: Client
) -> None:
    publish = reverse("run_publish", args=[run.public_id])
    assert "counts twice" not in coordinator.get(publish).content.decode()
    first, second = run.proposals.order_by("pk")
    second.mentor.person, second.mentor.role = first.mentee.person, "mentor"
    second.mentor.save()
    page = coordinator.get(publish).content.decode()
    assert "2 proposals to 3 people" in page
    assert "1 of the 3 learns in one pair and mentors in another." in page


def test_what_is_asked_for_narrows_and_sorts_the_table(run: MatchRun, coordinator: Client) -> None:
    def found(**query: str) -> int:
        return len(coordinator.get(reverse("run", args=[run.public_id]), query).context["rows"])

    assert found() == 2
    assert found(q="j000") == 1
    assert found(least="99") == 0
    assert found(function="Finance", location="Leeds", topic="dash") == 2
    assert found(topic="Beekeeping") == 0
    for sort in ("lowest", "leader", "mentor", "complementarity", "nonsense"):
        assert found(sort=sort) == 2
    for show in ("tenth", "cautions", "draft", "hand", "locked"):
        coordinator.get(reverse("run", args=[run.public_id]), {"show": show})


def test_a_part_is_published_and_taken_back_on_its_pages(run: MatchRun, coordinator: Client) -> None:
    one = run.proposals.all()[0]
    publish = reverse("run_publish", args=[run.public_id])
    confirm = coordinator.get(publish, {"part": "1", "proposal": one.public_id})
    assert confirm.context["ahead"].stays_draft == 1
    part = {"part": "1", "proposal": one.public_id}
    coordinator.post(publish, part | {"seen": confirm.context["ahead"].seen})
    one.refresh_from_db()
    assert one.state == Proposal.State.PROPOSED
    withdraw = reverse("run_withdraw", args=[run.public_id])
    assert "Take one proposal back?" in coordinator.get(withdraw, {"proposal": one.public_id}).content.decode()
    coordinator.post(withdraw, {"proposal": one.public_id})
    one.refresh_from_db()
    assert one.state == Proposal.State.WITHDRAWN


def asked_for(address: str, coordinator: Client, **query: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert coordinator.get(address, query).status_code == 200
    return len(queries)


def test_hundreds_of_pairs_ask_the_pages_of_a_review_as_often_as_ten(
    run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    later = MatchRun.objects.create(
        cohort=run.cohort, number=run.number + 1, requested_at=clock(), policy=run.policy, state=run.state
    )
    corrections = reverse("run_corrections", args=[later.public_id])

    def more(numbers: range) -> None:
        mentors = [pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5}, now=clock()) for n in numbers]
        mentees = [pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock()) for n in numbers]
        for one, others in ((run, reversed(mentees)), (later, mentees)):
            pairs = zip(mentors, others, strict=True)
            Proposal.objects.bulk_create(
                Proposal(run=one, mentor=a, mentee=b, score=0.5, criteria={}) for a, b in pairs
            )

    def asked() -> list[int]:
        rows = "".join(f"{a},{b}\n" for a, b in drafts(run))
        file = SimpleUploadedFile("pairs.csv", f"mentor_id,mentee_id\n{rows}".encode())
        preview = coordinator.post(corrections, {"file": file})["Location"]
        swap = reverse("run_swap", args=[later.public_id])
        compare = reverse("run_compare", args=[later.public_id])
        return [
            asked_for(reverse("run_differences", args=[later.public_id]), coordinator),
            asked_for(preview, coordinator),
            asked_for(swap, coordinator),
            asked_for(swap, coordinator, find="Junior", choose="1"),
            asked_for(compare, coordinator),
        ]

    more(range(100, 110))
    few = asked()
    more(range(200, 400))
    many = asked()
    assert max(few) <= 15, few
    assert all(more <= fewer for more, fewer in zip(many, few, strict=True)), (few, many)
    changes = coordinator.get(reverse("run_differences", args=[later.public_id])).context
    assert len(changes["rows"]) == 50
