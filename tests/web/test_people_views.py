"""Saved views: one's own, and nothing in them is lost to a second window."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from viceversa.people.models import SavedView
from viceversa.people.saved_views import MOST_VIEWS, seen_of

PAGE = "/people/views/"
SEARCH = "q=priya&no_email=yes"


@pytest.fixture
def coordinator(northmoor, client):
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def view(northmoor):
    owner = northmoor.users["coordinator"]
    return SavedView.objects.create(
        owner=owner, name="Stores", asked={"function": "Stores"}, made_at=northmoor.programme.made_at
    )


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_search_is_saved_under_a_name_and_opened_again_above_the_directory(coordinator):
    page = coordinator.get("/people/", {"q": "priya"})
    assert f'href="{PAGE}?search={quote("q=priya", safe="")}"' in page.content.decode()
    assert "“priya”, without e-mail" in text_of(coordinator.get(PAGE, {"search": SEARCH}))
    done = coordinator.post(PAGE, {"do": "save", "search": SEARCH, "name": "Priyas"})
    assert (done.status_code, done["Location"]) == (302, f"/people/?{SEARCH}")
    shown = coordinator.get("/people/")
    assert "Priyas" in text_of(shown)
    assert coordinator.get("/people/", {"q": "priya", "no_email": "yes"}).context["views"][0][2] is True


def test_no_name_a_long_name_a_taken_name_and_nothing_searched_are_each_said(coordinator, view):
    for name, search, words in (
        ("", SEARCH, "Enter a name for this view."),
        ("x" * 61, SEARCH, "at most 60 letters; this one has 61"),
        ("Stores", SEARCH, "you have a view called “Stores” already"),
        ("New", "", "Search or filter the directory first"),
    ):
        page = coordinator.post(PAGE, {"do": "save", "search": search, "name": name})
        assert words in text_of(page)
        assert text_of(page).startswith("Error:")
        assert SavedView.objects.count() == 1


def test_a_view_is_renamed_and_what_was_typed_stays_where_it_cannot(coordinator, view):
    seen = seen_of(view)
    SavedView.objects.create(owner=view.owner, name="Taken", asked={}, made_at=view.made_at)
    page = coordinator.post(PAGE, {"do": "rename", "view": view.public_id, "seen": seen, "name": "Taken"})
    assert 'value="Taken" maxlength="60" aria-invalid="true"' in page.content.decode()
    coordinator.post(PAGE, {"do": "rename", "view": view.public_id, "seen": seen, "name": "Shops"})
    view.refresh_from_db()
    assert view.name == "Shops"


def test_what_changed_in_another_window_is_not_overwritten(coordinator, view):
    seen = seen_of(view)
    SavedView.objects.filter(pk=view.pk).update(name="Renamed elsewhere")
    for act in (
        {"do": "rename", "view": view.public_id, "seen": seen, "name": "Mine"},
        {"do": "put", "view": f"{view.public_id}:{seen}", "search": SEARCH},
    ):
        page = coordinator.post(PAGE, act, follow=True)
        assert "you changed that view somewhere else meanwhile" in text_of(page)
    view.refresh_from_db()
    assert (view.name, view.asked) == ("Renamed elsewhere", {"function": "Stores"})


def test_another_search_takes_a_views_place(coordinator, view):
    coordinator.post(PAGE, {"do": "put", "view": f"{view.public_id}:{seen_of(view)}", "search": SEARCH})
    view.refresh_from_db()
    assert view.asked == {"words": "priya", "no_email": True}


def test_a_view_is_taken_away(coordinator, view):
    page = coordinator.post(PAGE, {"do": "remove", "view": view.public_id}, follow=True)
    assert "Taken away: Stores." in text_of(page)
    assert not SavedView.objects.exists()


def test_somebody_elses_view_is_neither_shown_nor_touched(northmoor, coordinator, view):
    northmoor.sign_in(coordinator, "coordinator_elsewhere")
    assert "Stores" not in text_of(coordinator.get(PAGE))
    for act in (
        {"do": "rename", "view": view.public_id, "seen": seen_of(view), "name": "Mine"},
        {"do": "put", "view": f"{view.public_id}:{seen_of(view)}", "search": SEARCH},
        {"do": "remove", "view": view.public_id},
    ):
        assert "not here any more" in text_of(coordinator.post(PAGE, act, follow=True))
    view.refresh_from_db()
    assert (view.name, view.asked) == ("Stores", {"function": "Stores"})


def test_there_is_room_for_so_many_and_then_one_has_to_go(coordinator, view):
    SavedView.objects.bulk_create(
        SavedView(owner=view.owner, name=f"V{number}", asked={"words": "a"}, made_at=view.made_at)
        for number in range(MOST_VIEWS - 1)
    )
    page = coordinator.post(PAGE, {"do": "save", "search": SEARCH, "name": "One more"})
    assert f"there is room for {MOST_VIEWS}" in text_of(page)
    assert SavedView.objects.count() == MOST_VIEWS
