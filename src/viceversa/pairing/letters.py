"""The letters about proposals and pairs, written from rows in the moment in which they are sent."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from viceversa.outbox.letters import Letter, absolute
from viceversa.programmes.coordinators import coordinator_name
from viceversa.programmes.invitation_token import token_for
from viceversa.programmes.models import Enrolment, Programme

from .models import Ending, Pair, Proposal


def proposal_letter(proposal: Proposal, *, to: Enrolment, now: datetime) -> Letter:
    """That somebody is proposed. Who it is stands on the page, not in the mail.

    Whoever was enrolled from the people file and has no account yet comes in through the link of an invitation.
    """
    programme = proposal.run.cohort.programme
    names = _proposed(proposal, to=to)
    return Letter(
        to=to.person.email,
        subject=_("%(programme)s: there is somebody for you to meet") % names,
        paragraphs=(
            _("%(name)s, %(programme)s proposes a partner for you. The page says who it is, and why.") % names,
            _(
                "Say yes or no by %(until)s. Your answer is private: if you say no, nobody is told that it was "
                "you, and you need no reason."
            )
            % names,
        ),
        action_label=_("See who it is"),
        action_url=_way_in(proposal, to=to, now=now),
        why=_why(programme),
    )


def proposal_reminder(proposal: Proposal, *, to: Enrolment, now: datetime) -> Letter:
    """That an answer is still open. It says nothing of the other side, who may have answered or not."""
    programme = proposal.run.cohort.programme
    names = _proposed(proposal, to=to)
    return Letter(
        to=to.person.email,
        subject=_("%(programme)s: yes or no by %(until)s?") % names,
        paragraphs=(
            _("%(name)s, a partner is proposed to you in %(programme)s, and your answer is still open.") % names,
            _(
                "Say yes or no by %(until)s. Your answer is private, and a no needs no reason. If you would like to "
                "know more first, ask on the page."
            )
            % names,
        ),
        action_label=_("See who it is"),
        action_url=_way_in(proposal, to=to, now=now),
        why=_why(programme),
    )


def _proposed(proposal: Proposal, *, to: Enrolment) -> dict[str, str]:
    assert proposal.answer_by is not None
    until = date_format(proposal.answer_by.astimezone(ZoneInfo(to.person.time_zone or "UTC")), "j F")
    return {"name": to.person.short_name, "programme": proposal.run.cohort.programme.name, "until": until}


def _way_in(proposal: Proposal, *, to: Enrolment, now: datetime) -> str:
    """The proposal's page; for whoever has no account yet, the link of an invitation."""
    if to.person.user_id:
        return absolute(reverse("proposal", args=[proposal.public_id]))
    return absolute(reverse("join", args=[token_for(to, now=now)]))


def question_letter(proposal: Proposal, *, to: Enrolment, is_asked: bool, now: datetime) -> Letter:
    """That the proposed partner asks something, or that there is word on one's own question. The words stand on the
    page alone."""
    programme = proposal.run.cohort.programme
    names = _proposed(proposal, to=to)
    asked = _("%(name)s, your proposed partner in %(programme)s would like to know something before answering.")
    told = _("%(name)s, there is word on what you asked about your proposed partner in %(programme)s.")
    return Letter(
        to=to.person.email,
        subject=(_("%(programme)s: a question for you") if is_asked else _("%(programme)s: word on your question"))
        % names,
        paragraphs=((asked if is_asked else told) % names,),
        action_label=_("Read it and answer") if is_asked else _("Read it"),
        action_url=_way_in(proposal, to=to, now=now),
        after=(_("Questions and answers go through the coordinators, who read them."),),
        why=_why(programme),
    )


def ended_letter(proposal: Proposal, *, to: Enrolment) -> Letter:
    """The same words whatever ended it: a no, the date, a place that was taken, another run."""
    programme = proposal.run.cohort.programme
    names = {"name": to.person.short_name, "programme": programme.name}
    return Letter(
        to=to.person.email,
        subject=_("%(programme)s: about your proposed partner") % names,
        paragraphs=(
            _("%(name)s, the programme has not gone ahead with the pairing that was proposed to you.") % names,
            _("It counts for nobody and against nobody. You stay in %(programme)s and can be matched again.") % names,
        ),
        why=_why(programme),
    )


def withdrawn_letter(proposal: Proposal, *, to: Enrolment) -> Letter:
    """To both, the same words for both, and no reason: whatever it was, it is not about either of them."""
    programme = proposal.run.cohort.programme
    names = {"name": to.person.short_name, "programme": programme.name}
    return Letter(
        to=to.person.email,
        subject=_("%(programme)s: the proposed partner is taken back") % names,
        paragraphs=(
            _("%(name)s, the coordinators have taken back the pairing that was proposed to you.") % names,
            _("You need do nothing, and it says nothing about you. You stay in %(programme)s and can be matched again.")
            % names,
        ),
        why=_why(programme),
    )


