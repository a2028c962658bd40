"""The letters of admission: how somebody stands, the way in for whoever registers, reminders, and the manager's.

Each is written from ids in the moment in which it is sent, and says only what is true then.
"""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from viceversa.outbox.letters import Letter, absolute
from viceversa.people.models import Person

from .coordinators import coordinator_name
from .design_words import dates_words, opened
from .hours import hours_words
from .invitation_token import STANDS_FOR, token_for
from .models import Enrolment, RegistrationRequest
from .registration import token_for as registration_token
from .waiting_list import place_of

SINCE_IN = (Enrolment.State.INVITED, Enrolment.State.DRAFT, *Enrolment.TAKING_PART)
# In which states each piece of news is still true.
TRUE_IN: dict[str, tuple[str, ...]] = {
    "applied": (Enrolment.State.APPLIED,),
    "place": SINCE_IN,
    "moved_up": SINCE_IN,
    "drawn": SINCE_IN,
    "waiting": (Enrolment.State.WAITING,),
    "not_drawn": (Enrolment.State.WAITING,),
    "not_now": (Enrolment.State.NOT_NOW,),
}


def standing_letter(enrolment: Enrolment, *, news: str, now: datetime) -> Letter:
    """What has happened to somebody who put themself forward."""
    programme = enrolment.cohort.programme
    subject, paragraphs = _news(enrolment, news=news)
    frame = {
        "name": enrolment.person.short_name,
        "programme": programme.name,
        "coordinator": coordinator_name(programme),
        "place": place_of(enrolment),
        "day": date_format((now + STANDS_FOR).date(), "j F"),
    }
    is_over = news == "not_now"
    return Letter(
        to=enrolment.person.email,
        subject=subject % frame,
        paragraphs=tuple(paragraph % frame for paragraph in paragraphs),
        action_label="" if is_over else _action(enrolment),
        action_url="" if is_over else _way_in(enrolment, now=now),
        after=(str(frame["coordinator"]),),
        why=_("Sent because you put yourself forward for %(programme)s, or were enrolled in it.") % frame,
    )


def _news(enrolment: Enrolment, *, news: str) -> tuple[str, tuple[str, ...]]:
    more = _("Say what you would like; it takes about five minutes, and you can stop in between.")
    there = _("Your answers are there already, so there is nothing left to do.")
    then = there if enrolment.state in Enrolment.TAKING_PART else more
    place = _("You are number %(place)s on the wait-list.")
    up = _("When a place becomes free, it goes to the first on the list, and you get a letter at once.")
    quit_ = _("You can take yourself off the list whenever you like, without a reason.")
    words: dict[str, tuple[str, tuple[str, ...]]] = {
        "applied": (
            _("You are on the list for %(programme)s"),
            (
                _("%(name)s, thank you for putting yourself forward. You have nothing to do now."),
                _("You get a letter when it is decided, whichever way."),
                quit_,
            ),
        ),
        "place": (_("You have a place in %(programme)s"), (_("%(name)s, you have a place."), then)),
        "moved_up": (
            _("A place has become free for you in %(programme)s"),
            (_("%(name)s, somebody has given their place back, and you are next: it is yours."), then),
        ),
        "drawn": (
            _("You were drawn for %(programme)s"),
            (_("%(name)s, there were more people than places, so lots were drawn, and you have a place."), then),
        ),
        "waiting": (
            _("You are on the wait-list of %(programme)s"),
            (_("%(name)s, every place is taken at the moment."), place, up, quit_),
        ),
        "not_drawn": (
            _("Not drawn this time, and on the wait-list of %(programme)s"),
            (
                _(
                    "%(name)s, there were more people than places, so lots were drawn. Yours was not among the "
                    "first. It says nothing about you: chance alone decided, and anybody can check it."
                ),
                place,
                up,
                quit_,
            ),
        ),
        "not_now": (
            _("%(programme)s: not this time"),
            (
                _("%(name)s, thank you for putting yourself forward. You do not have a place this time."),
                _("It is no judgement of you or of your work, and nobody else is told."),
                _("If you would like to be asked for another round, answer this letter or write to %(coordinator)s."),
            ),
        ),
    }
    return words[news]


