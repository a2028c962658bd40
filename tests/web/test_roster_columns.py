"""From any HR system's export to people and a match run, through the columns page; and the answers that are kept."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.exports.organisation import EVERYBODY
from tests.exports.systems import SYSTEMS
from tests.exports.twins import attrition, mentor_match
from tests.personas import Northmoor
from viceversa.formats.mapping import ColumnUse, FileMapping
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import MatchRun
from viceversa.people.mapping_profiles import save_profile
from viceversa.people.models import MappingProfile, Person, RosterImport
from viceversa.programmes.models import Cohort, Enrolment, Programme

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HR = "Staff No.,Full Name,Rank,Gender\n1,Ann Lee,Wizard,F\n2,Bo Ek,Junior,M\n"


@pytest.fixture
def desk(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def onward(response: Any) -> str:
    assert response.status_code == 302, text_of(response)
    return str(response["Location"])


def filled(form: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends back for a form as it is shown, with some fields changed."""
    shown = {field.html_name: field.value() for field in form}
    return {name: value for name, value in (shown | changes).items() if value not in (None, False)}


def upload(desk: Client, data: bytes | str, name: str) -> str:
    content = data.encode() if isinstance(data, str) else data
    return onward(desk.post("/people/import/", {"file": SimpleUploadedFile(name, content)}))


def bring_in(desk: Client, clock: MovableClock, data: bytes | str, name: str, **answers: Any) -> Any:
    """Upload, answer as the page proposes, check, apply; the check as it was shown."""
    columns = upload(desk, data, name)
    check = onward(desk.post(columns, filled(desk.get(columns).context["form"], **answers)))
    shown = desk.get(check)
    result = onward(desk.post(check, {"left_out": "", "scope": "some"}))
    run_until_idle(clock=clock)
    assert "is new" in text_of(desk.get(result)) or "are new" in text_of(desk.get(result))
    return shown


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_an_export_of_each_system_goes_from_the_upload_to_the_people(
    desk: Client, clock: MovableClock, system: str
) -> None:
    name, write = SYSTEMS[system]
    # The one thing that no column says: what “Since when here” is, over bare numbers.
    answers = {"to-7": "hire_date"} if system == "plain_excel" else {}
    check = bring_in(desk, clock, write(), name, **answers)
    assert f"Import {len(EVERYBODY)} people" in text_of(check)
    people = {person.email: person for person in Person.objects.filter(email__endswith="@example.org")}
    for one in EVERYBODY:
        person = people[one.email]
        assert (person.given_name, person.family_name, person.hire_date) == (one.given, one.family, one.hired)
        manager = next((other.email for other in EVERYBODY if other.number == one.manager), None)
        assert (person.manager.email if person.manager else None) == manager
    assert "identity" in text_of(check) or system == "adp"


def matched(programme: Programme, desk: Client, clock: MovableClock, sides: dict[str, list[Person]]) -> MatchRun:
    """A run of a new cohort in which these people take part."""
    cohort = Cohort.objects.create(
        programme=programme, name="New", starts_on=date(2026, 9, 1), ends_on=date(2027, 5, 31)
    )
    Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, person=person, role=role, state=Enrolment.State.SUBMITTED, submitted_at=clock())
        for role, people in sides.items()
        for person in people
    )
    rules = {"must_teach": False, "common_language": False}
    programme.policy = {"rules": rules}
    programme.save()
    Cohort.objects.filter(programme=programme).exclude(pk=cohort.pk).delete()
    page = onward(desk.post(reverse("run_list", args=[programme.public_id])))
    run_until_idle(clock=clock)
    assert desk.get(page).status_code == 200
    return MatchRun.objects.get(cohort=cohort)


def attrition_file(*, real: bool) -> bytes:
    file = DATA / "hr_attrition.csv"
    if real and not file.exists():
        pytest.skip("the file is not on this machine; its twin is tested")
    return file.read_bytes() if real else attrition()


