"""The catalogue of topics: what a coordinator does to it, and what becomes of people's lists."""

from dataclasses import asdict

import pytest

from tests.personas import make_person
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.models import Event
from viceversa.formats.topics import normal
from viceversa.people import topics as actions
from viceversa.people.models import Person, Topic, TopicSynonym
from viceversa.people.topic_catalogue import (
    TopicWish,
    catalogue,
    catalogue_counts,
    catalogue_csv,
    count_own_words,
    fill_catalogue,
    held_counts,
    matching_synonyms,
    meanings,
    own_words,
)
from viceversa.people.topics import TopicContent


def content(name, *synonyms, family="Digital tools", description=""):
    return TopicContent(name, family, description, synonyms)


@pytest.fixture
def coordinator(northmoor):
    return northmoor.users["coordinator"]


@pytest.fixture
def make(coordinator, clock):
    def add(name, *synonyms, **more):
        public_id = f"topic{Topic.objects.count():03}"
        return actions.add_topic(content(name, *synonyms, **more), by=coordinator, now=clock(), public_id=public_id)

    return add


def words(name):
    return Topic.objects.create(key=normal(name), name=name)


def seen(topic):
    return fingerprint(asdict(actions.content_of(topic)))


def test_own_words_become_the_topic_of_their_name(make):
    written = words("javascript")
    person = make_person("p1", "Una", "Vale")
    person.offers.create(topic=written, level=4)
    topic = make("JavaScript", "JS")
    assert topic.pk == written.pk
    assert person.offers.get().topic.name == "JavaScript"
    assert topic.is_listed


def test_the_same_form_sent_twice_adds_one_topic(coordinator, clock):
    for _ in range(2):
        actions.add_topic(content("JavaScript"), by=coordinator, now=clock(), public_id="once")
    assert Topic.objects.filter(name="JavaScript").count() == 1


def test_every_word_that_is_taken_is_told(make):
    make("JavaScript", "JS", "ECMAScript")
    with pytest.raises(actions.WordsTaken) as refusal:
        make("js", "javascript", "ecmascript", "free")
    assert {(one.word, one.topic, one.is_name) for one in refusal.value.taken} == {
        ("js", "JavaScript", True),
        ("javascript", "JavaScript", False),
        ("ecmascript", "JavaScript", False),
    }
    assert not Topic.objects.filter(key="js").exists()


def test_a_name_that_is_given_up_becomes_a_synonym(make, coordinator, clock):
    topic = make("Short film", "clips")
    new = content("Short video", "clips", "short video")
    actions.change_topic(topic, content=new, seen=seen(topic), by=coordinator, now=clock())
    topic.refresh_from_db()
    assert (topic.key, topic.name) == ("short video", "Short video")
    assert set(topic.synonyms.values_list("key", flat=True)) == {"clips", "short film"}


def test_a_new_name_takes_in_peoples_own_words_for_it(make, coordinator, clock):
    topic, written = make("Clips"), words("short video")
    person = make_person("p1", "Una", "Vale")
    person.offers.create(topic=written, level=4)
    person.offers.create(topic=topic, level=2)
    actions.change_topic(topic, content=content("Short video"), seen=seen(topic), by=coordinator, now=clock())
    assert [(offer.topic_id, offer.level) for offer in person.offers.all()] == [(topic.pk, 4)]


def test_an_overtaken_change_saves_nothing(make, coordinator, clock):
    topic = make("Clips")
    before = seen(topic)
    actions.change_topic(topic, content=content("Clips", "films"), seen=before, by=coordinator, now=clock())
    with pytest.raises(ChangedMeanwhile):
        actions.change_topic(topic, content=content("Reels"), seen=before, by=coordinator, now=clock())
    topic.refresh_from_db()
    assert topic.name == "Clips"


def test_merging_keeps_the_higher_level_and_the_higher_priority_then_the_higher_own_level(make, coordinator, clock):
    gone, stays = make("Clips", "films"), make("Short video", "Reels")
    both, one, other = (make_person(f"p{n}", "Una", f"Vale {n}") for n in range(3))
    both.offers.create(topic=gone, level=5)
    both.offers.create(topic=stays, level=2)
    both.wants.create(topic=gone, priority=2, current=3)
    both.wants.create(topic=stays, priority=2, current=1)
    one.offers.create(topic=gone, level=1)
    other.wants.create(topic=gone, priority=1, current=4)
    other.wants.create(topic=stays, priority=3, current=0)

    changed = actions.merge_topics(gone, into=stays, by=coordinator, now=clock())

    assert changed == 3
    assert [(offer.topic, offer.level) for offer in both.offers.all()] == [(stays, 5)]
    assert [(want.topic, want.priority, want.current) for want in both.wants.all()] == [(stays, 2, 3)]
    assert [(offer.topic, offer.level) for offer in one.offers.all()] == [(stays, 1)]
    assert [(want.topic, want.priority, want.current) for want in other.wants.all()] == [(stays, 3, 0)]
    assert set(stays.synonyms.values_list("key", flat=True)) == {"clips", "films", "reels"}
    assert not Topic.objects.filter(key="clips").exists()
    with pytest.raises(actions.NotThere):
        actions.merge_topics(gone, into=stays, by=coordinator, now=clock())


def test_a_topic_is_not_merged_into_itself(make, coordinator, clock):
    topic = make("Clips")
    with pytest.raises(actions.NotThere):
        actions.merge_topics(topic, into=topic, by=coordinator, now=clock())
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_a_retired_topic_is_offered_to_nobody_and_stays_where_it_is_used(make, coordinator, clock):
    topic = make("Clips")
    person = make_person("p1", "Una", "Vale")
    person.offers.create(topic=topic, level=3)
    actions.retire_topic(topic, by=coordinator, now=clock())
    assert list(catalogue(TopicWish())) == []
    assert list(catalogue(TopicWish(retired=True))) == [topic]
    assert person.offers.get().topic == topic
    actions.restore_topic(topic, by=coordinator, now=clock())
    assert list(catalogue(TopicWish())) == [topic]


