"""The builder from its pages: every part, the summary before saving, handlers, readiness, and from scratch."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.models import RoleGrant
from viceversa.programmes.design_parts import Part
from viceversa.programmes.models import Cohort, Programme
from viceversa.programmes.playbooks import all_playbooks
from viceversa.programmes.self_assessment import QUESTIONS


@pytest.fixture
def ada(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def draft(northmoor: Northmoor, ada: Client, clock: MovableClock) -> Programme:
    """Begun from a playbook, as a coordinator does."""
    address = reverse("playbook", args=["shop-floor-to-boardroom"])
    page = ada.get(address)
    form = {name: str(value) for name, value in page.context["form"].initial.items() if value is not None}
    answer = ada.post(address, form | {"name": "Next", "key": page.context["key"]})
    return Programme.objects.get(public_id=answer["Location"].split("/")[2])


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def part_of(programme: Programme, part: str) -> str:
    return reverse("programme_part", args=[programme.public_id, part])


def typed_in(client: Client, address: str) -> dict[str, object]:
    """What the page's form holds, as a browser would send it."""
    page = client.get(address)
    form = {
        bound.html_name: bound.value()
        for bound in page.context["form"]
        if bound.value() is not None and bound.value() is not False
    }
    return form | {"seen": page.context["seen"]}


@pytest.mark.parametrize("book", [book.slug for book in all_playbooks()])
def test_every_playbook_brings_words_for_consent_limits_and_surveys(ada: Client, book: str) -> None:
    address = reverse("playbook", args=[book])
    page = ada.get(address)
    form = {name: str(value) for name, value in page.context["form"].initial.items() if value is not None}
    ada.post(address, form | {"name": f"From {book}", "key": page.context["key"]})
    made = Programme.objects.get(name=f"From {book}")
    assert "I can stop at any time" in made.consent_text
    assert next(one for one in all_playbooks() if one.slug == book).limits in made.limits_text
    assert set(made.survey_plan["baseline"]) <= set(made.survey_plan["end"]) - {"then_rating"}
    assert made.survey_plan["baseline"]


def all_of(draft: Programme) -> list[dict[str, object]]:
    """The programme and its cohorts, but for the mark that only tells kept figures apart."""
    programme = Programme.objects.filter(pk=draft.pk).values().get()
    return [{**programme, "figures_mark": ""}, *draft.cohorts.values()]


@pytest.mark.parametrize("part", [part.value for part in Part])
def test_a_part_saved_as_it_stands_changes_nothing(ada: Client, draft: Programme, part: str) -> None:
    before = all_of(draft)
    address = part_of(draft, part)
    assert ada.post(address, typed_in(ada, address)).status_code == 302
    assert all_of(draft) == before


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("purpose", {"purpose": "To hear it."}),
        ("dates", {"cohort_name": "Another"}),
        ("rhythm", {"title_1": "Another title"}),
        ("topics", {"topics_of_mentors": "Tills"}),
        ("consent", {"consent_text": "I agree."}),
        ("limits", {"limits_text": "Danger is told."}),
        ("surveys", {"plus_12": ["engagement"]}),
    ],
)
def test_two_coordinators_never_overwrite_each_others_part(
    ada: Client, draft: Programme, part: str, changed: dict[str, object]
) -> None:
    address = part_of(draft, part)
    mine, theirs = typed_in(ada, address), typed_in(ada, address)
    assert ada.post(address, theirs | changed).status_code == 302
    late = ada.post(address, mine)
    assert late.status_code == 409
    assert "Somebody else saved a change" in text_of(late)
    held = typed_in(ada, address)
    assert {name: held[name] for name in changed} == changed
    assert ada.post(address, mine | {"seen": late.context["seen"]}).status_code == 302


def test_the_summary_is_seen_before_it_is_saved(ada: Client, draft: Programme) -> None:
    address = part_of(draft, "purpose")
    typed = typed_in(ada, address) | {"mentee_word": "buyer", "look": "1"}
    page = ada.post(address, typed)
    assert page.status_code == 200
    assert "something that the buyer chooses" in text_of(page)
    assert "not saved yet" in text_of(page)
    draft.refresh_from_db()
    assert draft.mentee_word == "leader"
    typed.pop("look")
    assert ada.post(address, typed).status_code == 302