@pytest.mark.parametrize("real", [False, True], ids=["twin", "real"])
def test_an_export_without_names_and_managers_reaches_a_match_run(
    desk: Client, clock: MovableClock, northmoor: Northmoor, real: bool
) -> None:
    before = set(Person.objects.values_list("pk", flat=True))
    check = text_of(bring_in(desk, clock, attrition_file(real=real), "hr_attrition.csv"))
    assert "About identity, and left out: “Age”, “Gender”, “MaritalStatus”, “Over18”." in check
    came = Person.objects.exclude(pk__in=before)
    assert came.filter(leave_date=clock().date()).exists()  # Attrition says who has left
    here = list(came.filter(leave_date=None).order_by("pk"))
    sides = {
        "mentor": [one for one in here if one.grade == 1][:40],
        "mentee": [one for one in here if one.grade >= 4][:20],
    }
    run = matched(northmoor.other_programme, northmoor.sign_in(Client(), "coordinator_elsewhere"), clock, sides)
    assert run.report["pairs"] >= 1


def mentor_match_files(*, real: bool) -> tuple[bytes, bytes]:
    files = (DATA / "mentor_match_mentors.csv", DATA / "mentor_match_mentees.csv")
    if real and not all(file.exists() for file in files):
        pytest.skip("the files are not on this machine; their twins are tested")
    return (files[0].read_bytes(), files[1].read_bytes()) if real else mentor_match()


@pytest.mark.parametrize("real", [False, True], ids=["twin", "real"])
def test_two_files_of_two_sides_fill_one_pool_and_reach_a_match_run(
    desk: Client, clock: MovableClock, northmoor: Northmoor, real: bool
) -> None:
    mentors, mentees = mentor_match_files(real=real)
    bring_in(desk, clock, mentors, "mentor_match_mentors.csv")
    first = set(Person.objects.filter(person_id__startswith="mentor.").values_list("pk", flat=True))
    check = bring_in(desk, clock, mentees, "mentor_match_mentees.csv")
    # A list of one side is not taken for everybody.
    assert RosterImport.objects.order_by("-pk").first().scope == "some"
    assert "characteristics" in text_of(check) or "identity to match" in text_of(check)
    came = Person.objects.filter(email__endswith="@gov.uk")
    assert set(came.filter(person_id__startswith="mentor.", leave_date=None).values_list("pk", flat=True)) == first
    sides = {role: list(came.filter(role=role).order_by("pk")) for role in ("mentor", "mentee")}
    assert all(sides.values())
    run = matched(northmoor.other_programme, northmoor.sign_in(Client(), "coordinator_elsewhere"), clock, sides)
    assert run.report["pairs"] >= 1


def test_grades_stand_lowest_first_and_what_has_no_place_last(desk: Client) -> None:
    columns = upload(desk, "Staff No.,Name,Grade\n1,Ann,SCS1\n2,Bo,Wizard\n3,Cy,EO\n4,Di,Grade 7\n", "grades.csv")
    form = desk.get(columns).context["form"]
    (grades,) = (group for group in form.value_groups() if group["to"] == "grade")
    assert [bound.label for bound in grades["fields"]] == ["EO", "Grade 7", "SCS1", "Wizard"]


def test_columns_left_out_for_one_reason_stand_in_one_sentence(desk: Client, clock: MovableClock) -> None:
    heads = "person_id,given_name,email,Salary,Bonus,Gender,Shoe size,Shirt"
    words = text_of(bring_in(desk, clock, heads + "\n1,Ann,ann@bigco.example,1,2,F,38,M\n", "wide.csv"))
    assert "About pay, and left out, because nothing here needs it: “Salary”, “Bonus”." in words
    assert "Not part of the people format, and left out: “Shoe size”, “Shirt”." in words
    assert "The column “Gender” is about identity and is left out." in words


