"""Who hears concerns in a programme: at least two to choose from, one of them outside the line of HR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from viceversa.accounts.access import Role
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import RoleGrant, User
from viceversa.accounts.models.role import RoleGrantQuerySet
from viceversa.people.models import Person

from .events import record_programme
from .models import Programme, ProgrammeHandler

LEAST = 2


class NotAHandler(Exception):
    """The user does not hold the role handler."""


@dataclass(frozen=True)
class Listed:
    """A handler as the programme names them."""

    handler: ProgrammeHandler
    name: str
    reach: str

    @property
    def is_outside(self) -> bool:
        """Somebody who is not of the organisation."""
        return self.handler.user_id is None


def handlers_of(programme: Programme) -> list[Listed]:
    """Whoever hears concerns here and still may: a user who lost the role is not listed. Two queries."""
    rows = list(programme.handlers.select_related("user"))
    standing = set(_grants().values_list("user", flat=True)) if rows else set()
    names = _names([row.user for row in rows if row.user is not None])
    return [
        Listed(row, names.get(row.user_id or 0, row.name), row.user.email if row.user else row.reach)
        for row in rows
        if row.user_id is None or row.user_id in standing
    ]


def may_be_chosen(programme: Programme) -> list[tuple[str, str]]:
    """Public id and name of everybody with the role who is not chosen yet, by name."""
    chosen = programme.handlers.exclude(user=None).values("user")
    users = list(User.objects.filter(pk__in=_grants().values("user"), is_active=True).exclude(pk__in=chosen))
    names = _names(users)
    return sorted(((user.public_id, names[user.pk]) for user in users), key=lambda row: row[1].casefold())


def role_is_held() -> bool:
    """Whether anybody at all may hear concerns."""
    return _grants().exists()


def are_enough(handlers: Sequence[Listed]) -> bool:
    return len(handlers) >= LEAST and any(one.handler.is_outside_hr for one in handlers)


@transaction.atomic
def choose_handler(programme: Programme, *, user_id: str, is_outside_hr: bool, by: User, now: datetime) -> None:
    """Name somebody who holds the role. Naming them again changes whether they stand outside HR."""
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    user = User.objects.filter(public_id=user_id, pk__in=_grants().values("user")).first()
    if user is None:
        raise NotAHandler
    row, _new = ProgrammeHandler.objects.update_or_create(
        programme=held,
        user=user,
        defaults={"is_outside_hr": is_outside_hr},
        create_defaults=_new_row(is_outside_hr, now),
    )
    _record("handler_added", row, by=by, now=now)


@transaction.atomic
def add_contact(
    programme: Programme, *, name: str, reach: str, is_outside_hr: bool, by: User, now: datetime, public_id: str = ""
) -> None:
    """Name a contact outside, such as a helpline; a second call with the same ``public_id`` does nothing."""
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    row, new = ProgrammeHandler.objects.get_or_create(
        public_id=public_id or new_public_id(),
        defaults={"programme": held, "name": name, "reach": reach, **_new_row(is_outside_hr, now)},
    )
    if new:
        _record("handler_added", row, by=by, now=now)


@transaction.atomic
def remove_handler(programme: Programme, *, handler_id: str, by: User, now: datetime) -> str | None:
    """Take somebody off; their public id, or None where they were off already."""
    row = programme.handlers.filter(public_id=handler_id).first()
    if row is None:
        return None
    _record("handler_removed", row, by=by, now=now)
    row.delete()
    return handler_id


def _new_row(is_outside_hr: bool, now: datetime) -> dict[str, object]:
    return {"is_outside_hr": is_outside_hr, "added_at": now}


def _grants() -> RoleGrantQuerySet:
    return RoleGrant.objects.standing().filter(role=Role.HANDLER.value, user__is_active=True)


def _names(users: Sequence[User]) -> dict[int, str]:
    """How people know them: by their person's name where they are in the directory."""
    people = {person.user_id: person.name for person in Person.objects.filter(user__in=users)} if users else {}
    return {user.pk: people.get(user.pk) or user.shown_name for user in users}


def _record(verb: str, row: ProgrammeHandler, *, by: User, now: datetime) -> None:
    record_programme(verb, row.programme, by=by, now=now, facts={"handler": row.public_id})
