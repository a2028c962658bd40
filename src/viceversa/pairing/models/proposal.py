from __future__ import annotations

from django.db import models

from viceversa.accounts.ids import new_public_id
from viceversa.programmes.models import Enrolment

from .run import MatchRun


class Proposal(models.Model):
    """A pairing that a run proposes. A draft until published; then each side answers in private."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        ACCEPTED_ONE = "accepted_one"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"  # published, and taken back by the coordinator before both said yes
        SET_ASIDE = "set_aside"  # a draft of the engine's that the coordinator replaced by hand

    OPEN = (State.PROPOSED, State.ACCEPTED_ONE)

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="proposals")
    mentor = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="proposals_as_mentor")
    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="proposals_as_mentee")
    score = models.FloatField(help_text="0 to 1")
    criteria = models.JSONField(help_text="criterion → 0 to 1")
    reasons = models.JSONField(default=list, help_text="[{code, params}] why this pair, most telling first")
    cautions = models.JSONField(default=list, help_text="[{code, params}]")
    is_locked = models.BooleanField(default=False, help_text="was locked in the run that made it")
    by_hand = models.BooleanField(default=False, help_text="made by the coordinator, not by the engine")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, db_index=True)
    published_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    waits_since = models.DateTimeField(
        null=True, blank=True, help_text="a question to the partner is open since then; answer_by is moved meanwhile"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "mentor", "mentee"], name="one_proposal_a_pair_in_a_run")]
        indexes = [
            models.Index(fields=["run", "-score", "id"], name="best_of_a_run_first"),
            models.Index(fields=["run", "state"], name="proposals_of_a_run"),
        ]

    def __str__(self) -> str:
        return self.public_id


class ProposalAnswer(models.Model):
    """One side's answer. A reason for a no is sealed with its author's key and read by nobody else."""

    class Word(models.TextChoices):
        YES = "yes"
        NO = "no"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=3, choices=Word.choices)
    at = models.DateTimeField()
    sealed_reason = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "enrolment"], name="one_answer_a_side")]

    def __str__(self) -> str:
        return f"answer {self.pk}"
