"""The whole line, as four people walk it: from an empty installation to a meeting that was held.

Each step is what somebody does and sees. ``scripts=False`` walks the same way without JavaScript.
"""

# ruff: noqa: E501 - the rows of a people file

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.core import mail
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.conftest import MovableClock
from viceversa.accounts.access import Role
from viceversa.accounts.models import RoleGrant, User
from viceversa.journey.models import Meeting
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment, Programme

PASSWORD = "a long walk by the river"
PEOPLE = """person_id,given_name,family_name,email,job_title,function,location,manager_id,grade,role,offers,wants,languages,time_zone
n1,Peter,Lang,peter.lang@northmoor.example,Chief executive,Executive Office,London,,9,,,,en,Europe/London
n2,Henrik,Solberg,henrik.solberg@northmoor.example,Operating officer,Operations,London,n1,8,mentee,,,en,Europe/London
n3,Grace,Amoah,grace.amoah@northmoor.example,Head of Finance,Finance,Leeds,n1,7,mentee,,How our meetings feel:3,en,Europe/London
n4,Priya,Raman,priya.raman@northmoor.example,Data analyst,Stores,Leeds,n6,2,mentor,,,en,Europe/London
n5,Tomasz,Wolski,tomasz.wolski@northmoor.example,Automation engineer,IT,Leeds,n6,2,mentor,How our meetings feel:4,,en,Europe/London
n6,Inês,Duarte,ines.duarte@northmoor.example,Head of Stores,Stores,Leeds,n1,5,,,,en;pt,Europe/Lisbon
"""


