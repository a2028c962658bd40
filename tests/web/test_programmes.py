"""The pages of a programme: playbooks, design, objectives, rules, launch."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.models import RoleGrant
from viceversa.programmes.design_words import number_word
from viceversa.programmes.models import Cohort, Objective, Programme
from viceversa.programmes.playbooks import all_playbooks

DATES = {"cohort_name": "Autumn 2026", "starts_on": "2026-09-07", "ends_on": "2027-05-31"}


@pytest.fixture
def ada(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def a_draft(northmoor: Northmoor, clock: MovableClock, number: int = 1) -> Programme:
    ada = northmoor.users["coordinator"]
    made = Programme.objects.create(
        name=f"Draft {number}", playbook="empower", purpose="Listen.", made_at=clock(), topics=[]
    )
    days = clock().date()
    Cohort.objects.create(programme=made, name="Next", starts_on=days, ends_on=days + timedelta(days=200))
    RoleGrant.objects.create(user=ada, role="coordinator", scope=made.public_id, granted_at=clock())
    return made


def test_the_gallery_leads_to_every_playbook_and_each_is_written_out(ada: Client) -> None:
    gallery = text_of(ada.get(reverse("playbook_list")))
    for plan in all_playbooks():
        assert reverse("playbook", args=[plan.slug]) in gallery
        page = ada.get(reverse("playbook", args=[plan.slug]))
        assert page.status_code == 200
        for meeting in plan.meetings:
            for item in meeting.agenda:
                assert item.title.split("&")[0].split("’")[0].split("'")[0] in text_of(page)


def test_an_unknown_playbook_is_not_there(ada: Client) -> None:
    assert ada.get("/programmes/playbooks/no-such-plan/").status_code == 404


def test_a_programme_begun_twice_from_one_page_is_one_programme(ada: Client) -> None:
    address = reverse("playbook", args=["empower"])
    key = hidden(text_of(ada.get(address)), "key")
    form = {"name": "Autumn voices", "key": key, **DATES}
    first, second = ada.post(address, form), ada.post(address, form)
    programme = Programme.objects.get(name="Autumn voices")
    assert first.url == second.url == reverse("programme_design", args=[programme.public_id])  # type: ignore[attr-defined]
    assert ada.get(first.url).status_code == 200  # type: ignore[attr-defined]


def test_what_is_wrong_with_a_beginning_is_said_all_at_once_and_kept(ada: Client) -> None:
    address = reverse("playbook", args=["empower"])
    form = {"name": "", "cohort_name": "Kept <words>", "starts_on": "2026-09-07", "ends_on": "2026-09-01"}
    page = text_of(ada.post(address, form))
    assert "<title>Error: Empower" in page
    assert page.count("Enter a name for the programme") == 2
    assert page.count("Enter a last day after the first day, 7 September 2026") == 2
    assert "Kept &lt;words&gt;" in page
    assert not Programme.objects.filter(cohorts__name="Kept <words>").exists()


def test_the_design_says_what_is_missing_before_the_launch(
    northmoor: Northmoor, ada: Client, clock: MovableClock
) -> None:
    draft = a_draft(northmoor, clock)
    Objective.objects.create(programme=draft, title="More said", metric="Share", baseline=1, target=2)
    page = text_of(ada.get(reverse("programme_design", args=[draft.public_id])))
    assert "Missing: who answers for it" in page
    assert "parts are still open." in page


def test_the_launch_refuses_and_says_which_part_of_which_objective(
    northmoor: Northmoor, ada: Client, clock: MovableClock
) -> None:
    draft = a_draft(northmoor, clock)
    Objective.objects.create(programme=draft, title="More said", metric="Share", target=2, owner="Ruth")
    address = reverse("programme_launch", args=[draft.public_id])
    looked = text_of(ada.get(address))
    assert "cannot be launched yet" in looked
    assert "Launch the programme" not in looked
    refused = ada.post(address)
    assert refused.status_code == 409
    assert "Missing: today’s number" in text_of(refused)
    draft.refresh_from_db()
    assert draft.state == Programme.State.DRAFT


def test_a_launch_against_the_advice_of_the_check_needs_a_written_word(
    northmoor: Northmoor, ada: Client, clock: MovableClock
) -> None:
    draft = a_draft(northmoor, clock)
    add = reverse("objective_new", args=[draft.public_id])
    key = hidden(text_of(ada.get(add)), "key")
    whole = {"title": "More said", "metric": "Share", "unit": "%", "baseline": "0", "target": "7.5", "owner": "Ruth"}
    for _twice in range(2):
        ada.post(add, {**whole, "key": key})
    assert draft.objectives.count() == 1
    address = reverse("programme_launch", args=[draft.public_id])
    assert "Launch all the same" in text_of(ada.get(address))
    refused = ada.post(address, {"acknowledgement": " "})
    assert "Write why you launch it though the check says not yet" in text_of(refused)
    draft.refresh_from_db()
    assert draft.state == Programme.State.DRAFT
    why = {"acknowledgement": "Handlers are named next week."}
    assert ada.post(address, why).url == reverse("invite", args=[draft.public_id])  # type: ignore[attr-defined]
    draft.refresh_from_db()
    assert draft.is_launched
    assert "Handlers are named next week." in text_of(ada.get(reverse("programme_readiness", args=[draft.public_id])))


def test_an_objective_of_another_programme_is_not_there(northmoor: Northmoor, ada: Client) -> None:
    foreign = northmoor.other_programme.objectives.get()
    here = northmoor.programme.public_id
    assert ada.get(reverse("objective", args=[here, foreign.public_id])).status_code == 404
    assert ada.post(reverse("objective_remove", args=[here, foreign.public_id])).status_code == 404
    assert Objective.objects.filter(pk=foreign.pk).exists()


def test_the_last_objective_of_a_launched_programme_stays(northmoor: Northmoor, ada: Client) -> None:
    only = northmoor.programme.objectives.get()
    address = reverse("objective_remove", args=[northmoor.programme.public_id, only.public_id])
    assert ada.get(address).status_code == 405
    page = text_of(ada.post(address, follow=True))
    assert "last complete objective" in page
    assert northmoor.programme.objectives.count() == 1


def test_two_coordinators_do_not_overwrite_each_other(northmoor: Northmoor, ada: Client) -> None:
    only = northmoor.programme.objectives.get()
    address = reverse("objective", args=[northmoor.programme.public_id, only.public_id])
    seen = hidden(text_of(ada.get(address)), "seen")
    form = {"title": only.title, "metric": only.metric, "baseline": "40", "target": "60", "owner": "Ruth"}
    assert ada.post(address, {**form, "owner": "Omar Said", "seen": seen}).status_code == 302
    late = ada.post(address, {**form, "owner": "Mine & yours", "seen": seen})
    assert late.status_code == 409
    assert "Mine &amp; yours" in text_of(late)
    only.refresh_from_db()
    assert only.owner == "Omar Said"
    fresh = hidden(text_of(late), "seen")
    assert ada.post(address, {**form, "owner": "Mine & yours", "seen": fresh}).status_code == 302


def test_the_design_is_changed_part_by_part(northmoor: Northmoor, ada: Client) -> None:
    here = northmoor.programme.public_id

    def save(part: str, **typed: str) -> None:
        address = reverse("programme_part", args=[here, part])
        page = ada.get(address)
        form = {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() is not None}
        assert ada.post(address, {**form, **typed, "seen": page.context["seen"]}).status_code == 302, part

    save("purpose", purpose="Hear it.", mentee_word="executive")
    save("rhythm", meeting_minutes="45", cadence_days="14")
    save("topics", topics_of_mentors="Shop floors\n\nshop FLOORS \nReturns", topics_of_mentees="")
    save("dates", **DATES)
    programme = Programme.objects.get(pk=northmoor.programme.pk)
    assert [topic["name"] for topic in programme.topics] == ["Shop floors", "Returns"]
    page = text_of(ada.get(reverse("programme_design", args=[here])))
    plan = f"{number_word(len(programme.meetings))} meetings of 45 minutes over"
    assert f"In {plan}" in page
    assert "every two weeks" not in page
    assert "executive" in page
    for meeting in programme.meetings:
        assert meeting["minutes"] == sum(item["minutes"] for item in meeting["agenda"]) == 45


def test_rules_out_of_range_are_named_all_at_once(northmoor: Northmoor, ada: Client) -> None:
    address = reverse("programme_rules", args=[northmoor.programme.public_id])
    form = {"grade_gap_min": "two", "reporting_line": "any", "overlap_hours_min": "25", "teach_level_min": "6"}
    form |= {"score_min": "nan", "objective": "coverage", "complementarity": "-1"}
    page = text_of(ada.post(address, form))
    for words in (
        "Enter a whole number of grades from -20 to 20",
        "Enter a number of hours from 0 to 24",
        "Enter a whole level from 1 to 5",
        "Enter a score from 0 to 1",
        "Enter a weight from 0 to 100",
    ):
        assert page.count(words) >= 2, words


def test_rules_are_saved_in_the_policys_own_shape(northmoor: Northmoor, ada: Client) -> None:
    from viceversa.matching.policy import Policy

    Programme.objects.filter(pk=northmoor.programme.pk).update(
        policy={"rules": {"reference_date": "2026-03-02"}, "options": {"synonyms": {"js": "javascript"}}}
    )
    address = reverse("programme_rules", args=[northmoor.programme.public_id])
    page = text_of(ada.get(address))
    weights = {"interests": "1", "preference": "0", "difference": "0", "style": "0", "reciprocity": "0"}
    form = {"grade_gap_min": "3", "reporting_line": "2", "overlap_hours_min": "1.5", "teach_level_min": "4"}
    form |= {"score_min": "0.1", "objective": "quality", "difference_on": "location", "must_teach": "on"}
    form |= weights | {"complementarity": "2", "overlap": "0", "seen": hidden(page, "seen")}
    assert ada.post(address, form).status_code == 302
    policy = Policy.from_dict(Programme.objects.get(pk=northmoor.programme.pk).policy)
    assert (policy.rules.grade_gap_min, policy.rules.reporting_line) == (3, 2)
    assert (policy.rules.common_language, policy.rules.must_teach) == (False, True)
    assert policy.rules.reference_date.isoformat() == "2026-03-02"
    assert policy.weights["complementarity"] == 2
    assert (policy.options.objective, policy.options.difference_on) == ("quality", ("location",))
    assert policy.options.synonyms == {"js": "javascript"}


def test_weights_may_not_all_be_nothing(northmoor: Northmoor, ada: Client) -> None:
    names = ("complementarity", "interests", "preference", "difference", "style", "reciprocity", "overlap")
    form = dict.fromkeys(names, "0") | {"grade_gap_min": "2", "reporting_line": "any", "objective": "coverage"}
    form |= {"overlap_hours_min": "2", "teach_level_min": "3", "score_min": "0"}
    page = text_of(ada.post(reverse("programme_rules", args=[northmoor.programme.public_id]), form))
    assert "Give at least one weight more than 0" in page


def test_a_depth_from_a_policy_file_stays_choosable(northmoor: Northmoor, ada: Client) -> None:
    Programme.objects.filter(pk=northmoor.programme.pk).update(policy={"rules": {"reporting_line": 7}})
    page = text_of(ada.get(reverse("programme_rules", args=[northmoor.programme.public_id])))
    assert "Up to 7 levels apart is not allowed" in page


def test_everybody_sees_the_programmes_they_have_to_do_with(northmoor: Northmoor, client: Client) -> None:
    def seen_by(persona: str) -> str:
        return text_of(northmoor.sign_in(client, persona).get(reverse("programme_list")))

    assert "You coordinate it." in seen_by("coordinator")
    assert "Other Voices" not in seen_by("coordinator")
    assert "You sponsor it." in seen_by("sponsor")
    assert "You take part." in seen_by("mentor")
    assert "No programme yet" in seen_by("outsider")


def test_pages_ask_the_same_few_questions_for_two_rows_and_two_hundred(
    northmoor: Northmoor, ada: Client, clock: MovableClock
) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ada.get(address).status_code == 200
        return len(captured)

    pages = [reverse("programme_list"), reverse("programme_design", args=[northmoor.programme.public_id])]
    a_draft(northmoor, clock, 0)
    few = [queries(page) for page in pages]
    for number in range(1, 100):
        a_draft(northmoor, clock, number)
        Objective.objects.create(programme=northmoor.programme, title=f"Aim {number}", metric="Share")
    assert [queries(page) for page in pages] == few
    assert max(few) <= 15


@pytest.mark.parametrize(("kept", "shown"), [("48.00", "48"), ("0.00", "0"), ("10.20", "10.2"), ("1200.00", "1200")])
def test_a_number_of_an_objective_stands_in_its_field_as_people_write_it(
    northmoor: Northmoor, ada: Client, kept: str, shown: str
) -> None:
    objective = northmoor.programme.objectives.first()
    objective.baseline = Decimal(kept)
    objective.save()
    page = ada.get(reverse("objective", args=[northmoor.programme.public_id, objective.public_id]))
    assert f'name="baseline" value="{shown}"' in page.content.decode()
