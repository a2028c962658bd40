"""A person's own words about a meeting: sealed with their key, read by nobody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from viceversa.accounts.keys.store import seal, unseal
from viceversa.people.models import Person

from .models import Meeting, Note


class NoteChanged(Exception):
    """The note was saved elsewhere since this page was loaded. Carries the words that are kept now."""

    def __init__(self, words: str, *, version: int) -> None:
        super().__init__("the note was saved elsewhere meanwhile")
        self.words, self.version = words, version


def words_of(note: Note | None) -> str:
    """The author's words; raises ``KeysMissing`` where their key cannot be had."""
    return unseal(note.sealed, owner=note.author.public_id) if note else ""


@transaction.atomic
def save_note(*, meeting: Meeting, author: Person, words: str, version: int, now: datetime) -> Note:
    """Keep the author's words. ``version`` is the one the page was loaded with, 0 for none yet.

    Raises ``NoteChanged`` rather than overwrite what another window saved meanwhile, and ``KeysMissing``.
    """
    sealed = seal(words, owner=author.public_id)
    note, new = Note.objects.select_for_update().get_or_create(
        meeting=meeting, author=author, defaults={"sealed": sealed, "saved_at": now}
    )
    if new:
        return note
    if note.version != version:
        kept = words_of(note)
        if kept == words:  # the same words sent twice
            return note
        raise NoteChanged(kept, version=note.version)
    note.sealed, note.saved_at, note.version = sealed, now, note.version + 1
    note.save(update_fields=["sealed", "saved_at", "version"])
    return note