@dataclass
class Line:
    """Everybody's windows, and what they work on."""

    window: Callable[..., Window]
    clock: MovableClock
    folder: Path
    scripts: bool
    windows: dict[str, Window] = field(default_factory=dict)

    def work(self) -> None:
        """The worker's turn."""
        run_until_idle(clock=self.clock)

    def letters_to(self, address: str) -> list[mail.EmailMultiAlternatives]:
        return [letter for letter in mail.outbox if address in letter.to]  # type: ignore[misc]

    def link_in(self, address: str, containing: str) -> str:
        """The newest link of that kind in the letters to somebody."""
        for letter in reversed(self.letters_to(address)):
            found = re.findall(rf"https?://\S*{containing}\S*", str(letter.body))
            if found:
                return str(found[0])
        raise AssertionError(f"no letter to {address} holds a link with {containing}")

    def somebody(self, name: str, **look: object) -> Window:
        opened = self.window(scripts=self.scripts, **look)
        self.windows[name] = opened
        return opened

    # The coordinator prepares ---------------------------------------------------------------------

    def coordinator_comes_in(self) -> None:
        ada = User.objects.create_user("ada.okafor@northmoor.example", PASSWORD, name="Ada Okafor")
        RoleGrant.objects.create(user=ada, role=Role.COORDINATOR.value, scope="", granted_at=self.clock())
        desk = self.somebody("coordinator")
        desk.open("/people/")
        assert "/sign-in/" in desk.page.url
        desk.judge()
        desk.page.get_by_label("E-mail").fill("ada.okafor@northmoor.example")
        desk.page.get_by_label("Password").fill(PASSWORD)
        desk.press("Sign in")
        assert desk.page.url.endswith("/people/")
        desk.judge()
        desk.open("/")
        desk.judge()

    def people_come_in(self) -> None:
        desk = self.windows["coordinator"]
        file = self.folder / "people.csv"
        text = PEOPLE.replace("person_id", "Employee Number", 1).replace("family_name", "Surname", 1)
        file.write_text(text, encoding="utf-8")
        desk.open("/people/import/")
        desk.judge()
        desk.page.locator("input[type=file]").set_input_files(str(file))
        desk.press("Read the file")
        expect(desk.page.locator("main")).to_contain_text("Surname")
        desk.judge()
        desk.press("Check the rows")
        desk.judge()
        desk.press("Import 6 people")
        desk.judge()
        self.work()
        desk.page.reload()
        desk.judge()
        assert Person.objects.count() == 6
        desk.open("/people/?words=Solberg")
        desk.judge()

    def programme_begins(self) -> None:
        desk = self.windows["coordinator"]
        desk.open("/programmes/playbooks/")
        desk.judge()
        desk.follow("Empower")
        desk.judge()
        desk.page.get_by_label("Name of the programme").fill("Fresh Eyes")
        desk.press("Begin the programme")
        desk.judge()
        programme = Programme.objects.get()
        desk.follow("Check whether it is ready")
        desk.judge()
        asked = desk.page.get_by_role("group", name=re.compile("managers agreed to the hours"))
        asked.get_by_label("Yes", exact=True).check(force=True)
        desk.press("Keep the answers")
        desk.judge()
        desk.follow("Go to the launch")
        expect(desk.page.get_by_role("button", name="Launch all the same")).to_have_count(0)
        desk.judge()
        objective = programme.objectives.all()[0]
        desk.open(f"/programmes/{programme.public_id}/objectives/{objective.public_id}/")
        desk.judge()
        desk.page.locator("#id_baseline").fill("40")
        desk.page.locator("#id_target").fill("60")
        desk.page.get_by_label("Who answers for it").fill("Ruth Adeyemi")
        desk.press("Save the objective")
        desk.open(f"/programmes/{programme.public_id}/rules/")
        desk.judge()
        desk.open(f"/programmes/{programme.public_id}/launch/")
        desk.judge()
        desk.page.get_by_label("Why you launch it all the same").fill("The handlers are named next week.")
        desk.press("Launch all the same")
        desk.judge()
        programme.refresh_from_db()
        assert programme.is_launched

    @property
    def programme(self) -> Programme:
        return Programme.objects.get()

    def people_are_invited(self) -> None:
        desk = self.windows["coordinator"]
        for side in ("mentee", "mentor"):
            desk.open(f"/programmes/{self.programme.public_id}/enrolments/invite/?side={side}&file_role={side}")
            desk.judge()
            desk.press("Invite all 2 who can be")
            desk.judge()
            desk.press("Send 2 letters")
        desk.judge()
        self.work()
        assert len(self.letters_to("priya.raman@northmoor.example")) == 1
        desk.open(f"/programmes/{self.programme.public_id}/enrolments/")
        desk.judge()

    # The two enrol --------------------------------------------------------------------------------

    def joins(self, name: str, address: str, **look: object) -> Window:
        seat = self.somebody(name, **look)
        seat.open(self.link_in(address, "/join/"))
        seat.judge()
        seat.page.locator("input[type=password]").first.fill(PASSWORD)
        seat.press("Go on")
        return seat

    def chooses(self, seat: Window, question: str, answer: str) -> None:
        group = seat.page.get_by_role("radiogroup", name=question)
        group.get_by_label(answer, exact=True).check(force=True)

    def sends(self, seat: Window) -> None:
        seat.page.get_by_label("I have read this and agree").check()
        seat.press("Send and take part")

    def leader_enrols(self) -> None:
        seat = self.joins("leader", "henrik.solberg@northmoor.example", width=375)
        for _step in range(12):
            seat.judge()
            heading = seat.page.locator("h1").inner_text()
            if "learn" in heading and seat.page.get_by_role("radiogroup", name="How our meetings feel").count():
                self.chooses(seat, "How our meetings feel", "Most")
            if seat.page.get_by_role("button", name="Send and take part").count():
                break
            seat.press("Save and go on")
        self.sends(seat)
        seat.judge()
        assert Enrolment.objects.get(person__person_id="n2").state == Enrolment.State.SUBMITTED

    def mentor_enrols(self) -> None:
        seat = self.joins("mentor", "priya.raman@northmoor.example", dark=True)
        for _step in range(12):
            seat.judge()
            topic = seat.page.get_by_role("radiogroup", name="How our meetings feel")
            if topic.count() and topic.get_by_label("5", exact=True).count():
                self.chooses(seat, "How our meetings feel", "5")
            if seat.page.get_by_role("button", name="Send and take part").count():
                break
            seat.press("Save and go on")
        self.sends(seat)
        seat.judge()
        assert Enrolment.objects.get(person__person_id="n4").state == Enrolment.State.SUBMITTED
        # The other two answered elsewhere, so that there is something to choose from.
        others = Enrolment.objects.filter(person__person_id__in=("n3", "n5"))
        others.update(state=Enrolment.State.SUBMITTED, submitted_at=self.clock())

    # Matching -------------------------------------------------------------------------------------

    def coordinator_matches(self) -> None:
        desk = self.windows["coordinator"]
        runs = f"/programmes/{self.programme.public_id}/runs/"
        desk.open(runs)
        desk.judge()
        desk.press("Find the best matching")
        desk.judge()
        self.work()
        desk.page.reload()
        expect(desk.page.get_by_text("Proven best")).to_be_visible()
        desk.judge()
        desk.page.get_by_role("button", name=re.compile("Lock.*Henrik.*Priya|Lock.*Priya.*Henrik")).first.click()
        desk.page.wait_for_load_state()
        desk.judge()
        desk.open(runs)
        desk.press("Find the best matching")
        self.work()
        desk.page.reload()
        desk.judge()
        for tab in ("Unmatched", "Rules"):
            desk.follow(tab)
            desk.judge()
        desk.follow("Proposals")
        desk.follow("Review and publish")
        desk.judge()
        desk.press("Publish")
        desk.judge()
        self.work()

    def both_say_yes(self) -> None:
        for name in ("leader", "mentor"):
            seat = self.windows[name]
            seat.open("/")
            seat.judge()
            seat.follow("See the proposal")
            seat.judge()
            seat.press("Yes")
            seat.judge()
        self.work()

    # The pair -------------------------------------------------------------------------------------

    def leader_fixes_a_date(self) -> None:
        seat = self.windows["leader"]
        seat.open("/pairs/")
        seat.judge()
        seat.follow("You and Priya Raman")
        seat.judge()
        seat.follow("Choose a date", exact=True)
        seat.judge()
        seat.follow("Take this")
        seat.page.get_by_label("Place").fill("4th-floor library")
        seat.press("Fix the date and tell both")
        seat.judge()
        self.work()
        for address in ("henrik.solberg@northmoor.example", "priya.raman@northmoor.example"):
            newest = self.letters_to(address)[-1]
            kinds = {part.get_content_type() for part in newest.message().walk()}
            assert {"text/calendar", "application/ics"} <= kinds

    def mentor_notes_and_they_meet(self) -> None:
        seat = self.windows["mentor"]
        seat.open("/")
        seat.judge()
        seat.open("/pairs/")
        seat.follow("1. Compass")
        seat.judge()
        seat.page.get_by_role("textbox", name="Your own notes").fill("Ask about Mondays.")
        seat.press("Save my note")
        expect(seat.page.get_by_role("textbox", name="Your own notes")).to_have_value("Ask about Mondays.")
        fixed = Meeting.objects.get(state=Meeting.State.PLANNED)
        assert fixed.ends_at is not None
        self.clock.now = fixed.ends_at + timedelta(hours=1)
        seat.page.reload()
        seat.judge()
        seat.press("Yes, we met")
        seat.judge()
        for question, answer in (("really think", "Mostly"), ("I can use", "Yes"), ("Who taught today", "Both")):
            group = seat.page.get_by_role("group", name=re.compile(question))
            group.get_by_label(answer, exact=True).check(force=True)
        seat.press("Save my minute")
        seat.judge()
        other = self.windows["leader"]
        other.open("/")
        other.judge()
        other.open("/pairs/")
        other.judge()
        other.follow("1. Compass")
        assert "Ask about Mondays." not in other.page.content()

    # Who looks on ---------------------------------------------------------------------------------

    def coordinator_and_sponsor_look(self) -> None:
        desk = self.windows["coordinator"]
        for path in ("", "pairs/", "enrolments/", "runs/", "design/"):
            desk.open(f"/programmes/{self.programme.public_id}/{path}")
            desk.judge()
            assert "Ask about Mondays." not in desk.page.content()
        ruth = User.objects.create_user("ruth.adeyemi@northmoor.example", PASSWORD, name="Ruth Adeyemi")
        scope = self.programme.public_id
        RoleGrant.objects.create(user=ruth, role=Role.SPONSOR.value, scope=scope, granted_at=self.clock())
        sponsor = self.somebody("sponsor")
        sponsor.open("/insights/")
        sponsor.page.get_by_label("E-mail").fill("ruth.adeyemi@northmoor.example")
        sponsor.page.get_by_label("Password").fill(PASSWORD)
        sponsor.press("Sign in")
        sponsor.judge()
        sponsor.open(f"/insights/{scope}/")
        sponsor.judge()
        assert "Priya" not in sponsor.page.content()
        assert "Henrik" not in sponsor.page.content()

    def walk(self) -> None:
        for step in (
            self.coordinator_comes_in,
            self.people_come_in,
            self.programme_begins,
            self.people_are_invited,
            self.leader_enrols,
            self.mentor_enrols,
            self.coordinator_matches,
            self.both_say_yes,
            self.leader_fixes_a_date,
            self.mentor_notes_and_they_meet,
            self.coordinator_and_sponsor_look,
        ):
            step()
