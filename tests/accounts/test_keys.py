"""Private words: open with their owner's key alone, closed for good without it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from viceversa.accounts.keys.models import OwnerKey
from viceversa.accounts.keys.store import KeysMissing, destroy_key, seal, unseal

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WORDS = "Ich würde lieber nicht mit Anna – 🙈"


def test_words_come_back_for_their_owner():
    sealed = seal(WORDS, owner="anna")
    assert unseal(sealed, owner="anna") == WORDS
    assert WORDS.encode() not in sealed


def test_the_same_words_never_look_the_same():
    assert seal(WORDS, owner="anna") != seal(WORDS, owner="anna")


def test_no_words_stay_no_words_and_make_no_key():
    assert unseal(seal("", owner="anna"), owner="anna") == ""
    assert not OwnerKey.objects.exists()


def test_another_owner_s_key_does_not_open_them():
    sealed = seal(WORDS, owner="anna")
    seal("something", owner="ben")
    with pytest.raises(KeysMissing):
        unseal(sealed, owner="ben")


def test_somebody_without_a_key_opens_nothing_and_gets_none():
    sealed = seal(WORDS, owner="anna")
    with pytest.raises(KeysMissing):
        unseal(sealed, owner="carla")
    assert OwnerKey.objects.count() == 1


def test_a_destroyed_key_erases_the_words_for_good():
    sealed = seal(WORDS, owner="anna")
    destroy_key("anna")
    with pytest.raises(KeysMissing):
        unseal(sealed, owner="anna")
    seal("new words", owner="anna")  # a new key, which does not bring the old words back
    with pytest.raises(KeysMissing):
        unseal(sealed, owner="anna")


def test_without_the_master_key_everything_private_stays_closed(settings):
    sealed = seal(WORDS, owner="anna")
    Path(settings.FIELD_KEY_FILE).unlink()
    for attempt in (
        lambda: unseal(sealed, owner="anna"),
        lambda: seal("more", owner="anna"),
        lambda: seal("x", owner="b"),
    ):
        with pytest.raises(KeysMissing):
            attempt()
    assert not Path(settings.FIELD_KEY_FILE).exists()  # no new one is made over keys that it could not open


@pytest.mark.parametrize("content", ["", "not a key\n", "\u00e4" * 44])
def test_a_spoilt_master_key_opens_nothing(content, settings):
    sealed = seal(WORDS, owner="anna")
    Path(settings.FIELD_KEY_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(KeysMissing):
        unseal(sealed, owner="anna")


def test_another_master_key_opens_nothing(settings):
    sealed = seal(WORDS, owner="anna")
    Path(settings.FIELD_KEY_FILE).write_text(Fernet.generate_key().decode(), encoding="ascii")
    with pytest.raises(KeysMissing):
        unseal(sealed, owner="anna")


def test_a_new_master_key_on_top_of_the_old_opens_old_and_new(settings):
    sealed = seal(WORDS, owner="anna")
    path = Path(settings.FIELD_KEY_FILE)
    path.write_text(f"{Fernet.generate_key().decode()}\n{path.read_text()}", encoding="ascii")
    assert unseal(sealed, owner="anna") == WORDS
    assert unseal(seal("new", owner="ben"), owner="ben") == "new"


def test_the_master_key_is_its_owner_s_to_read(settings):
    seal(WORDS, owner="anna")
    assert stat.S_IMODE(Path(settings.FIELD_KEY_FILE).stat().st_mode) == 0o600


def test_keys_live_in_a_database_of_their_own():
    seal(WORDS, owner="anna")
    assert OwnerKey.objects.using("keys").count() == 1
    assert OwnerKey.objects.db == "keys"
