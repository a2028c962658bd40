"""Who holds which role: give one, end one, list them. Mentor, mentee and delegate are not given here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from .access import PROGRAMME_ROLES, Role
from .events import record
from .models import RoleGrant, User

BARRED_FROM_ONESELF = frozenset({Role.HANDLER})  # who opens concerns is for somebody else to say


class OwnRole(Exception):
    """Nobody gives themself this role: a second person has to."""


class LastAdministrator(Exception):
    """Without this grant nobody could give roles any more."""


class WrongScope(ValueError):
    """A sponsor needs a programme; a role of the whole installation has none."""


@dataclass(frozen=True)
class Granted:
    """The grant that stands now, and whether it is new."""

    grant: RoleGrant
    new: bool


@transaction.atomic
def grant_role(*, user: User, role: Role, scope: str, by: User | None, now: datetime) -> Granted:
    """Give a role in one programme (``scope`` its public id) or in the installation (``""``).

    ``by`` is None when the command line gives it.

    A coordinator without a programme may begin programmes. A role that is held already stays as it is.
    Raises ``OwnRole`` and ``WrongScope``.
    """
    if user == by and role in BARRED_FROM_ONESELF:
        raise OwnRole
    if (role is Role.SPONSOR and not scope) or (role not in PROGRAMME_ROLES and scope):
        raise WrongScope
    held = RoleGrant.objects.standing().filter(user=user, role=role.value, scope=scope)
    there = held.first()
    if there is not None:
        return Granted(there, new=False)
    try:
        with transaction.atomic():
            made = RoleGrant.objects.create(user=user, role=role.value, scope=scope, granted_by=by, granted_at=now)
    except IntegrityError:  # somebody gave it in the same moment
        return Granted(held.get(), new=False)
    _record("role.granted", made, by=by, now=now)
    return Granted(made, new=True)


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User, now: datetime) -> bool:
    """End a grant; False where it had ended before. Raises ``LastAdministrator``."""
    administrators = RoleGrant.objects.standing().filter(role=Role.ADMINISTRATOR.value, user__is_active=True)
    # Held in order, so that two administrators who end each other at once do not both succeed.
    standing = list(administrators.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if standing == [grant.pk]:
        raise LastAdministrator
    if not RoleGrant.objects.standing().filter(pk=grant.pk).update(ended_at=now):
        return False
    _record("role.ended", grant, by=by, now=now)
    return True


def standing_grants() -> QuerySet[RoleGrant]:
    """Who holds what, by role and name."""
    return (
        RoleGrant.objects.standing()
        .select_related("user", "granted_by")
        .order_by("role", "user__name", "user__email", "pk")
    )


def _record(verb: str, grant: RoleGrant, *, by: User | None, now: datetime) -> None:
    facts = {"role": grant.role}
    record(verb, noun="role", object_id=grant.user.public_id, by=by, now=now, scope=grant.scope, facts=facts)
