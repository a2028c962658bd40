from __future__ import annotations

from django.db import models

from viceversa.accounts.ids import new_public_id
from viceversa.programmes.models import Enrolment

from .proposal import Proposal


class PartnerQuestion(models.Model):
    """One side of a proposal asks the other to tell more, through the coordinator, before answering.

    ``sealed_words`` and ``sealed_reply`` (the coordinator's word where it is not passed on) are sealed with the
    asker's key, ``sealed_answer`` with the partner's. Nobody but the two and the coordinators ever reads them.
    """

    class State(models.TextChoices):
        ASKED = "asked"  # the coordinator has not looked at it yet
        NOT_PASSED_ON = "not_passed_on"
        PASSED_ON = "passed_on"
        ANSWERED = "answered"  # the coordinator has not handed the answer on yet
        HANDED_ON = "handed_on"
        LAPSED = "lapsed"  # it waited too long, or the proposal ended first

    OPEN = (State.ASKED, State.PASSED_ON, State.ANSWERED)
    AT_THE_DESK = (State.ASKED, State.ANSWERED)

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="questions")
    asker = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED, db_index=True)
    sealed_words = models.BinaryField()
    sealed_reply = models.BinaryField(default=b"")
    sealed_answer = models.BinaryField(default=b"")
    asked_at = models.DateTimeField()
    passed_on_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="handed on, not passed on, or lapsed")

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def partner(self) -> Enrolment:
        return self.proposal.mentee if self.asker_id == self.proposal.mentor_id else self.proposal.mentor