def test_a_summary_of_other_dates_leaves_the_cohort_as_it_was(ada: Client, draft: Programme) -> None:
    address = part_of(draft, "dates")
    typed = typed_in(ada, address) | {"kind": "always_on", "pair_months": "5", "look": "1"}
    assert "each pair runs for five months" in text_of(ada.post(address, typed))
    assert draft.cohorts.get().kind == Cohort.Kind.DATED


def test_meetings_are_left_out_moved_and_added_while_it_is_designed(ada: Client, draft: Programme) -> None:
    address = part_of(draft, "rhythm")
    typed = typed_in(ada, address)
    count = len(draft.meetings)
    typed |= {"drop_2": "on", "title_1": "Shadow a night shift", "new_title": "One more", "new_day": "3"}
    assert ada.post(address, typed).status_code == 302
    draft.refresh_from_db()
    assert [plan["number"] for plan in draft.meetings] == list(range(1, count + 1))
    assert [plan["title"] for plan in draft.meetings[:3]] == ["Compass", "One more", "Shadow a night shift"]
    days = [plan["day"] for plan in draft.meetings]
    assert days == sorted(days)
    for plan in draft.meetings:
        assert sum(item["minutes"] for item in plan["agenda"]) == plan["minutes"]


def test_a_launched_plan_keeps_its_places(northmoor: Northmoor, ada: Client) -> None:
    address = part_of(northmoor.programme, "rhythm")
    typed = typed_in(ada, address)
    page = text_of(ada.post(address, typed | {"new_title": "Too early", "new_day": "3"}))
    assert "keep the meetings in their order" in page
    assert ada.post(address, typed | {"drop_2": "on", "new_title": "After", "new_day": "400"}).status_code == 302
    northmoor.programme.refresh_from_db()
    assert northmoor.programme.meetings[-1]["title"] == "After"
    assert len(northmoor.programme.meetings) == 10


def test_what_is_wrong_with_meetings_is_said_all_at_once(ada: Client, draft: Programme) -> None:
    address = part_of(draft, "rhythm")
    typed = typed_in(ada, address) | {"title_0": "", "day_1": "soon", "meeting_minutes": "5", "new_title": "X"}
    page = text_of(ada.post(address, typed))
    for words in (
        "Enter a title for meeting 1",
        "Enter a day from 0 to 1200 for meeting 2",
        "Enter a number of minutes from 15 to 240",
        "Enter the day of the new meeting",
    ):
        assert words in page, words


def test_a_part_that_does_not_exist_is_not_there(ada: Client, draft: Programme) -> None:
    assert ada.get(part_of(draft, "nonsense")).status_code == 404


def test_handlers_are_named_from_inside_and_from_outside_and_taken_off(
    northmoor: Northmoor, ada: Client, draft: Programme
) -> None:
    address = reverse("programme_handlers", args=[draft.public_id])
    handler = northmoor.users["handler"]
    assert handler is not None
    key = ada.get(address).context["key"]
    assert "Choose who hears concerns" in text_of(ada.post(address, {"user-user": ""}))
    assert ada.post(address, {"user-user": handler.public_id}).status_code == 302
    outside = {
        "contact": "1",
        "key": key,
        "contact-name": "Helpline",
        "contact-reach": "0800 1",
        "contact-is_outside_hr": "on",
    }
    for _twice in range(2):
        assert ada.post(address, outside).status_code == 302
    assert draft.handlers.count() == 2
    assert "People can choose whom to turn to" in text_of(ada.get(address))
    wrong = text_of(ada.post(address, {"contact": "1", "key": "x", "contact-name": "", "contact-reach": ""}))
    assert "Enter a name, such as" in wrong
    assert "Enter a number, an address or a web page" in wrong
    for row in draft.handlers.all():
        ada.post(reverse("handler_remove", args=[draft.public_id, row.public_id]))
    assert "Nobody yet" in text_of(ada.get(address))


def test_it_is_said_whether_all_handlers_are_named_or_nobody_is_one(
    northmoor: Northmoor, ada: Client, draft: Programme
) -> None:
    address = reverse("programme_handlers", args=[draft.public_id])
    handler = northmoor.users["handler"]
    assert handler is not None
    ada.post(address, {"user-user": handler.public_id})
    assert "Everybody who holds the role of handler is named already." in text_of(ada.get(address))
    RoleGrant.objects.filter(role="handler").delete()
    page = text_of(ada.get(address))
    assert "Nobody in the organisation holds the role of handler yet." in page
    assert "is named already" not in page


