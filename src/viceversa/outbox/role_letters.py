"""Giving a role to an address: the account where there is none, the grant, and the letter that says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.accounts.actions import account_for
from viceversa.accounts.grants import Granted, grant_role
from viceversa.accounts.links import WELCOME_LIVES, password_token
from viceversa.accounts.models import RoleGrant, User

from .actions import enqueue
from .letters import Letter, absolute, send
from .models import Job
from .registry import handles


@transaction.atomic
def give_role(*, email: str, name: str, role: Role, scope: str, by: User, now: datetime) -> Granted:
    """Grant the role to whoever has this address, and write to them. Raises what ``grant_role`` raises."""
    user = account_for(email=email, name=name, by=by, now=now)
    granted = grant_role(user=user, role=role, scope=scope, by=by, now=now)
    if granted.new:
        enqueue("role_letter", key=str(granted.grant.pk), now=now, facts={"grant": granted.grant.pk})
    return granted


@handles("role_letter")
def send_role_letter(job: Job, now: datetime) -> None:
    """Nothing leaves where the role has ended meanwhile."""
    grants = RoleGrant.objects.standing().select_related("user", "granted_by")
    grant = grants.filter(pk=job.facts["grant"], user__is_active=True).first()
    if grant is not None:
        send(role_letter(grant, now=now), job=job)


def role_words(role: Role) -> tuple[str, str]:
    """What a role is called in a sentence, and what it lets somebody do."""
    return {
        Role.COORDINATOR: (_("coordinator"), _("You run a programme: people, matching, and whoever needs a hand.")),
        Role.SPONSOR: (_("sponsor"), _("You read how a programme goes, in numbers that name nobody.")),
        Role.ANALYST: (_("analyst"), _("You read the facts of all programmes, in numbers that name nobody.")),
        Role.ADMINISTRATOR: (_("administrator"), _("You look after the installation and say who holds which role.")),
        Role.PRIVACY_OFFICER: (_("privacy officer"), _("You read who did what, without any of people’s words.")),
        Role.HANDLER: (_("handler"), _("You receive concerns that people raise in confidence.")),
    }[role]


def role_letter(grant: RoleGrant, *, now: datetime) -> Letter:
    """For somebody new the link lets them choose a password, once and within a week; for others it leads in."""
    user, (word, does) = grant.user, role_words(Role(grant.role))
    new = not user.has_usable_password()
    token = password_token(user, now=now, lives=WELCOME_LIVES) if new else ""
    giver = grant.granted_by.shown_name if grant.granted_by else _("An administrator")
    return Letter(
        to=user.email,
        subject=_("You are now %(role)s in Viceversa") % {"role": word},
        paragraphs=(_("%(name)s gave you the role of %(role)s.") % {"name": giver, "role": word}, does),
        action_label=_("Choose a password") if new else _("Sign in"),
        action_url=absolute(reverse("password_reset", args=[token]) if new else reverse("home")),
        after=(_("The link works once, for seven days."),) if new else (),
        why=_("Sent because %(name)s gave you a role.") % {"name": giver},
        language=user.language,
    )