def test_people_without_any_number_get_one_and_keep_it(desk: Client, clock: MovableClock) -> None:
    text = "First name,Last name,Team,Level\nAnn,Lee,Stores,2\nBo,Ek,Stores,3\n"
    form = desk.get(upload(desk, text, "list.csv")).context["form"]
    assert form["key"].value() == "make"
    bring_in(desk, clock, text, "list.csv", role="mentee")
    people = Person.objects.filter(person_id__startswith="made-")
    assert {(one.name, one.role) for one in people} == {("Ann Lee", "mentee"), ("Bo Ek", "mentee")}
    again = upload(desk, text.replace("Stores", "Sales") + "Cy Ray,Ode,Sales,1\n", "list.csv")
    check = onward(desk.post(again, filled(desk.get(again).context["form"])))
    figures = desk.get(check).context["n"]
    assert (figures["new"], figures["changed"]) == (1, 2)


def test_a_grade_for_everybody_fills_only_what_is_empty(desk: Client, clock: MovableClock) -> None:
    bring_in(desk, clock, "Emp ID,Level\nq1,\nq2,7\n", "list.csv", grade="3", role="mentor")
    assert list(Person.objects.filter(person_id__in=("q1", "q2")).values_list("grade", flat=True)) == [3, 7]


def test_a_status_says_once_when_somebody_left(desk: Client, clock: MovableClock) -> None:
    text = "Emp ID,Team,Status\nq1,Stores,Active\nq2,Stores,Terminated\n"
    bring_in(desk, clock, text, "list.csv")
    left = Person.objects.get(person_id="q2").leave_date
    assert left == clock().date()
    clock.forward(days=30)
    columns = upload(desk, text.replace("q2,Stores", "q2,Sales"), "list.csv")
    check = onward(desk.post(columns, filled(desk.get(columns).context["form"])))
    onward(desk.post(check, {"left_out": "", "scope": "some"}))
    run_until_idle(clock=clock)
    person = Person.objects.get(person_id="q2")
    assert (person.function, person.leave_date) == ("Sales", left)


def test_two_numbers_at_once_are_refused(desk: Client) -> None:
    columns = upload(desk, "Emp ID,E-mail\n1,a@x.example\n", "list.csv")
    page = desk.post(columns, filled(desk.get(columns).context["form"], key="col-1"))
    assert "“Emp ID” is the person number already" in text_of(page)


def test_what_was_left_aside_while_reading_is_said_before_anybody_answers(desk: Client) -> None:
    page = text_of(desk.get(upload(desk, SYSTEMS["workday"][1](), "All_Workers.csv")))
    assert "Line 1 stands above the headings and is left out: “RPT0042 All Workers”" in page
    assert "Left out, because it is about identity: Gender, Date of Birth" in page


def test_dates_that_no_column_explains_are_asked_for_and_those_that_one_does_are_not(desk: Client) -> None:
    columns = upload(desk, "Emp ID,Hire Date\n1,03/04/2021\n", "list.csv")
    assert desk.get(columns).context["form"]["date-1"].value() == ""
    page = desk.post(columns, filled(desk.get(columns).context["form"]))
    assert "Choose how the dates in “Hire Date” are written" in text_of(page)
    told = upload(desk, "Emp ID,Hire Date,Date of Birth\n1,03/04/2021,12/31/1990\n", "list.csv")
    assert desk.get(told).context["form"]["date-1"].value() == "month_first"


def kept(desk: Client, name: str = "Weekly") -> MappingProfile:
    """The answers to one file, kept under a name; nothing is imported."""
    columns = upload(desk, HR, "hr.csv")
    form = desk.get(columns).context["form"]
    answers = {field.html_name: "9" for field in form if field.html_name.startswith("value-2") and not field.value()}
    onward(desk.post(columns, filled(form, save_as=name, **answers)))
    return MappingProfile.objects.get(name=name)


