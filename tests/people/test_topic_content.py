"""The topics that Viceversa brings along, as they are written."""

import pytest

from viceversa.formats.topics import normal
from viceversa.people.topic_catalogue import brought_along
from viceversa.programmes.playbooks import all_playbooks

CONTENT = [new.content for new in brought_along()]


def test_there_are_about_three_hundred_topics_in_families_of_some_size():
    families = {content.family for content in CONTENT}
    assert 300 <= len(CONTENT) <= 330
    assert 14 <= len(families) <= 18
    assert all(sum(content.family == family for content in CONTENT) >= 10 for family in families)


def test_no_topic_stands_twice_and_no_word_means_two_topics():
    words = [normal(word) for content in CONTENT for word in (content.name, *content.synonyms)]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("content", CONTENT, ids=lambda content: content.name)
def test_each_topic_is_complete_and_has_room(content):
    assert content.description
    assert content.description.endswith(".")
    assert 2 <= len(content.synonyms) <= 6
    assert len(content.name) <= 80
    assert len(content.family) <= 80
    assert len(content.description) <= 300
    assert not any(";" in word or word != word.strip() for word in (content.name, *content.synonyms))


def test_every_topic_of_every_playbook_is_known():
    known = {normal(word) for content in CONTENT for word in (content.name, *content.synonyms)}
    missing = [topic.name for book in all_playbooks() for topic in book.topics if normal(topic.name) not in known]
    assert missing == []
