"""Private fields: sealed with a key per owner that lives outside the database and its backups.

Each owner's key is wrapped by the master key in VICEVERSA_FIELD_KEY_FILE (one Fernet key a line; the first
wraps, all unwrap, so a new one can be put on top). Where the store or the master key is missing, private
fields fail closed with ``KeysMissing`` and everything else serves.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction

from ..secret_files import write_secret
from .models import OwnerKey

# SQLite takes 32,766 values in one question; a list of this length is quick on both databases.
OWNERS_AT_ONCE = 5_000


class KeysMissing(Exception):
    """The key store, the master key or this owner's key cannot be had: the field stays closed."""


def master() -> MultiFernet:
    """The master keys as one ring; a first one is made where nothing was ever sealed. Raises ``KeysMissing``."""
    path = Path(settings.FIELD_KEY_FILE)
    try:
        if not path.exists() and not OwnerKey.objects.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_secret(path, Fernet.generate_key().decode())
        lines = path.read_text(encoding="ascii").split()
        return MultiFernet([Fernet(line) for line in lines])
    except (OSError, ValueError, DatabaseError) as problem:
        raise KeysMissing("the master key cannot be read") from problem


def owner_key(owner: str, *, create: bool) -> Fernet:
    """This owner's key, unwrapped; made where there is none with ``create``. Raises ``KeysMissing``."""
    try:
        row = OwnerKey.objects.filter(owner=owner).first()
        if row is None and create:
            row = _new_key(owner)
        if row is None:
            raise KeysMissing("this owner's key is gone")
        return Fernet(master().decrypt(bytes(row.wrapped)))
    except (DatabaseError, InvalidToken) as problem:
        raise KeysMissing("the key store cannot be read") from problem


def owner_keys(owners: Collection[str], *, create: bool) -> dict[str, Fernet]:
    """The keys of many owners in a few queries; with ``create`` those that are missing are made together.

    Raises ``KeysMissing`` when one of them cannot be had.
    """
    wanted = sorted(set(owners))
    if not wanted:
        return {}
    try:
        wrapped = _wrapped_keys(wanted)
        missing = [owner for owner in wanted if owner not in wrapped]
        if missing and create:
            _make_keys(missing)
            wrapped |= _wrapped_keys(missing)
        if len(wrapped) < len(wanted):
            raise KeysMissing("the key of at least one owner is gone")
        opens = master()
        return {owner: Fernet(opens.decrypt(key)) for owner, key in wrapped.items()}
    except (DatabaseError, InvalidToken) as problem:
        raise KeysMissing("the key store cannot be read") from problem


def _wrapped_keys(owners: list[str]) -> dict[str, bytes]:
    wrapped: dict[str, bytes] = {}
    for begin in range(0, len(owners), OWNERS_AT_ONCE):
        rows = OwnerKey.objects.filter(owner__in=owners[begin : begin + OWNERS_AT_ONCE])
        wrapped |= {owner: bytes(key) for owner, key in rows.values_list("owner", "wrapped")}
    return wrapped


def _make_keys(owners: list[str]) -> None:
    wraps = master()
    rows = [OwnerKey(owner=owner, wrapped=wraps.encrypt(Fernet.generate_key())) for owner in owners]
    # Another process may make one of them in the same moment: the first stays, and is read again.
    OwnerKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=OWNERS_AT_ONCE)


def _new_key(owner: str) -> OwnerKey:
    wrapped = master().encrypt(Fernet.generate_key())
    try:
        with transaction.atomic(using="keys"):
            return OwnerKey.objects.create(owner=owner, wrapped=wrapped)
    except IntegrityError:  # another process made it in the same moment
        return OwnerKey.objects.get(owner=owner)


def seal(words: str, *, owner: str) -> bytes:
    """The words, readable again only with this owner's key. Empty words stay empty, so that absence is plain."""
    return owner_key(owner, create=True).encrypt(words.encode()) if words else b""


def unseal(sealed: bytes | memoryview, *, owner: str) -> str:
    """The words again. Raises ``KeysMissing`` when the key was destroyed, or the store cannot be reached."""
    if not sealed:
        return ""
    try:
        return owner_key(owner, create=False).decrypt(bytes(sealed)).decode()
    except InvalidToken as problem:
        raise KeysMissing("these words were sealed with another key") from problem


def destroy_key(owner: str) -> None:
    """Erase everything sealed for this owner, in old backups too."""
    OwnerKey.objects.filter(owner=owner).delete()
