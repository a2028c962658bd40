"""``viceversa administrator``: makes the first administrator, or another when nobody can sign in any more."""

from __future__ import annotations

import argparse

from viceversa.commands.outcome import Answer, WrongUsage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="E-MAIL", help="the address to sign in with")
    parser.add_argument("--name", default="", help="how pages name this person")


def run(arguments: argparse.Namespace) -> Answer:
    from viceversa.operations.setup import set_up

    set_up()
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.urls import reverse

    from viceversa.accounts.access import Role
    from viceversa.accounts.actions import account_for
    from viceversa.accounts.grants import grant_role
    from viceversa.accounts.links import WELCOME_LIVES, password_token
    from viceversa.operations.migrating import migrate_both
    from viceversa.outbox.letters import absolute

    try:
        validate_email(arguments.email)
    except ValidationError:
        raise WrongUsage(f"{arguments.email!r} is not an e-mail address, such as ada@example.org.") from None
    migrate_both()
    now = settings.CLOCK()
    user = account_for(email=arguments.email, name=arguments.name, by=None, now=now)
    new = grant_role(user=user, role=Role.ADMINISTRATOR, scope="", by=None, now=now).new
    link = absolute(reverse("password_reset", args=[password_token(user, now=now, lives=WELCOME_LIVES)]))
    said = f"{user.email} {'is now' if new else 'was already'} an administrator."
    served = (
        f"The address is that of VICEVERSA_BASE_URL, {settings.BASE_URL}. "
        "If you serve somewhere else, set it to where people open Viceversa and run this again."
    )
    return Answer(
        f"{said}\nChoose a password within seven days, once, at\n{link}\n{served}",
        {"email": user.email, "new": new, "link": link},
    )
