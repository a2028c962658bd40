"""A person's own words: sealed, theirs alone, and never silently overwritten."""

from __future__ import annotations

import pytest

from viceversa.accounts.keys.models import OwnerKey
from viceversa.accounts.keys.store import KeysMissing, destroy_key
from viceversa.journey.models import Note
from viceversa.journey.notes import NoteChanged, save_note, words_of

CANARY = "zanzibar-canary: I practised the sentence"


@pytest.fixture
def save(northmoor, clock):
    def _save(words: str, *, version: int = 0, by: str = "mentor") -> Note:
        author = northmoor.people[by]
        return save_note(meeting=northmoor.meeting, author=author, words=words, version=version, now=clock())

    return _save


def test_the_author_reads_what_they_wrote(save):
    words = f"{CANARY}\r\nand “quotes”, Ø and 🙂"
    save(words)
    assert words_of(Note.objects.get()) == words


def test_what_is_kept_is_not_the_words(save):
    sealed = bytes(save(CANARY).sealed)
    assert b"canary" not in sealed
    assert sealed != bytes(save(CANARY, by="mentee").sealed)


def test_each_of_the_two_has_a_note_of_their_own_under_a_key_of_their_own(northmoor, save):
    save("Priya’s")
    save("Henrik’s", by="mentee")
    assert {note.author.given_name: words_of(note) for note in Note.objects.all()} == {
        "Priya": "Priya’s",
        "Henrik": "Henrik’s",
    }
    destroy_key(northmoor.people["mentor"].public_id)
    with pytest.raises(KeysMissing):
        words_of(Note.objects.get(author=northmoor.people["mentor"]))
    assert words_of(Note.objects.get(author=northmoor.people["mentee"])) == "Henrik’s"


def test_words_under_another_persons_key_stay_closed(northmoor, save):
    note = save(CANARY)
    save("other", by="mentee")
    note.author = northmoor.people["mentee"]
    with pytest.raises(KeysMissing):
        words_of(note)


def test_a_window_that_knows_the_note_as_it_stands_may_change_it(save):
    first = save("one")
    second = save("two", version=first.version)
    assert (second.version, words_of(second)) == (2, "two")


@pytest.mark.parametrize("version", [0, 1, 7, -1])
def test_a_window_that_knows_an_older_note_overwrites_nothing_and_is_told_what_is_kept(save, version):
    save("one")
    save("two", version=1)
    with pytest.raises(NoteChanged) as conflict:
        save("three", version=version)
    assert (conflict.value.words, conflict.value.version) == ("two", 2)
    assert words_of(Note.objects.get()) == "two"


def test_the_same_words_sent_twice_are_no_conflict(save):
    save("one")
    assert save("one").version == 1


def test_a_note_can_be_emptied_and_written_again(save):
    save("one")
    emptied = save("", version=1)
    assert (bytes(emptied.sealed), words_of(emptied)) == (b"", "")
    assert words_of(save("two", version=2)) == "two"


def test_no_note_is_no_words():
    assert words_of(None) == ""


def test_without_the_master_key_nothing_is_saved_and_nothing_is_lost(save, settings, tmp_path):
    save("one")
    kept = settings.FIELD_KEY_FILE
    settings.FIELD_KEY_FILE = tmp_path / "gone" / "field-key"
    with pytest.raises(KeysMissing):
        save("two", version=1)
    with pytest.raises(KeysMissing):
        words_of(Note.objects.get())
    settings.FIELD_KEY_FILE = kept
    assert words_of(Note.objects.get()) == "one"
    assert OwnerKey.objects.count() == 1
