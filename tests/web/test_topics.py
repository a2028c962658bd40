"""The pages of the topic catalogue, of a programme's topics, and the question about own words."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.formats.topics import normal
from viceversa.people.models import Topic, TopicImport, TopicSynonym
from viceversa.people.topic_catalogue import fill_catalogue
from viceversa.programmes.models import Enrolment

BUDGET = 15


@pytest.fixture
def desk(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def filled(northmoor: Northmoor, clock: MovableClock) -> None:
    fill_catalogue(by=None, now=clock())


def page_of(client: Client, route: str, *args: str, **query: str) -> str:
    response = client.get(reverse(route, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def topic(name: str) -> Topic:
    return Topic.objects.get(key=normal(name))


def word(name: str, *people: object) -> Topic:
    made = Topic.objects.create(key=normal(name), name=name)
    for person in people:
        person.offers.create(topic=made, level=3)  # type: ignore[attr-defined]
    return made


def queries(client: Client, route: str, *args: str, **query: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        page_of(client, route, *args, **query)
    return len(seen)


def test_an_empty_catalogue_offers_the_one_that_comes_along(desk: Client) -> None:
    assert "Take them over" in page_of(desk, "topic_list")
    assert desk.post(reverse("topic_list")).status_code == 302
    assert "topics can be offered and wanted" in page_of(desk, "topic_list")


def test_the_list_finds_by_other_words_and_counts_who_offers_and_wants(
    desk: Client, northmoor: Northmoor, filled: None
) -> None:
    word("JS", northmoor.people["mentor"])
    northmoor.people["mentee"].wants.create(topic=topic("JavaScript"), priority=2)
    page = page_of(desk, "topic_list", q="ecma js")
    assert "No topic here says" in page
    page = page_of(desk, "topic_list", q="js")
    assert "JavaScript" in page
    assert re.findall(r'data-label="(?:Offered|Wanted) by">(\d+)<', page) == ["1", "1"]


def test_counts_of_a_programme_are_of_ones_own_programmes_alone(
    desk: Client, northmoor: Northmoor, filled: None
) -> None:
    video = topic("Short video")
    for persona in ("mentor", "other_mentor", "outsider"):
        northmoor.people[persona].offers.create(topic=video, level=3)

    def offered(among: str) -> list[str]:
        page = page_of(desk, "topic_list", q="Short video", among=among)
        return re.findall(r'data-label="Offered by">(\d+)<', page)

    assert offered("") == ["3"]
    assert offered(northmoor.programme.public_id) == ["1"]
    assert offered(northmoor.other_programme.public_id) == ["3"]  # not theirs: as if not asked


def test_a_topic_is_added_once_however_often_the_button_is_pressed(desk: Client) -> None:
    page = page_of(desk, "topic_new")
    sent = {"key": hidden(page, "key"), "name": "Beekeeping", "family": "Nature", "synonyms": "apiary\nbees"}
    for _ in range(2):
        assert desk.post(reverse("topic_new"), sent).status_code == 302
    assert Topic.objects.filter(key="beekeeping").count() == 1
    assert set(topic("beekeeping").synonyms.values_list("name", flat=True)) == {"apiary", "bees"}


def test_every_error_of_a_topic_is_told_and_what_was_typed_stays(desk: Client, filled: None) -> None:
    sent = {"name": "JS", "family": "", "synonyms": "Excel\nfree word"}
    page = desk.post(reverse("topic_new"), sent).content.decode()
    assert "<title>Error: " in page
    assert "Enter the family it belongs to" in page
    page = desk.post(reverse("topic_new"), sent | {"family": "Other"}).content.decode()
    assert "“JS” means “JavaScript” already" in page
    assert "“Excel” means “Spreadsheets” already" in page
    assert "free word" in page


def test_two_coordinators_cannot_overwrite_each_other(desk: Client, filled: None) -> None:
    held = topic("Short video")
    page = page_of(desk, "topic", held.public_id)
    sent = {"seen": hidden(page, "seen"), "name": "Short video", "family": "Film", "description": "", "synonyms": ""}
    assert desk.post(reverse("topic", args=[held.public_id]), sent).status_code == 302
    answer = desk.post(reverse("topic", args=[held.public_id]), sent | {"family": "Clips"})
    assert answer.status_code == 409
    assert "Somebody else saved a change" in answer.content.decode()
    assert 'value="Clips"' in answer.content.decode()
    held.refresh_from_db()
    assert held.family == "Film"


def test_two_topics_are_found_shown_and_merged(desk: Client, northmoor: Northmoor, filled: None) -> None:
    gone, stays = topic("Digital wallets"), topic("Mobile payments")
    northmoor.people["mentor"].offers.create(topic=gone, level=4)
    page = page_of(desk, "topic_merge", gone.public_id, q="apple pay")
    assert f"?into={stays.public_id}" in page
    assert "becomes a part of" in page_of(desk, "topic_merge", gone.public_id, into=stays.public_id)
    desk.post(reverse("topic_merge", args=[gone.public_id]), {"into": stays.public_id})
    assert northmoor.people["mentor"].offers.get().topic == stays
    assert desk.get(reverse("topic", args=[gone.public_id])).status_code == 404


def test_a_topic_is_retired_and_offered_again(desk: Client, filled: None) -> None:
    held = topic("Short video")
    desk.post(reverse("topic_retire", args=[held.public_id]))
    assert "is offered to nobody any more" in page_of(desk, "topic", held.public_id)
    assert ">Short video</a>" not in page_of(desk, "topic_list", q="short video")
    assert ">Short video</a>" in page_of(desk, "topic_list", q="short video", show="retired")
    desk.post(reverse("topic_retire", args=[held.public_id]), {"back": "yes"})
    assert topic("Short video").is_listed
    assert desk.get(reverse("topic_retire", args=[held.public_id])).status_code == 405


def test_a_word_gets_its_meaning_with_one_press(desk: Client, northmoor: Northmoor, filled: None) -> None:
    written = word("excell", northmoor.people["mentor"])
    page = page_of(desk, "topic_words")
    assert "1 word means no topic yet" in page
    assert f'value="{topic("Spreadsheets").public_id}"' in page
    address = reverse("topic_word", args=[written.public_id])
    assert desk.post(address, {"topic": topic("Spreadsheets").public_id}).status_code == 302
    assert TopicSynonym.objects.get(key="excell").topic == topic("Spreadsheets")
    assert "Every word means a topic" in page_of(desk, "topic_words")
    assert desk.post(address, {"topic": topic("Python").public_id}).status_code == 302  # too late, and told so
    assert TopicSynonym.objects.get(key="excell").topic == topic("Spreadsheets")


def test_a_word_near_nothing_is_found_a_meaning_or_becomes_a_topic(
    desk: Client, northmoor: Northmoor, filled: None
) -> None:
    written = word("thirty-second films", northmoor.people["mentor"])
    page = page_of(desk, "topic_word", written.public_id, q="tiktok")
    assert topic("Short video").public_id in page
    form = page_of(desk, "topic_new", name="thirty-second films", **{"from": "words"})
    assert 'value="thirty-second films"' in form
    sent = {"key": hidden(form, "key"), "name": "thirty-second films", "family": "Film"}
    answer = desk.post(reverse("topic_new") + "?from=words", sent)
    assert answer.headers["Location"] == reverse("topic_words")
    written.refresh_from_db()
    assert written.is_listed


def test_a_file_is_read_chosen_from_and_added(desk: Client, filled: None) -> None:
    file = SimpleUploadedFile("topics.csv", b"name,family\nBeekeeping,Nature\nHives,Nature\nPython,Code\n,Nature\n")
    answer = desk.post(reverse("topic_import_new"), {"file": file})
    batch = TopicImport.objects.get()
    assert answer.headers["Location"] == reverse("topic_import", args=[batch.public_id])
    page = page_of(desk, "topic_import", batch.public_id)
    assert "2 topics of 3 are chosen" in page
    assert "The topic has no name" in page
    assert "there already" in page_of(desk, "topic_import", batch.public_id, show="all")
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    address = reverse("topic_import", args=[batch.public_id])
    assert desk.post(address, {"do": "add", "shown": shown, "take": shown[:1], "family": "Bees"}).status_code == 302
    assert topic("Beekeeping").family == "Bees"
    assert not Topic.objects.filter(key="hives").exists()
    assert desk.get(address).status_code == 302


def test_adding_without_a_choice_adds_nothing_and_says_so(desk: Client) -> None:
    desk.post(reverse("topic_import_new"), {"file": SimpleUploadedFile("t.csv", b"name\nBeekeeping\n")})
    batch = TopicImport.objects.get()
    shown = list(batch.rows.values_list("pk", flat=True))
    answer = desk.post(reverse("topic_import", args=[batch.public_id]), {"do": "add", "shown": shown})
    assert "Choose at least one topic first" in answer.content.decode()
    assert not Topic.objects.filter(key="beekeeping").exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x01", b"a,b\n1,2\n", b"name\n"])
def test_a_file_without_topics_is_refused_in_words(desk: Client, content: bytes) -> None:
    page = desk.post(reverse("topic_import_new"), {"file": SimpleUploadedFile("t.csv", content)}).content.decode()
    assert "<title>Error: " in page
    assert not TopicImport.objects.exists()


def test_the_catalogue_goes_out_as_a_file(desk: Client, filled: None) -> None:
    answer = desk.get(reverse("topics_csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().startswith("name,family,synonyms,description\n")


def test_a_programmes_topics_are_chosen_from_the_catalogue(desk: Client, northmoor: Northmoor, filled: None) -> None:
    here = northmoor.programme
    page = page_of(desk, "programme_topics", here.public_id, q="python")
    sent = {"seen": hidden(page, "seen"), "keep_0": "out", f"add_{topic('Python').public_id}": "mentor"}
    address = reverse("programme_topics", args=[here.public_id])
    assert desk.post(address, sent).status_code == 302
    here.refresh_from_db()
    assert here.topics == [{"name": "Python", "family": "Digital tools", "side": "mentor"}]
    assert desk.post(address, sent).status_code == 409
    assert reverse("programme_topics", args=[here.public_id]) in page_of(desk, "programme_design", here.public_id)


def test_too_many_topics_are_refused(desk: Client, northmoor: Northmoor, filled: None) -> None:
    here = northmoor.programme
    page = page_of(desk, "programme_topics", here.public_id)
    many = {
        f"add_{public_id}": "mentor" for public_id in Topic.objects.listed().values_list("public_id", flat=True)[:45]
    }
    page = desk.post(
        reverse("programme_topics", args=[here.public_id]), {"seen": hidden(page, "seen")} | many
    ).content.decode()
    assert "Keep up to 40 topics for a side" in page
    here.refresh_from_db()
    assert len(here.topics) == 1


# Enrolment: own words ---------------------------------------------------------------------------------------


@pytest.fixture
def own(northmoor: Northmoor, client: Client, filled: None) -> tuple[Client, Enrolment]:
    held = northmoor.enrolments["mentee"]
    held.state = Enrolment.State.DRAFT
    held.save()
    return northmoor.sign_in(client, "mentee"), held


def write(client: Client, held: Enrolment, words: str, *, then: str = "on") -> str:
    address = reverse("enrolment_step", args=[held.public_id, "learn"])
    seen = hidden(client.get(address).content.decode(), "seen")
    sent = {"seen": seen, "own_1": words, "own_1_level": "3", "hope": "", "then": then}
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def wanted(held: Enrolment) -> list[str]:
    return list(held.person.wants.values_list("topic__name", flat=True))


@pytest.mark.parametrize(
    ("words", "meant"), [("excell", "Spreadsheets"), ("tiktok ads", "Advertising on social media")]
)
def test_own_words_near_a_topic_are_asked_about_once_they_are_saved(
    own: tuple[Client, Enrolment], words: str, meant: str
) -> None:
    client, held = own
    address = write(client, held, words)
    assert reverse("enrolment_words", args=[held.public_id]) in address
    assert normal(words) not in address  # no words in addresses
    assert wanted(held) == [words]
    page = client.get(address).content.decode()
    assert "Did you mean one of these?" in page
    public_id = topic(meant).public_id
    answer = client.post(address, {"word": hidden(page, "word"), "topic": public_id})
    assert answer.headers["Location"] == reverse("enrolment_step", args=[held.public_id, "today"])
    assert wanted(held) == [meant]
    assert not Topic.objects.filter(key=normal(words)).exists()


def test_own_words_may_stay(own: tuple[Client, Enrolment]) -> None:
    client, held = own
    address = write(client, held, "excell", then="later")
    page = client.get(address).content.decode()
    answer = client.post(address, {"word": hidden(page, "word"), "topic": ""})
    assert answer.headers["Location"] == reverse("home")
    assert wanted(held) == ["excell"]


@pytest.mark.parametrize("words", ["quilting", "Python", "python"])
def test_words_near_nothing_and_names_of_topics_are_not_asked_about(own: tuple[Client, Enrolment], words: str) -> None:
    client, held = own
    assert write(client, held, words) == reverse("enrolment_step", args=[held.public_id, "today"])
    assert [normal(name) for name in wanted(held)] == [normal(words)]


def test_nobody_is_asked_about_somebody_elses_words(own: tuple[Client, Enrolment], northmoor: Northmoor) -> None:
    client, held = own
    theirs = word("excell", northmoor.people["other_mentor"])
    address = reverse("enrolment_words", args=[held.public_id]) + f"?step=learn&then=on&of={theirs.public_id}"
    assert client.get(address).status_code == 302
    client.post(address, {"word": theirs.public_id, "topic": topic("Python").public_id})
    assert northmoor.people["other_mentor"].offers.get().topic == theirs


def test_enrolment_shows_the_catalogues_names_and_nothing_that_is_retired(
    own: tuple[Client, Enrolment], northmoor: Northmoor
) -> None:
    client, held = own
    northmoor.programme.topics = [
        {"name": "JS", "family": "tool", "side": "mentor"},
        {"name": "Short video", "family": "tool", "side": "mentor"},
    ]
    northmoor.programme.save()
    Topic.objects.filter(key="short video").update(standing=Topic.Standing.RETIRED)
    page = client.get(reverse("enrolment_step", args=[held.public_id, "learn"])).content.decode()
    assert ">JavaScript</b>" in page
    assert ">JS</b>" not in page
    assert "Short video" not in page
    assert '<option value="Python">' in page


# Query budgets ----------------------------------------------------------------------------------------------


def test_the_pages_ask_the_same_number_of_questions_whatever_there_is(
    desk: Client, northmoor: Northmoor, clock: MovableClock
) -> None:
    Topic.objects.create(key="one", name="One", family="F", standing=Topic.Standing.LISTED)
    TopicSynonym.objects.create(topic=Topic.objects.get(), key="uno", name="uno")
    word("uno", northmoor.people["mentor"])
    word("onne", northmoor.people["mentor"])
    desk.post(reverse("topic_import_new"), {"file": SimpleUploadedFile("t.csv", b"name,family\nBees,F\n")})
    batch = TopicImport.objects.get().public_id
    routes = [
        ("topic_list",),
        ("topic_words",),
        ("topic_import", batch),
        ("programme_topics", northmoor.programme.public_id),
        ("topic", Topic.objects.get(key="one").public_id),
    ]
    few = [queries(desk, *route) for route in routes]
    _plenty(TopicImport.objects.get())
    many = [queries(desk, *route) for route in routes]
    assert few == many
    assert max(many) <= BUDGET, many


def _plenty(batch: TopicImport) -> None:
    """Three hundred topics with words of people, three hundred unknown words, a file of a thousand."""
    person = make_person("many", "Una", "Vale")
    topics = Topic.objects.bulk_create(
        Topic(key=f"topic {n}", name=f"Topic {n}", family=f"F{n % 9}", standing=Topic.Standing.LISTED)
        for n in range(300)
    )
    TopicSynonym.objects.bulk_create(
        TopicSynonym(topic=one, key=f"word {n}", name=f"word {n}") for n, one in enumerate(topics)
    )
    words = Topic.objects.bulk_create(Topic(key=f"word {n}", name=f"word {n}") for n in range(600))
    for one in words:
        person.offers.create(topic=one, level=2)
    batch.rows.bulk_create(
        type(batch.rows.get())(batch=batch, line=n + 10, key=f"row {n}", name=f"row {n}", family=f"F{n % 9}")
        for n in range(1_000)
    )
