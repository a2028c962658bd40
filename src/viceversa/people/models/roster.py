from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id

from .person import Exclusion, Person


class RosterImport(models.Model):
    """One people file on its way in: uploaded, its columns mapped, checked, applied in the background, undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKED = "checked"
        QUEUED = "queued"
        APPLYING = "applying"
        APPLIED = "applied"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    class Scope(models.TextChoices):
        EVERYBODY = "everybody"  # whoever is not in the file has left
        SOME = "some"  # nobody leaves because they are not in the file

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="the file, removed once applied")
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict, help_text="source column → what it becomes")
    scope = models.CharField(max_length=9, choices=Scope.choices, default=Scope.EVERYBODY)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="when its pages were written")
    leave_out = models.JSONField(default=list, help_text="lines whose problems the coordinator chose to leave out")
    attempt = models.PositiveIntegerField(default=0, help_text="counts who took it; an older attempt stops")
    held_since = models.DateTimeField(null=True, blank=True, help_text="somebody is applying or undoing it")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.CharField(max_length=120, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True, help_text="while it is applied: some of it is in")
    trace_owner = models.CharField(
        max_length=24, blank=True, help_text="whose key seals the traces; empty: nothing is left to undo it with"
    )
    made_topics = models.JSONField(default=list, help_text="keys of the topics that this import brought")
    undone_at = models.DateTimeField(null=True, blank=True, help_text="while it is undone: some of it is back")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.public_id


class RosterPage(models.Model):
    """A hundred lines of one list of a checked file, sealed with the file's own key; gone with it."""

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="pages")
    name = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "name", "number"], name="one_page_a_number")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class RosterTrace(models.Model):
    """What an import did to one person: brought them, or changed what ``sealed`` tells, as it was and as it became."""

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="traces")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roster_traces")
    is_new = models.BooleanField()
    sealed = models.BinaryField(default=bytes, help_text="sealed with the key of the import's trace_owner")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "person"], name="one_trace_a_person")]

    def __str__(self) -> str:
        return f"trace {self.pk}"


class RosterExclusion(models.Model):
    """That an import added this exclusion, so that undoing it can take it back."""

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="exclusions")
    exclusion = models.ForeignKey(Exclusion, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"added exclusion {self.exclusion_id}"