def test_answers_kept_under_a_name_are_found_by_the_headings_of_the_next_file(desk: Client) -> None:
    profile = kept(desk)
    assert profile.mapping["columns"]["Rank"]["values"]["Wizard"] == "9"
    page = desk.get(upload(desk, HR, "next.csv"))
    assert "Read as “Weekly”" in text_of(page)
    assert page.context["form"]["value-2-0"].value() == "9"
    more = HR.replace("Rank", "Rank,Office").replace("Wizard", "Wizard,Leeds").replace("Junior", "Junior,York")
    page = desk.get(upload(desk, more, "next.csv"))
    assert "New in this file, and guessed: Office" in text_of(page)
    page = desk.get(upload(desk, HR.replace(",Rank", ",Level"), "next.csv"))
    assert "No longer in the file: Rank" in text_of(page)


def test_another_profile_can_be_chosen_and_none(desk: Client) -> None:
    profile = kept(desk)
    columns = upload(desk, "Who,What\n1,2\n", "other.csv")
    page = desk.get(columns, {"profile": profile.public_id})
    assert "No longer in the file: Full Name, Rank, Staff No." in text_of(page)
    assert "Read as" not in text_of(desk.get(columns, {"profile": "none"})).replace("Read it as", "")
    assert desk.get(columns, {"profile": "nobody-knows"}).status_code == 200


def test_the_first_page_leads_to_kept_mappings_where_there_are_any(desk: Client) -> None:
    led = f'{reverse("mapping_profile_list")}">What columns mean'
    assert led not in desk.get(reverse("roster_new")).content.decode()
    kept(desk)
    assert led in desk.get(reverse("roster_new")).content.decode()


def test_a_profile_is_changed_and_deleted_and_no_change_is_lost(desk: Client) -> None:
    profile = kept(desk)
    address = reverse("mapping_profile", args=[profile.public_id])
    page = desk.get(address)
    assert "Weekly" in text_of(desk.get(reverse("mapping_profile_list")))
    first, second = filled(page.context["form"], name="Monthly"), filled(page.context["form"], name="Yearly")
    onward(desk.post(address, first))
    late = desk.post(address, second)
    assert late.status_code == 409
    assert "Somebody changed" in text_of(late)
    assert "Yearly" in late.content.decode()  # what was typed stays
    assert MappingProfile.objects.get().name == "Monthly"
    assert desk.post(address, second | {"delete": "yes"}).status_code == 409
    version = str(MappingProfile.objects.get().version)
    onward(desk.post(address, {"delete": "yes", "version": version}))
    assert not MappingProfile.objects.exists()
    assert desk.get(address).status_code == 404


def test_a_name_that_is_taken_is_refused_and_one_that_changed_meanwhile_too(desk: Client) -> None:
    profile = kept(desk)
    columns = upload(desk, "Emp ID,Level\n1,2\n", "other.csv")
    page = desk.post(columns, filled(desk.get(columns).context["form"], save_as="weekly"))
    assert "is kept already" in text_of(page)
    assert RosterImport.objects.order_by("-pk").first().state == "uploaded"
    again = upload(desk, HR, "hr.csv")
    form = filled(desk.get(again).context["form"])
    MappingProfile.objects.filter(pk=profile.pk).update(version=9)
    assert "Somebody changed “Weekly”" in text_of(desk.post(again, form))


def test_a_kept_mapping_holds_nothing_of_anybody(desk: Client) -> None:
    kept(desk)
    assert "Ann" not in str(MappingProfile.objects.values().get())


def test_the_list_of_kept_mappings_asks_equally_often_for_two_and_two_hundred(
    desk: Client, northmoor: Northmoor, clock: MovableClock
) -> None:
    counts = []
    for many in (2, 200):
        for number in range(many):
            mapping = FileMapping({f"Number {number}": ColumnUse("person_id")})
            by = northmoor.users["coordinator"]
            save_profile(mapping, name=f"{many} {number}", by=by, now=clock())
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("mapping_profile_list")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
