"""The letters of enrolment, written from ids in the moment in which they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.outbox.letters import Letter, absolute

from .design_words import gap_words, plan_words
from .invitation_token import STANDS_FOR, token_for
from .models import Enrolment, Programme
from .places import keeps_place
from .policy import complete_policy


@dataclass(frozen=True)
class InvitationWords:
    """What an invitation says, apart from its link: shown to the coordinator before it goes out, too."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str
    after: tuple[str, ...]


def name_of(user: User | None) -> str:
    """How people know somebody who runs a programme."""
    if user is None:
        return _("The coordinator")
    return user.person.name if hasattr(user, "person") else user.shown_name


def invitation_words(
    programme: Programme, *, role: str, given_name: str, inviter: str, keeps_place: bool = True, now: datetime
) -> InvitationWords:
    """``keeps_place`` is false where places are limited, and whoever answers first has one."""
    until = date_format((now + STANDS_FOR).date(), "j F")
    greeting = _greeting(keeps_place=keeps_place) % {"name": given_name, "day": until}
    private = _(
        "Enrolling takes five minutes. What the two of you talk about stays with the two of you: "
        "I see only whether you met."
    )
    refuse = _("The same page has “No thank you”. You need no reason, and I will not ask again for this round.")
    as_mentor = role == Enrolment.Role.MENTOR
    return InvitationWords(
        subject=_mentor_subject(programme) if as_mentor else _("Would you learn something from somebody junior?"),
        paragraphs=(greeting, _mentor_ask(programme) if as_mentor else _mentee_ask(programme), private),
        action=_("Choose what to show") if as_mentor else _("Choose what to learn"),
        after=(refuse, inviter),
    )


def _greeting(*, keeps_place: bool) -> str:
    if keeps_place:
        return _("%(name)s, a place is kept for you until %(day)s.")
    return _(
        "%(name)s, you are invited, and this letter opens the page until %(day)s. Places are limited: they go to "
        "those who answer first, and after them there is a wait-list."
    )


def _mentor_subject(programme: Programme) -> str:
    return _("Would you show a %(leader)s something you know?") % {"leader": programme.mentee_word}


def _frame(programme: Programme) -> dict[str, str]:
    return {
        "plan": plan_words(programme),
        "leader": programme.mentee_word,
        "mentors": gap_words(complete_policy(programme.policy)["rules"], leader=programme.mentee_word),
    }


def _mentee_ask(programme: Programme) -> str:
    return _(
        "In %(plan)s, a colleague who is junior to you and outside your line "
        "teaches you something you choose. You give something back."
    ) % _frame(programme)


def _mentor_ask(programme: Programme) -> str:
    return _(
        "In %(plan)s, you teach a %(leader)s outside your line something you know "
        "and they do not. They give you something back that you choose."
    ) % _frame(programme)


def invitation(enrolment: Enrolment, *, by: User | None, now: datetime) -> Letter:
    """The invitation with its link; a letter sent again keeps the place for another seven days."""
    programme = enrolment.cohort.programme
    inviter = name_of(by)
    words = invitation_words(
        programme,
        role=enrolment.role,
        given_name=enrolment.person.short_name,
        inviter=inviter,
        keeps_place=keeps_place(enrolment),
        now=now,
    )
    why = _("Sent because %(inviter)s, who coordinates %(programme)s, invited you.")
    return Letter(
        to=enrolment.person.email,
        subject=words.subject,
        paragraphs=words.paragraphs,
        action_label=words.action,
        action_url=absolute(reverse("join", args=[token_for(enrolment, now=now)])),
        after=words.after,
        why=why % {"inviter": inviter, "programme": programme.name},
    )
