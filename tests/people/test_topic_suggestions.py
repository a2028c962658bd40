"""What somebody may mean by their own words."""

import pytest

from viceversa.people.models import Topic
from viceversa.people.topic_catalogue import fill_catalogue
from viceversa.people.topic_suggestions import Suggester, one_slip_apart


@pytest.fixture
def filled(northmoor, clock):
    fill_catalogue(by=None, now=clock())


def nearest(*words):
    return {word: [one.name for one in found] for word, found in Suggester(words).nearest(words).items()}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("excell", "Spreadsheets"),
        ("exel", "Spreadsheets"),
        ("chat gpt", "AI assistants"),
        ("ChatGTP", "AI assistants"),
        ("tiktok ads", "Advertising on social media"),
        ("Nachhaltigkeit", "Sustainability in our business"),
        ("js", "JavaScript"),
        ("negotiatng", "Negotiating"),
        ("Pyhton", "Python"),
        ("Block-Chain", "How a distributed ledger works"),
        ("public  speeking", "Speaking in public"),
    ],
)
def test_the_first_suggestion_is_what_was_meant(filled, written, meant):
    assert nearest(written)[written][0] == meant


@pytest.mark.parametrize("written", ["quilting", "", "!!!", "💚", "zzzzzz"])
def test_words_that_are_near_nothing_get_no_suggestion(filled, written):
    assert nearest(written)[written] == []


def test_the_same_words_get_the_same_answer(filled):
    assert nearest("data", "market") == nearest("market", "data")
    assert len(nearest("data")["data"]) <= 3


def test_a_retired_topic_is_not_suggested(filled):
    Topic.objects.filter(name="Spreadsheets").update(standing=Topic.Standing.RETIRED)
    assert "Spreadsheets" not in nearest("excell")["excell"]


@pytest.mark.parametrize(
    ("written", "meant"), [("excell", "Spreadsheets"), ("tiktok ads", "Advertising on social media")]
)
def test_a_large_catalogue_is_narrowed_first_and_finds_the_same(filled, written, meant):
    near = Suggester([written], narrow_above=10).nearest([written])[written]
    assert near[0].name == meant


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("excel", "excell", True),
        ("excel", "exel", True),
        ("excel", "excle", True),
        ("excel", "axcel", True),
        ("excel", "excel", True),
        ("excel", "exce", True),
        ("excel", "ecxle", False),
        ("excel", "ex", False),
        ("abcd", "acbe", False),
        ("", "a", True),
    ],
)
def test_one_slip_of_the_finger(one, other, near):
    assert one_slip_apart(one, other) is near
    assert one_slip_apart(other, one) is near


def test_the_number_of_queries_does_not_grow_with_the_words(filled, django_assert_num_queries):
    few, many = ["excell"], [f"excell {n}" for n in range(20)] + ["negotiatng"]
    for words in (few, many):
        with django_assert_num_queries(4):
            Suggester(words).nearest(words)
