"""Being looked at, looking at others, naming whom one would like, a pause: each its own person's, and nobody else's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.accounts.keys.store import destroy_key
from viceversa.programmes.enrol import withdraw_enrolment
from viceversa.programmes.favourites import own_favourites
from viceversa.programmes.models import Enrolment, Favourites, ShownProfile
from viceversa.programmes.pausing import pause_of


@pytest.fixture
def leader(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "mentee")


def address(route: str, northmoor: Northmoor, persona: str = "mentee") -> str:
    return reverse(route, args=[northmoor.enrolments[persona].public_id])


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def shown(northmoor: Northmoor, clock: MovableClock, *numbers: int) -> list[Enrolment]:
    made = [pools.mentor(northmoor.cohort, n, offers={"Short video": 4}, now=clock()) for n in numbers]
    for enrolment in made:
        ShownProfile.objects.create(enrolment=enrolment, sentence=f"I am number {enrolment.pk}", shown_at=clock())
    return made


def mark(leader: Client, northmoor: Northmoor, enrolment: Enrolment, word: str = "add") -> object:
    here = address("enrolment_browse", northmoor)
    return leader.post(here, {word: enrolment.public_id, "seen": leader.get(here).context["seen"]})


def test_nobody_is_looked_at_before_they_agree_and_nobody_after_they_take_it_back(
    northmoor: Northmoor, leader: Client
) -> None:
    here = address("enrolment_browse", northmoor)
    assert "Priya" not in text_of(leader.get(here))
    own = Client()
    northmoor.sign_in(own, "mentor")
    page = address("enrolment_shown", northmoor, "mentor")
    own.post(page, {"sentence": "Ask me about nights.", "seen": own.get(page).context["seen"], "word": "show"})
    text = text_of(leader.get(here))
    assert "Priya Raman" in text
    assert "Ask me about nights." in text
    own.post(page, {"word": "hide"})
    assert "Priya" not in text_of(leader.get(here))
    row = ShownProfile.objects.get()
    assert (row.sentence, row.withdrawn_at is None) == ("", False)


def test_a_profile_shows_what_was_agreed_to_and_nothing_else(
    northmoor: Northmoor, leader: Client, clock: MovableClock
) -> None:
    [one] = shown(northmoor, clock, 1)
    one.person.location, one.person.email = "Locationcanary", "mailcanary@northmoor.example"
    one.person.job_title, one.person.grade = "Titlecanary", 2
    one.person.save()
    one.hope = "Hopecanary"
    one.save()
    page = text_of(leader.get(address("enrolment_browse", northmoor)))
    assert "Short video" in page
    assert "canary" not in page


def test_only_the_other_side_of_ones_own_cohort_is_seen(
    northmoor: Northmoor, leader: Client, clock: MovableClock
) -> None:
    for persona in ("same_programme_mentee", "other_mentor"):
        ShownProfile.objects.create(enrolment=northmoor.enrolments[persona], shown_at=clock())
    assert leader.get(address("enrolment_browse", northmoor)).context["cards"] == []


def test_whoever_withdraws_is_not_looked_at_any_more(northmoor: Northmoor, leader: Client, clock: MovableClock) -> None:
    [one] = shown(northmoor, clock, 1)
    assert one.person.user is not None
    withdraw_enrolment(one, by=one.person.user, now=clock())
    assert leader.get(address("enrolment_browse", northmoor)).context["cards"] == []
    assert not ShownProfile.objects.filter(withdrawn_at=None).exists()


def test_profiles_are_searched_by_word_and_by_topic(northmoor: Northmoor, leader: Client, clock: MovableClock) -> None:
    first, second = shown(northmoor, clock, 1, 2)
    second.person.offers.create(topic=pools.topic("Prompting"), level=3)
    here = address("enrolment_browse", northmoor)

    def found(**query: str) -> list[str]:
        return [card["key"] for card in leader.get(here, query).context["cards"]]

    assert found(words="j2") == [second.public_id]
    assert found(topic="prompting") == [second.public_id]
    assert found(words=f"number {first.pk}") == [first.public_id]
    assert found(words="%") == []


def test_favourites_are_named_put_in_order_and_taken_out_without_a_script(
    northmoor: Northmoor, leader: Client, clock: MovableClock
) -> None:
    one, two = shown(northmoor, clock, 1, 2)
    mark(leader, northmoor, one)
    mark(leader, northmoor, two)
    here = address("enrolment_favourites", northmoor)
    leader.post(here, {"up": "2", "seen": leader.get(here).context["seen"]})
    mentee = northmoor.enrolments["mentee"]
    assert own_favourites(mentee) == ("j002", "j001")
    leader.post(here, {"remove": "1", "seen": leader.get(here).context["seen"]})
    assert own_favourites(mentee) == ("j001",)
    mark(leader, northmoor, one, "remove")
    assert not Favourites.objects.exists()


def test_more_than_count_are_refused_and_an_old_page_overwrites_nothing(
    northmoor: Northmoor, leader: Client, clock: MovableClock
) -> None:
    made = shown(northmoor, clock, 1, 2, 3, 4)
    here = address("enrolment_browse", northmoor)
    old = leader.get(here).context["seen"]
    for enrolment in made[:3]:
        assert mark(leader, northmoor, enrolment).status_code == 302  # type: ignore[attr-defined]
    assert mark(leader, northmoor, made[3]).status_code == 409  # type: ignore[attr-defined]
    assert leader.post(here, {"remove": made[0].public_id, "seen": old}).status_code == 409
    assert own_favourites(northmoor.enrolments["mentee"]) == ("j001", "j002", "j003")


def test_whoever_shows_no_profile_can_neither_be_named_nor_be_recognised_on_the_list(
    northmoor: Northmoor, leader: Client, clock: MovableClock
) -> None:
    [one] = shown(northmoor, clock, 1)
    mark(leader, northmoor, one)
    ShownProfile.objects.update(withdrawn_at=clock())
    page = text_of(leader.get(address("enrolment_favourites", northmoor)))
    assert "Somebody who no longer shows their profile" in page
    assert "J1" not in page
    mark(leader, northmoor, northmoor.enrolments["mentor"])
    assert own_favourites(northmoor.enrolments["mentee"]) == ("j001",)


def test_without_the_keys_favourites_stay_closed(northmoor: Northmoor, leader: Client, clock: MovableClock) -> None:
    mark(leader, northmoor, shown(northmoor, clock, 1)[0])
    destroy_key(northmoor.people["mentee"].public_id)
    for route in ("enrolment_browse", "enrolment_favourites"):
        assert leader.get(address(route, northmoor)).status_code == 503


def test_a_pause_is_taken_changed_and_ended_at_once(northmoor: Northmoor, leader: Client, clock: MovableClock) -> None:
    here, today = address("enrolment_pause", northmoor), clock().date()

    def pause(begin: str, end: str, seen: str = "") -> object:
        said = {"from_on": begin, "until_on": end, "seen": seen or leader.get(here).context["seen"]}
        return leader.post(here, said)

    old = leader.get(here).context["seen"]
    assert pause("2026-06-23", "2026-07-10").status_code == 302  # type: ignore[attr-defined]
    assert "You have paused until 10 July 2026" in text_of(leader.get(here))
    assert pause("2026-06-23", "2026-07-12", old).status_code == 409  # type: ignore[attr-defined]
    assert "not over yet" in text_of(pause("2026-06-01", "2026-06-02"))
    assert "not before the first" in text_of(pause("2026-07-09", "2026-07-01"))
    leader.post(here, {"word": "resume"})
    assert pause_of(northmoor.enrolments["mentee"], on=today) is None


def test_nobody_else_reads_or_changes_any_of_it(northmoor: Northmoor, client: Client) -> None:
    routes = ("enrolment_browse", "enrolment_favourites", "enrolment_shown", "enrolment_pause")
    for persona, status in (("coordinator", 403), ("sponsor", 403), ("mentor", 404), ("other_mentee", 404)):
        northmoor.sign_in(client, persona)
        for route in routes:
            assert client.get(address(route, northmoor)).status_code == status, (persona, route)


def test_browsing_asks_as_few_questions_for_many_as_for_few(
    northmoor: Northmoor, leader: Client, clock: MovableClock
) -> None:
    def queries(route: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(address(route, northmoor)).status_code == 200
        return len(captured)

    for one in shown(northmoor, clock, 1, 2):
        mark(leader, northmoor, one)
    few = [queries("enrolment_browse"), queries("enrolment_favourites")]
    shown(northmoor, clock, *range(3, 40))
    assert [queries("enrolment_browse"), queries("enrolment_favourites")] == few
    assert max(few) <= 15
