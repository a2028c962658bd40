from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from viceversa.accounts.ids import new_public_id
from viceversa.programmes.models import Cohort, Enrolment


class MatchRunManager(models.Manager["MatchRun"]):
    """Runs alone: what is only tried on the bench is nobody's latest run, is not published and has no page of a run."""

    def get_queryset(self) -> models.QuerySet[MatchRun]:
        return super().get_queryset().filter(is_variant=False)


class MatchRun(models.Model):
    """One execution of the matching engine: what it was asked, and what it found.

    A variant is a run that a coordinator tries on the bench, to look at beside the others. It is counted apart and
    becomes a run when it is chosen. ``objects``, and ``cohort.runs`` with it, know no variants; ``every`` does.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    class Method(models.TextChoices):
        BEST = "best"
        STABLE = "stable"
        CHANGE = "change"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField(help_text="counted within the cohort, variants apart")
    is_variant = models.BooleanField(default=False, help_text="tried on the bench, and not chosen so far")
    name = models.CharField(max_length=60, blank=True, help_text="what a coordinator called it on the bench")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField()
    policy = models.JSONField()
    seed = models.PositiveIntegerField(default=0)
    method = models.CharField(
        max_length=6,
        choices=Method.choices,
        default=Method.BEST,
        help_text="what is sought: the best pairs; stable ones; or new ones for which few running pairs change",
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    phase = models.CharField(max_length=40, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    input_sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict, help_text="as report.json of the command line")
    problems = models.JSONField(default=list, help_text="what stopped it: codes with their facts")
    published_at = models.DateTimeField(null=True, blank=True)
    ends = models.JSONField(default=list, help_text="running pairs that end when it is published, by public id")

    objects = MatchRunManager()
    every: models.Manager[MatchRun] = models.Manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [models.UniqueConstraint(fields=["cohort", "is_variant", "number"], name="one_run_a_number")]

    def __str__(self) -> str:
        return self.public_id


class PairDecisionQuerySet(models.QuerySet["PairDecision"]):
    def standing(self) -> PairDecisionQuerySet:
        return self.filter(lifted_at=None)


class PairDecision(models.Model):
    """The coordinator's word on two people: locked together, or kept apart, until lifted. Holds for later runs."""

    class Kind(models.TextChoices):
        LOCKED = "locked"
        FORBIDDEN = "forbidden"

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="decisions")
    mentor = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    sealed_reason = models.BinaryField(default=b"", help_text="the coordinator's own words, for coordinators alone")
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = PairDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "mentor", "mentee"],
                condition=Q(lifted_at=None),
                name="one_standing_decision_a_pair",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RunPrices(models.Model):
    """The prices that prove a run, one a person: what any pair would cost the pool at least, without solving again.

    ``mentor`` and ``mentee`` map ``e`` and an enrolment's key to its price in units of the objective; ``unit`` is how
    many of them make 1.0 of score. ``mentor_covered`` and ``mentee_covered`` map those in the cover that bounds the
    number of pairs to true.
    """

    run = models.OneToOneField(MatchRun, on_delete=models.CASCADE, related_name="prices")
    mentor = models.JSONField(default=dict)
    mentee = models.JSONField(default=dict)
    mentor_covered = models.JSONField(default=list)
    mentee_covered = models.JSONField(default=list)
    unit = models.FloatField()
    unproven = models.FloatField(help_text="how far the bound lies above the total, in score")

    def __str__(self) -> str:
        return f"prices of {self.run_id}"


class UnmatchedPerson(models.Model):
    """Somebody a run left without a partner: why, and the loosening that would help most."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="unmatched")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    feasible_partners = models.PositiveIntegerField()
    reason = models.CharField(max_length=40)
    relaxation_key = models.CharField(max_length=40, blank=True)
    relaxation_value = models.CharField(max_length=40, blank=True)
    further_pairs = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"unmatched {self.pk}"
