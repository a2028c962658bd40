from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from viceversa.accounts.ids import new_public_id

from .person import Person


class TopicQuerySet(models.QuerySet["Topic"]):
    def listed(self) -> TopicQuerySet:
        """What people are offered: the catalogue without what was retired."""
        return self.filter(standing=Topic.Standing.LISTED)

    def in_catalogue(self) -> TopicQuerySet:
        return self.filter(standing__in=(Topic.Standing.LISTED, Topic.Standing.RETIRED))

    def own_words(self) -> TopicQuerySet:
        """Words of people and of people files that mean no topic of the catalogue yet."""
        meant = Exists(TopicSynonym.objects.filter(key=OuterRef("key")))
        return self.filter(standing=Topic.Standing.WORDS).filter(~meant)


class Topic(models.Model):
    """Something that can be taught or learned. ``key`` is the name after NFKC, case folding and trimming.

    What people write in their own words stands here too, as it was written; a synonym of the catalogue says
    what such a word means.
    """

    class Standing(models.TextChoices):
        WORDS = "words"
        LISTED = "listed"
        RETIRED = "retired"

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=80, blank=True, db_index=True)
    description = models.CharField(max_length=300, blank=True)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.WORDS, db_index=True)
    source = models.CharField(max_length=300, blank=True, help_text="the concept's address in ESCO")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["standing", "family", "key"], name="topics_of_a_family")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_listed(self) -> bool:
        return self.standing == self.Standing.LISTED

    @property
    def is_retired(self) -> bool:
        return self.standing == self.Standing.RETIRED


class TopicSynonym(models.Model):
    """Another word for a topic of the catalogue; no word means two topics."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="synonyms")
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TopicImport(models.Model):
    """A file with topics, read once: its rows wait until a coordinator has chosen among them."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPLIED = "applied"

    class Shape(models.TextChoices):
        OWN = "own"
        ESCO = "esco"

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    uploaded_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=200)
    shape = models.CharField(max_length=4, choices=Shape.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    problems = models.JSONField(default=list, help_text="[{line, column, value, code, facts}]")
    added = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.public_id


class TopicImportRow(models.Model):
    """One topic of a file. Whether it is new is judged when the page is drawn, and again when it is added."""

    batch = models.ForeignKey(TopicImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=80, blank=True)
    synonyms = models.JSONField(default=list)
    description = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300, blank=True)
    is_chosen = models.BooleanField(default=False)

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["batch", "key"], name="one_row_a_topic")]
        indexes = [models.Index(fields=["batch", "family", "line"], name="topic_rows_by_family")]

    def __str__(self) -> str:
        return f"row {self.line}"


class TopicOffer(models.Model):
    """A topic that a person can teach, and how well they know it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="offers")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="offers")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_offer_a_topic")]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class TopicWant(models.Model):
    """A topic that a person wants to learn: priority 1 to 3 (3 matters most), own level today 0 to 4."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wants")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="wants")
    priority = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3)])
    current = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_want_a_topic")]

    def __str__(self) -> str:
        return f"want {self.pk}"


def held_by_somebody() -> Q:
    """Topics that at least one person offers or wants."""
    offered, wanted = (model.objects.filter(topic=OuterRef("pk")) for model in (TopicOffer, TopicWant))
    return Q(Exists(offered)) | Q(Exists(wanted))