def test_whole_hours_stand_without_a_point(ada: Client) -> None:
    for plan in all_playbooks():
        page = text_of(ada.get(reverse("playbook", args=[plan.slug])))
        hours = f"{plan.minutes_in_meetings / 60:.1f}".removesuffix(".0")
        assert f'<dd class="number">{hours}</dd><dd>in meetings' in page


def test_a_contact_from_outside_stands_outside_hr_unless_told_otherwise(ada: Client, draft: Programme) -> None:
    address = reverse("programme_handlers", args=[draft.public_id])
    shown = ada.get(address).context
    assert shown["contact"]["is_outside_hr"].value() is True
    assert not shown["choose"]["is_outside_hr"].value()


def test_what_only_people_know_leads_to_its_own_question(ada: Client, draft: Programme) -> None:
    page = text_of(ada.get(reverse("programme_readiness", args=[draft.public_id])))
    for code in QUESTIONS:
        assert (
            page.count(f'href="#id_{code}"')
            == page.count(f'<fieldset class="stack field" data-gap="2" id="id_{code}"')
            == 1
        )


def test_answers_about_readiness_are_kept_with_name_and_day(ada: Client, draft: Programme) -> None:
    address = reverse("programme_readiness", args=[draft.public_id])
    page = text_of(ada.get(address))
    assert "Nobody has answered this yet." not in page  # each question stands once, in the form
    assert all(page.count(str(one.advice)) == 1 for one in QUESTIONS.values())
    assert "Not yet:" in page
    ada.post(address, dict.fromkeys(QUESTIONS, "yes") | {"safety": "no"})
    page = text_of(ada.get(address))
    assert "Do not launch yet" in page
    assert "23 June 2026" in page
    assert page.count('value="yes" id=') == page.count('value="no" id=') == len(QUESTIONS)
    assert page.count(" checked>") == len(QUESTIONS)
    before_folds = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    assert "No. " in before_folds
    assert "Yes. " not in before_folds
    assert "things are well</summary>" in page
    assert page.count("Yes. ") == len(QUESTIONS) - 1
    launch = text_of(ada.get(reverse("programme_launch", args=[draft.public_id])))
    assert "It advises against launching now." in launch


def test_a_programme_begins_from_scratch(ada: Client) -> None:
    address = reverse("programme_scratch")
    page = ada.get(address)
    form = {name: str(value) for name, value in page.context["form"].initial.items() if value is not None}
    form |= {"name": "Own idea", "purpose": "", "meeting_count": "2", "key": page.context["key"]}
    wrong = text_of(ada.post(address, form))
    assert "Write what the programme is for" in wrong
    assert "Enter a number of meetings from 3 to 24" in wrong
    form |= {"purpose": "To listen.", "meeting_count": "7", "meeting_minutes": "45", "cadence_days": "14"}
    for _twice in range(2):
        answer = ada.post(address, form)
    made = Programme.objects.get(name="Own idea")
    assert answer["Location"] == reverse("programme_design", args=[made.public_id])
    assert [plan["title"] for plan in made.meetings][0::3] == ["Compass", "Halfway", "Close"]
    assert [plan["day"] for plan in made.meetings] == [14 * place for place in range(7)]
    for plan in made.meetings:
        assert sum(item["minutes"] for item in plan["agenda"]) == plan["minutes"] == 45
    assert "seven meetings of 45 minutes" in text_of(ada.get(answer["Location"]))


def test_the_builders_pages_ask_a_fixed_number_of_questions(
    northmoor: Northmoor, ada: Client, clock: MovableClock
) -> None:
    programme = northmoor.programme
    pages = {
        name: reverse(name, args=[programme.public_id])
        for name in ("programme_design", "programme_readiness", "programme_handlers", "programme_launch")
    }
    Programme.objects.filter(pk=programme.pk).update(state="draft")
    pages["part"] = part_of(programme, "purpose")

    def queries() -> dict[str, int]:
        counts = {}
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as captured:
                assert ada.get(address).status_code == 200
            counts[name] = len(captured)
        return counts

    programme.handlers.create(name="One", reach="1", added_at=clock())
    programme.handlers.create(user=northmoor.users["handler"], added_at=clock())
    few = queries()
    for number in range(30):
        programme.handlers.create(name=f"Line {number}", reach="1", added_at=clock())
        programme.objectives.create(title=f"Aim {number}", metric="Share")
    assert queries() == few
    assert max(few.values()) <= 15, few
