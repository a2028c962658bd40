"""Searches of the directory that somebody keeps for themself: saved under a name, renamed, changed, taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User

from .models import SavedView

MOST_VIEWS = 50
MOST_LETTERS = 60


class NameTaken(Exception):
    """Another view of the same person has this name."""


class TooManyViews(Exception):
    """There are as many as a page shows."""


class ViewGone(Exception):
    """This person has no such view, or not any more."""


def views_of(user: User) -> list[SavedView]:
    """Somebody's own views, in the order of their names."""
    return list(SavedView.objects.filter(owner=user)[:MOST_VIEWS])


def seen_of(view: SavedView) -> str:
    """What somebody saw of a view when its form was drawn, in a few letters."""
    return fingerprint(_values(view))


def _values(view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "asked": view.asked}


@transaction.atomic
def save_view(*, name: str, asked: dict[str, Any], by: User, now: datetime) -> SavedView:
    """Keep what was asked of the directory. Raises ``NameTaken``, ``TooManyViews``."""
    User.objects.select_for_update().get(pk=by.pk)  # of two at once, the second sees what the first has saved
    own = SavedView.objects.filter(owner=by)
    if own.filter(name=name).exists():
        raise NameTaken
    if own.count() >= MOST_VIEWS:
        raise TooManyViews
    return SavedView.objects.create(owner=by, name=name, asked=asked, made_at=now)


@transaction.atomic
def rename_view(public_id: str, *, name: str, seen: str, by: User) -> SavedView:
    """Raises ``ViewGone``, ``ChangedMeanwhile``, ``NameTaken``."""
    view = _locked(public_id, seen=seen, by=by)
    if SavedView.objects.filter(owner=by, name=name).exclude(pk=view.pk).exists():
        raise NameTaken
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def ask_anew(public_id: str, *, asked: dict[str, Any], seen: str, by: User) -> SavedView:
    """Put other filters under the same name. Raises ``ViewGone``, ``ChangedMeanwhile``."""
    view = _locked(public_id, seen=seen, by=by)
    view.asked = asked
    view.save(update_fields=["asked"])
    return view


@transaction.atomic
def remove_view(public_id: str, *, by: User) -> str:
    """Take a view away; its name. Raises ``ViewGone``."""
    view = _own(public_id, by=by)
    view.delete()
    return view.name


def _own(public_id: str, *, by: User) -> SavedView:
    User.objects.select_for_update().get(pk=by.pk)
    view = SavedView.objects.filter(owner=by, public_id=public_id).first()
    if view is None:
        raise ViewGone
    return view


def _locked(public_id: str, *, seen: str, by: User) -> SavedView:
    view = _own(public_id, by=by)
    check_unchanged(_values(view), seen=seen)
    return view