def pair_letter(pair: Pair, *, to: Enrolment) -> Letter:
    programme = pair.cohort.programme
    partner = pair.partner_of(to.person)
    names = {"name": to.person.short_name, "partner": partner.name, "programme": programme.name}
    return Letter(
        to=to.person.email,
        subject=_("You and %(partner)s are a pair") % names,
        paragraphs=(
            _("%(name)s, you and %(partner)s both said yes.") % names,
            _("Fix the date of your first meeting now, while it is easy: within three weeks is best."),
        ),
        action_label=_("Plan the first meeting"),
        action_url=absolute(reverse("pair", args=[pair.public_id])),
        after=(_("What the two of you talk about stays with the two of you."),),
        why=_why(programme),
    )


def trial_letter(pair: Pair, *, to: Enrolment) -> Letter:
    """After the trial: whether they go on, to be said on the page and not by mail."""
    programme = pair.cohort.programme
    names = {
        "name": to.person.short_name,
        "partner": pair.partner_of(to.person).short_name,
        "programme": programme.name,
    }
    return Letter(
        to=to.person.email,
        subject=_("%(programme)s: do you go on?") % names,
        paragraphs=(
            _("%(name)s, every pair begins on trial. Would you like to go on with %(partner)s, or meet somebody else?")
            % names,
            _("Your word is private: nobody is told who said what, and you need no reason."),
        ),
        action_label=_("Say it, with one button"),
        action_url=absolute(reverse("pair_trial", args=[pair.public_id])),
        after=(_("If you say nothing within two weeks, you go on."),),
        why=_why(programme),
    )


def pair_ended_letter(pair: Pair, *, to: Enrolment) -> Letter:
    """To the one who stays: what happened, that it is nobody's fault, and what comes next."""
    programme = pair.cohort.programme
    names = {
        "name": to.person.short_name,
        "partner": pair.partner_of(to.person).name,
        "programme": programme.name,
        "coordinator": coordinator_name(programme),
    }
    happened = {
        Ending.Category.CLOSED: _("%(name)s, the time of your pair with %(partner)s is over."),
        Ending.Category.CHANGED: _(
            "%(name)s, so that everybody in %(programme)s has somebody to meet, your meetings with %(partner)s end "
            "here, and somebody new is proposed to you."
        ),
        Ending.Category.LEFT: _("%(name)s, %(partner)s no longer works here, so your meetings together end."),
        Ending.Category.TRIAL: _("%(name)s, the programme has concluded your pairing with %(partner)s."),
        Ending.Category.WITHDREW: _(
            "%(name)s, %(partner)s has stopped taking part in %(programme)s, so your meetings together end."
        ),
    }[Ending.Category(pair.ending.category)]
    return Letter(
        to=to.person.email,
        subject=_("%(programme)s: your pair with %(partner)s has ended") % names,
        paragraphs=(
            happened % names,
            _(
                "You did nothing wrong, and it counts against nobody. You stay in %(programme)s; %(coordinator)s knows "
                "and will look for somebody new for you."
            )
            % names,
            _("The dates you two had are taken out of your calendar. Your own notes stay yours."),
        ),
        action_label=_("See your pair"),
        action_url=absolute(reverse("pair", args=[pair.public_id])),
        why=_why(programme),
    )


def pair_closed_letter(pair: Pair, *, to: Enrolment) -> Letter:
    """To both: the time that was planned is over, with thanks."""
    programme = pair.cohort.programme
    names = {
        "name": to.person.short_name,
        "partner": pair.partner_of(to.person).name,
        "programme": programme.name,
        "coordinator": coordinator_name(programme),
    }
    return Letter(
        to=to.person.email,
        subject=_("%(programme)s: your time with %(partner)s is over") % names,
        paragraphs=(
            _("%(name)s, the time of your pair with %(partner)s in %(programme)s is over. Thank you for it.") % names,
            _("Dates that were still planned are taken out of your calendar. Your own notes stay yours."),
            _("Nothing keeps the two of you from talking on."),
        ),
        action_label=_("See your pair"),
        action_url=absolute(reverse("pair", args=[pair.public_id])),
        after=(_("%(coordinator)s can tell you whether there is another round.") % names,),
        why=_why(programme),
    )


def _why(programme: Programme) -> str:
    return _("Sent because you take part in %(programme)s.") % {"programme": programme.name}
