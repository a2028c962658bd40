"""How a topic is called to a reader, where synonyms are given."""

from viceversa.matching.encode import Meanings


def test_a_word_is_shown_as_the_synonyms_spell_what_it_means():
    meanings = Meanings({"js": "JavaScript", "ecmascript": "js"})
    assert meanings.shown("JS") == "JavaScript"
    assert meanings.shown("javascript") == "JavaScript"
    assert meanings.shown("ECMAScript") == "JavaScript"


def test_a_word_that_no_synonym_names_is_shown_as_it_was_written():
    assert Meanings({"js": "JavaScript"}).shown("Rust") == "Rust"
