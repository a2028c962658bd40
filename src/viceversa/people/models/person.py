from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from viceversa.accounts.ids import new_public_id

from .folded import FoldedField, touched_by

if TYPE_CHECKING:
    from viceversa.accounts.models import User


_FOLDED_AT_ONCE = 500


class PersonQuerySet(models.QuerySet["Person"]):
    def here(self, *, on: date) -> PersonQuerySet:
        """Whoever has not left by that day."""
        return self.filter(Q(leave_date=None) | Q(leave_date__gt=on))

    def bulk_create(self, objs: Iterable[Person], **options: Any) -> list[Person]:  # type: ignore[override]
        """As Django's; what a search reads is written along with what it comes from."""
        written = options.get("update_fields")
        if written is not None:
            options["update_fields"] = [*written, *touched_by(Person, written)]
        return super().bulk_create(objs, **options)

    def update(self, **columns: Any) -> int:
        """As Django's; what a search reads is written again where it was made from one of the columns."""
        stale = touched_by(Person, columns)
        if not stale:
            return super().update(**columns)
        with transaction.atomic(using=self.db):
            keys = list(self.order_by().values_list("pk", flat=True))
            changed = super().update(**columns)
            for begin in range(0, len(keys), _FOLDED_AT_ONCE):
                people = Person.objects.filter(pk__in=keys[begin : begin + _FOLDED_AT_ONCE])
                Person.objects.bulk_create(people, update_conflicts=True, unique_fields=["pk"], update_fields=stale)
        return changed


class Person(models.Model):
    """Somebody of the organisation as its people file tells it, and the profile they add themselves.

    Columns and their meaning: docs/files.md. Identity attributes are never kept here.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    person_id = models.CharField(max_length=120, unique=True, help_text="the organisation's own number")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    preferred_name = models.CharField(max_length=200, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True, db_index=True)
    job_title = models.CharField(max_length=300, blank=True)
    function = models.CharField(max_length=300, blank=True)
    location = models.CharField(max_length=300, blank=True)
    external_id = models.CharField(max_length=300, blank=True)
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    grade = models.IntegerField(null=True, blank=True)
    role = models.CharField(
        max_length=8, blank=True, help_text="what the people file says: mentor, mentee, both or empty"
    )
    capacity = models.PositiveSmallIntegerField(default=1)
    interests = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    time_zone = models.CharField(max_length=64, blank=True)
    hours_start = models.PositiveSmallIntegerField(default=540, help_text="minutes after midnight")
    hours_end = models.PositiveSmallIntegerField(
        default=1020, help_text="minutes after midnight; before the start: past midnight"
    )
    style_formality = models.PositiveSmallIntegerField(null=True, blank=True)
    style_structure = models.PositiveSmallIntegerField(null=True, blank=True)
    sealed_boundaries = models.BinaryField(
        default=bytes, help_text="what this person does not want to be asked about, for them and their partners"
    )
    is_external = models.BooleanField(
        default=False, help_text="from outside: added by hand, so no people file tells of them or takes them away"
    )
    organisation = models.CharField(max_length=200, blank=True, help_text="of somebody from outside; empty: ours")
    hire_date = models.DateField(null=True, blank=True)
    leave_date = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    search = FoldedField(sources=("given_name", "family_name", "email", "person_id", "job_title", "function"))
    search_own = FoldedField(sources=("preferred_name",), help_text="apart: no people file tells it")

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        indexes = [
            models.Index(fields=["family_name", "given_name", "id"], name="person_by_name"),
            # The directory's filters and the counts above it, without reading the people themselves.
            models.Index(fields=["leave_date", "role", "grade", "email"], name="person_by_leaving"),
            models.Index(fields=["function"], name="person_by_function"),
            models.Index(fields=["location"], name="person_by_place"),
            models.Index(fields=["grade"], name="person_by_grade"),
        ]

    def __str__(self) -> str:
        return self.public_id

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """As Django's; what a search reads is written along with what it comes from."""
        if update_fields is not None:
            update_fields = [*update_fields, *touched_by(Person, update_fields)]
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def name(self) -> str:
        """How the product names this person; by their number in words when the organisation gave no name."""
        given = self.preferred_name or self.given_name
        return f"{given} {self.family_name}".strip() or _("Person %(number)s") % {"number": self.person_id}

    @property
    def short_name(self) -> str:
        return self.preferred_name or self.given_name or self.name

    @property
    def initials(self) -> str:
        letters = [part[0] for part in (self.preferred_name or self.given_name, self.family_name) if part]
        return "".join(letters).upper() or self.person_id[-2:].upper()

    def has_left(self, *, on: date) -> bool:
        return self.leave_date is not None and self.leave_date <= on

    @classmethod
    def of(cls, user: User) -> Person | None:
        return cls.objects.filter(user=user).first()


class Exclusion(models.Model):
    """Somebody this person must never be paired with. Sealed with the author's key; shown to the author alone."""

    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="exclusions")
    sealed_person_id = models.BinaryField()
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"exclusion {self.pk}"


class RankedPreference(models.Model):
    """Whom a person would like to be paired with, best first."""

    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="preferences")
    preferred_id_text = models.CharField(max_length=120, help_text="person_id as written, even if nobody has it yet")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["author", "rank"], name="one_preference_a_rank")]

    def __str__(self) -> str:
        return f"preference {self.rank}"