def _action(enrolment: Enrolment) -> str:
    if enrolment.state in (Enrolment.State.INVITED, Enrolment.State.DRAFT):
        return _("Say what you would like")
    return _("See where you stand")


def _way_in(enrolment: Enrolment, *, now: datetime) -> str:
    """Straight to the page for whoever has an account, through the personal link for the others."""
    if enrolment.person.user_id is None:
        return absolute(reverse("join", args=[token_for(enrolment, now=now)]))
    if enrolment.state in Enrolment.STANDS_BY:
        return absolute(reverse("your_place", args=[enrolment.public_id]))
    return absolute(reverse("enrolment", args=[enrolment.cohort.programme.public_id]))


def reminder(enrolment: Enrolment, *, last: bool, now: datetime) -> Letter:
    """An invitation that nobody has answered; the second one is the last."""
    programme = enrolment.cohort.programme
    frame = {
        "name": enrolment.person.short_name,
        "programme": programme.name,
        "coordinator": coordinator_name(programme),
        "day": date_format((now + STANDS_FOR).date(), "j F"),
    }
    stands = _("%(name)s, your invitation to %(programme)s still stands. This letter opens it until %(day)s.")
    ends = _("This is the last letter about it. Without an answer nothing happens, and nobody asks why.")
    again = _("Either answer ends these letters: yes, or “No thank you” without a reason.")
    return Letter(
        to=enrolment.person.email,
        subject=_("Still open: your invitation to %(programme)s") % frame,
        paragraphs=(stands % frame, ends if last else again),
        action_label=_("Answer the invitation"),
        action_url=absolute(reverse("join", args=[token_for(enrolment, now=now)])),
        after=(str(frame["coordinator"]),),
        why=_("Sent because %(coordinator)s, who coordinates %(programme)s, invited you.") % frame,
    )


def registration_letter(asked: RegistrationRequest, *, person: Person | None) -> Letter:
    """The way on for whoever typed their address into a cohort's page."""
    programme = asked.cohort.programme
    frame = {"name": person.short_name if person else "", "programme": programme.name}
    hello = _("%(name)s, here is the way to put yourself forward for %(programme)s.")
    stranger = _("Here is the way to put yourself forward for %(programme)s, as somebody from outside.")
    path = reverse("register_confirm", args=[asked.cohort.public_id, registration_token(asked)])
    return Letter(
        to=asked.email,
        subject=_("Put yourself forward for %(programme)s") % frame,
        paragraphs=(
            (hello if person else stranger) % frame,
            _("The link works for two days. Nothing happens until you press the button on the page that it opens."),
        ),
        action_label=_("Go on"),
        action_url=absolute(path),
        after=(_("If it was not you who asked, leave this letter alone: nothing has changed."),),
        why=_("Sent because this address was typed into the page of %(programme)s.") % frame,
    )


def manager_letter(enrolment: Enrolment, *, manager: Person) -> Letter:
    """The line manager is told who, how many hours, and from when to when; nothing else."""
    cohort = enrolment.cohort
    frame = {
        "name": enrolment.person.name,
        "first_name": enrolment.person.short_name,
        "manager": manager.short_name,
        "hours": hours_words(cohort.programme),
        "dates": dates_words(cohort),
    }
    return Letter(
        to=manager.email,
        subject=_("Time that %(name)s needs") % frame,
        paragraphs=(
            _("%(manager)s, %(name)s takes part in a learning programme of the organisation.") % frame,
            opened(_("it takes %(hours)s of working time: %(dates)s.") % frame),
            _(
                "That is all there is for you to know, and nothing to do but to leave the time free. What "
                "%(first_name)s talks about, and with whom, is theirs; do not ask about it."
            )
            % frame,
        ),
        why=_("Sent because you lead %(name)s, so that the time is known to you.") % frame,
    )
