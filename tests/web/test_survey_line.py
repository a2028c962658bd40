"""From a people file without names and addresses to a meeting that was held and its minute, page by page.

The first is a real survey of 853 people, where its file lies beside the checkout; the second is generated and
always there.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.cli import main
from viceversa.demo.organisation import write_organisation
from viceversa.journey.models import CheckIn, Meeting
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import MatchRun, Pair, Proposal
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment, Programme

SURVEY = Path(__file__).resolve().parents[3] / "shared" / "data" / "survey_people.csv"
SECRET = "seven quiet lighthouses"


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def onward(response: Any) -> str:
    """Where a form leads; what it says where it does not."""
    assert response.status_code == 302, text_of(response)
    return str(response["Location"])


def filled(form: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends back for a form as it is shown, with some fields changed."""
    shown = {field.html_name: field.value() for field in form}
    return {name: value for name, value in (shown | changes).items() if value not in (None, False)}


@dataclass
class Line:
    """The coordinator's desk and the two who meet."""

    desk: Client
    clock: MovableClock
    people: bytes
    programme: Programme | None = None

    def address(self, route: str) -> str:
        assert self.programme is not None
        return reverse(route, args=[self.programme.public_id])

    def work(self) -> None:
        run_until_idle(clock=self.clock)

    def people_come_in(self) -> None:
        check = onward(self.desk.post("/people/import/", {"file": SimpleUploadedFile("people.csv", self.people)}))
        assert "problem" not in text_of(self.desk.get(check)).lower()
        following = onward(self.desk.post(check, {"left_out": "", "scope": "some"}))
        self.work()
        count = len(list(csv.DictReader(io.StringIO(self.people.decode()))))
        assert f"{count} people are new" in text_of(self.desk.get(following))

    def programme_begins(self) -> None:
        playbook = reverse("playbook", args=["executive-digital-fluency"])
        shown = self.desk.get(playbook)
        sent = filled(shown.context["form"], name="Fresh Tools", key=shown.context["key"])
        design = onward(self.desk.post(playbook, sent))
        self.programme = Programme.objects.get(public_id=design.split("/")[2])
        for objective in self.programme.objectives.all():
            page = reverse("objective", args=[self.programme.public_id, objective.public_id])
            shown = self.desk.get(page)
            numbers = {"baseline": "1", "target": "3", "owner": "Ruth Adeyemi", "seen": shown.context["seen"]}
            onward(self.desk.post(page, filled(shown.context["form"], **numbers)))

    def rules_are_the_default(self) -> None:
        """The playbook's own rules away, the matching policy's in their place."""
        page = self.address("programme_rules")
        shown = self.desk.get(page)
        default = {"grade_gap_min": "2", "overlap_hours_min": "2", "teach_level_min": "3", "score_min": "0"}
        default |= {"reporting_line": "any", "common_language": "on", "must_teach": "on", "objective": "coverage"}
        sent = filled(shown.context["form"], **default, same_manager=None, seen=shown.context["seen"])
        onward(self.desk.post(page, sent))
        said = {"acknowledgement": "The handlers are named next week."}
        assert self.desk.post(self.address("programme_launch")).status_code == 409  # nobody hears concerns yet
        onward(self.desk.post(self.address("programme_launch"), said))

    def all_are_enrolled(self) -> dict[str, int]:
        counts = {}
        for side in ("mentor", "mentee"):
            page = text_of(self.desk.get(self.address("invite"), {"side": side}))
            [shown] = re.findall(r"Enrol all (\d+) ", page)
            listed = onward(self.desk.post(self.address("invite"), {"side": side, "enrol": "all", "confirmed": shown}))
            assert f"{shown} people take part now" in text_of(self.desk.get(listed))
            counts[side] = int(shown)
        return counts

    def matched(self) -> MatchRun:
        page = onward(self.desk.post(self.address("run_list")))
        self.work()
        assert "Proven best" in text_of(self.desk.get(page))
        return MatchRun.objects.get(public_id=page.split("/")[-2])

    def published(self, run: MatchRun) -> Proposal:
        onward(self.desk.post(reverse("run_publish", args=[run.public_id])))
        self.work()
        assert mail.outbox == []  # nobody has an address
        proposal = run.proposals.filter(state=Proposal.State.PROPOSED).order_by("-score", "pk").first()
        assert proposal is not None
        return proposal

    def comes_in(self, enrolment: Enrolment) -> Client:
        """The coordinator hands a link over; its person chooses an address and a password."""
        page = self.desk.post(self.address("invite"), {"link": enrolment.public_id}).content.decode()
        [link] = re.findall(r"http://testserver(/join/[^<\s]+)", page)
        seat = Client()
        assert enrolment.person.person_id in text_of(seat.get(link))
        sent = {"answer": "yes", "email": f"{enrolment.person.person_id}@home.example", "password": SECRET}
        assert onward(seat.post(link, sent)) == reverse("home")
        return seat

    def says_yes(self, seat: Client, proposal: Proposal) -> str:
        assert f"/pairs/proposals/{proposal.public_id}/" in seat.get("/").content.decode()
        page = reverse("proposal", args=[proposal.public_id])
        text_of(seat.get(page))
        return onward(seat.post(page, {"word": "yes"}))

    def they_meet(self, seat: Client, other: Client, pair: Pair) -> Meeting:
        meeting = pair.meetings.get(number=1)
        page = reverse("meeting_plan", args=[meeting.public_id])
        shown = seat.get(page)
        start = shown.context["suggestions"][0]
        form = seat.get(page, {"start": start.isoformat()}).context["form"]
        onward(seat.post(page, filled(form, place="Where the tea is")))
        self.work()
        invited = {address for letter in mail.outbox for address in letter.to}
        assert len(invited) == 2
        self.clock.now = start + timedelta(hours=2)
        onward(other.post(reverse("meeting_held", args=[meeting.public_id]), {"held": "yes"}))
        minute = {"could_say": "4", "useful": "5", "taught": "both"}
        for each in (seat, other):
            onward(each.post(reverse("meeting_checkin", args=[meeting.public_id]), minute))
        meeting.refresh_from_db()
        return meeting

    def walk(self) -> MatchRun:
        """The whole way; gives back the run."""
        self.people_come_in()
        self.programme_begins()
        self.rules_are_the_default()
        counts = self.all_are_enrolled()
        run = self.matched()
        assert (run.report["mentors"], run.report["mentees"]) == (counts["mentor"], counts["mentee"])
        proposal = self.published(run)
        mentor, mentee = self.comes_in(proposal.mentor), self.comes_in(proposal.mentee)
        self.says_yes(mentor, proposal)
        self.says_yes(mentee, proposal)
        pair = Pair.objects.get(proposal=proposal)
        meeting = self.they_meet(mentee, mentor, pair)
        assert meeting.state == Meeting.State.HELD
        assert CheckIn.objects.filter(meeting=meeting).count() == 2
        assert "1 of" in text_of(self.desk.get(self.address("pair_list")))
        return run


