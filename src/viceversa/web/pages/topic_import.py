"""Topics out of a file: upload it, choose among its rows, add what was chosen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.people import topic_import as topic_files
from viceversa.people.models import TopicImport
from viceversa.people.topic_catalogue import families
from viceversa.people.topic_file import TopicsRefused, sentence
from viceversa.people.topic_import import RowWish

from ..access import Seat, access_installation
from ..forms.topics import ChosenFamilyForm, FindTopicForm, TopicFileForm
from ..paging import one_page
from ..request import PageRequest

PROBLEMS_SHOWN = 50


def topic_import_new(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    form = TopicFileForm(request.POST, request.FILES) if request.method == "POST" else TopicFileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = topic_files.upload_topics(file.read(), file_name=file.name, by=seat.user, now=request.now)
        except TopicsRefused as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect("topic_import", batch.public_id)
    return render(request, "topics/import_new.html", {"form": form})


def topic_import(request: PageRequest, public_id: str) -> HttpResponse:
    """Choose among a file's rows, page by page or all that a search finds, and add them."""
    seat = access_installation(request)
    batch = TopicImport.objects.filter(public_id=public_id).first()
    if batch is None:
        raise Http404
    if batch.state == TopicImport.State.APPLIED:
        return redirect("topic_list")
    wish = RowWish(
        words=FindTopicForm.asked(request.GET),
        family=request.GET.get("family", "").replace("\0", "")[:200],
        only_new=request.GET.get("show") != "all",
    )
    form = ChosenFamilyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _act(request, seat, batch, wish=wish, family=form.cleaned_data["family"])
        if done is not None:
            return done
    return render(request, "topics/import_check.html", _context(request, batch, wish, form))


def _act(request: PageRequest, seat: Seat, batch: TopicImport, *, wish: RowWish, family: str) -> HttpResponse | None:
    """Keep the ticks of the page, then do what the button says."""
    topic_files.choose(batch, shown_rows=_numbers(request, "shown"), ticked=_numbers(request, "take"))
    do = request.POST.get("do", "page")
    if do == "all":
        topic_files.choose_all(batch, wish)
    elif do == "none":
        topic_files.choose_none(batch)
    elif do == "add":
        if not batch.rows.filter(is_chosen=True).exists():
            messages.warning(request, _("Choose at least one topic first."))
            return None
        added = topic_files.add_chosen(batch, family=family, by=seat.user, now=request.now)
        if added is not None:
            words = ngettext("%(n)s topic was added.", "%(n)s topics were added.", added)
            messages.success(request, filled(words, n=added))
        return redirect("topic_list")
    query = request.GET.urlencode()
    return redirect(reverse("topic_import", args=[batch.public_id]) + (f"?{query}" if query else ""))


def _numbers(request: PageRequest, name: str) -> set[int]:
    return {int(value) for value in request.POST.getlist(name) if value.isdecimal() and len(value) < 15}


def _context(request: PageRequest, batch: TopicImport, wish: RowWish, form: ChosenFamilyForm) -> dict[str, Any]:
    counts = topic_files.row_counts(batch)
    everything = counts.new if wish.only_new else counts.all
    page = one_page(request, topic_files.rows_of(batch, wish), count=None if wish.words or wish.family else everything)
    shapes = batch.rows.exclude(family="").order_by("family").values_list("family").annotate(n=Count("pk"))
    return {
        "batch": batch,
        "wish": wish,
        "form": form,
        "rows": topic_files.judged(page["page"]),
        "parts": list(shapes),
        "counts": counts,
        "families": families(),
        "problems": [{"problem": problem, "words": sentence(problem)} for problem in batch.problems[:PROBLEMS_SHOWN]],
        "more_problems": max(0, len(batch.problems) - PROBLEMS_SHOWN),
        **page,
    }


urlpatterns: list[URLPattern] = [
    path("people/topics/import/", topic_import_new, name="topic_import_new"),
    path("people/topics/import/<str:public_id>/", topic_import, name="topic_import"),
]