def test_a_word_that_got_its_meaning_stays_as_it_was_written(make, coordinator, clock):
    topic, word = make("JavaScript"), words("JS")
    person = make_person("p1", "Una", "Vale")
    person.wants.create(topic=word, priority=3)
    assert list(own_words()) == [word]
    actions.say_what_word_means(word, topic=topic, by=coordinator, now=clock())
    assert list(own_words()) == []
    assert person.wants.get().topic.name == "JS"
    assert meanings(["js", "JavaScript", "Rust"]) == {"js": topic, "javascript": topic}
    with pytest.raises(actions.NotThere):
        actions.say_what_word_means(word, topic=topic, by=coordinator, now=clock())


def test_a_synonym_that_is_taken_out_leaves_the_word_without_meaning_again(make, coordinator, clock):
    topic, word = make("JavaScript", "JS"), words("JS")
    make_person("p1", "Una", "Vale").wants.create(topic=word, priority=3)
    actions.change_topic(topic, content=content("JavaScript"), seen=seen(topic), by=coordinator, now=clock())
    assert list(own_words()) == [word]


def test_words_of_more_people_come_first_and_words_of_nobody_and_with_a_meaning_are_not_counted(make):
    make("JavaScript", "JS")
    said, often, _of_nobody, meant = words("Reels"), words("Stories"), words("Boats"), words("JS")
    one, other = make_person("p1", "Una", "Vale"), make_person("p2", "Ivo", "Vale")
    one.offers.create(topic=said, level=3)
    one.wants.create(topic=often, priority=3)
    other.offers.create(topic=often, level=1)
    other.wants.create(topic=meant, priority=1)
    assert [(row.name, row.offered, row.wanted) for row in own_words()] == [("Stories", 1, 1), ("Reels", 1, 0)]
    assert count_own_words() == catalogue_counts().words == 2


def test_somebody_who_offers_a_topic_twice_over_is_counted_once(make):
    topic, word = make("JavaScript", "JS"), words("JS")
    one, other = make_person("p1", "Una", "Vale"), make_person("p2", "Ivo", "Vale")
    for of in (topic, word):
        one.offers.create(topic=of, level=3)
    other.offers.create(topic=word, level=3)
    other.wants.create(topic=topic, priority=1)
    held = held_counts([topic], people=Person.objects.all())
    assert (held[topic.pk].offered, held[topic.pk].wanted) == (2, 1)
    assert held_counts([topic], people=Person.objects.filter(pk=one.pk))[topic.pk].wanted == 0


def test_a_search_that_finds_no_topic_looks_at_nobodys_words(northmoor, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert held_counts([], people=Person.objects.all()) == {}


def test_a_search_finds_names_and_other_words_whatever_their_case(make):
    video, ending = make("Short video", "TikTok", family="Social"), make("Été at work", family="Other")
    assert list(catalogue(TopicWish(words="TIKTOK"))) == [video]
    assert list(catalogue(TopicWish(words="éTé"))) == [ending]
    assert list(catalogue(TopicWish(words="video", family="Other"))) == []


def test_matching_is_given_the_synonyms_in_use_and_no_other(make):
    make("JavaScript", "JS", "TypeScript")
    assert matching_synonyms(["js", "JavaScript", "Rust"]) == {"js": "JavaScript"}


def test_taking_a_suggestion_moves_ones_own_words_alone(make, coordinator, clock):
    topic, word = make("Spreadsheets", "Excel"), words("excell")
    mine, theirs = make_person("p1", "Una", "Vale"), make_person("p2", "Ivo", "Vale")
    mine.wants.create(topic=word, priority=3, current=1)
    theirs.wants.create(topic=word, priority=1)
    assert actions.take_meaning(mine, word=word, topic=topic, by=coordinator, now=clock())
    assert [(want.topic, want.priority, want.current) for want in mine.wants.all()] == [(topic, 3, 1)]
    assert theirs.wants.get().topic == word
    assert actions.take_meaning(theirs, word=word, topic=topic, by=coordinator, now=clock())
    assert not Topic.objects.filter(pk=word.pk).exists()


def test_an_empty_catalogue_is_filled_once(northmoor, clock):
    word = words("short video")
    added = fill_catalogue(by=None, now=clock())
    assert added == catalogue_counts().listed > 300
    assert fill_catalogue(by=None, now=clock()) == 0
    word.refresh_from_db()
    assert (word.name, word.is_listed) == ("Short video", True)
    assert TopicSynonym.objects.get(key="js").topic.name == "JavaScript"


def test_what_goes_out_as_a_file_is_no_formula(make):
    make("=1+1", "@home")
    assert "\n'=1+1,Digital tools,'@home,\n" in catalogue_csv()


def test_events_hold_no_words(make, coordinator, clock):
    topic = make("Beekeeping", "Apiary")
    actions.retire_topic(topic, by=coordinator, now=clock())
    told = [(event.verb, event.object_id, event.facts) for event in Event.objects.filter(noun="topic")]
    assert [verb for verb, _, _ in told] == ["added", "retired"]
    assert "eekeeping" not in str(told)
    assert "piary" not in str(told)


def test_a_short_word_of_a_search_begins_a_word(make):
    ai = make("AI agents")
    make("Retail")
    assert list(catalogue(TopicWish(words="ai"))) == [ai]