def command_line(people: bytes, run: MatchRun, folder: Path, capsys: pytest.CaptureFixture[str]) -> Mapping[str, Any]:
    """The same file under the default policy, judged on the day of the run, through ``viceversa match``."""
    file, policy, out = folder / "people.csv", folder / "policy.toml", folder / "run"
    file.write_bytes(people)
    policy.write_text(f'[rules]\nreference_date = "{run.policy["rules"]["reference_date"]}"\n', encoding="utf-8")
    assert main(["match", str(file), "--policy", str(policy), "--out", str(out)]) == 0
    capsys.readouterr()
    report: Mapping[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return report


def assert_equal(run: MatchRun, there: Mapping[str, Any]) -> None:
    here = run.report
    for name in ("pairs", "max_pairs", "mentors", "mentees", "certified"):
        assert here[name] == there[name], name
    for name in ("total_score", "upper_bound"):
        assert here[name] == pytest.approx(there[name], abs=1e-9), name


def without_names(people: bytes) -> bytes:
    """The same people file with neither names nor addresses."""
    rows = list(csv.DictReader(io.StringIO(people.decode())))
    kept = [name for name in rows[0] if name not in ("given_name", "family_name", "email")]
    out = io.StringIO()
    writer = csv.DictWriter(out, kept, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture
def desk(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def test_a_survey_of_853_people_runs_from_the_upload_to_a_held_meeting(
    desk: Client, clock: MovableClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not SURVEY.exists():
        pytest.skip("shared/data/survey_people.csv is not beside this checkout; its data is not ours to carry")
    people = SURVEY.read_bytes()
    run = Line(desk, clock, people).walk()
    assert (run.report["mentors"], run.report["mentees"], run.report["pairs"]) == (405, 149, 146)
    assert Person.objects.exclude(enrolments=None).filter(email="", given_name="").count() == 405 + 149 - 2
    assert_equal(run, command_line(people, run, tmp_path, capsys))
    told = "{pairs} pairs, total {total_score:.6f}, bound {upper_bound:.6f}, {seconds:.2f} s"
    with capsys.disabled():
        print(f"\nsurvey through the web: {told.format(**run.report)}")


def test_people_without_names_and_addresses_run_from_the_upload_to_a_held_meeting(
    desk: Client, clock: MovableClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = without_names(write_organisation(people=60, seed=5))
    run = Line(desk, clock, people).walk()
    assert run.report["pairs"] > 0
    assert_equal(run, command_line(people, run, tmp_path, capsys))
