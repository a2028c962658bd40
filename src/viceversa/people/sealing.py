"""Exclusions and waiting people files, sealed: neither stands in the database, or a backup of it, to be read."""

from __future__ import annotations

import zlib

from cryptography.fernet import Fernet, InvalidToken

from viceversa.accounts.keys.store import KeysMissing, owner_keys

# People files repeat themselves: the quickest level takes most of it.
_LEVEL = 1


def opened(key: Fernet, sealed: bytes | memoryview) -> str:
    """One sealed person_id again. Raises ``KeysMissing`` when it was sealed with another key."""
    try:
        return key.decrypt(bytes(sealed)).decode()
    except InvalidToken as problem:
        raise KeysMissing("an exclusion was sealed with another key") from problem


def sealed_file(content: bytes, *, owner: str) -> bytes:
    """A people file as it waits to be applied. It may name exclusions, so it is sealed like one."""
    return owner_keys([owner], create=True)[owner].encrypt(zlib.compress(content, _LEVEL))


def opened_file(sealed: bytes | memoryview, *, owner: str) -> bytes:
    """The file as it was uploaded. Raises ``KeysMissing`` when its key is gone."""
    try:
        return zlib.decompress(owner_keys([owner], create=False)[owner].decrypt(bytes(sealed)))
    except InvalidToken as problem:
        raise KeysMissing("this file was sealed with another key") from problem
