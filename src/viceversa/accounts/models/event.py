from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from ..ids import new_public_id


class AppendOnly(models.QuerySet[Any]):
    """Rows are added and read; nothing here changes or removes one."""

    def update(self, **values: object) -> NoReturn:
        raise TypeError("events are never altered")

    def delete(self) -> NoReturn:
        raise TypeError("events are never removed")


class Event(models.Model):
    """Who did what to which thing, and when: ids and codes only, so that erasing a person leaves the chain whole."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(
        max_length=24, blank=True, db_index=True, help_text="user's public id, or a machine's name"
    )
    verb = models.CharField(max_length=48)
    noun = models.CharField(max_length=32)
    object_id = models.CharField(max_length=24, blank=True, db_index=True)
    scope = models.CharField(max_length=24, blank=True, db_index=True, help_text="programme's public id, or empty")
    facts = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["noun", "id"], name="events_by_noun")]

    def __str__(self) -> str:
        return f"{self.verb} {self.noun} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("events are never altered")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("events are never removed")


class EventSeal(models.Model):
    """One link of the hash chain. A worker adds links in order, so no request waits for a lock."""

    position = models.PositiveBigIntegerField(primary_key=True)
    event_key = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"


class ChainVerification(models.Model):
    """That the whole chain was walked: when, how many links held, and the first event that did not (0: none)."""

    at = models.DateTimeField(db_index=True)
    links = models.PositiveBigIntegerField()
    broken_at = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"verification {self.pk}"

    @property
    def whole(self) -> bool:
        return not self.broken_at
