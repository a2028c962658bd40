"""The topics that a programme shows first at enrolment, chosen from the catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.formats.topics import normal
from viceversa.people.models import Topic
from viceversa.people.topic_catalogue import TopicWish, catalogue, families, meanings
from viceversa.programmes.models import Programme
from viceversa.programmes.topic_choice import (
    MOST_A_SIDE,
    SIDES,
    ProgrammeTopic,
    TooManyTopics,
    choose_topics,
    seen_topics,
    topics_in,
)

from ..access import access_programme, seat_of
from ..changed import CHANGED
from ..forms.topics import FindTopicForm
from ..paging import one_page
from ..request import PageRequest

OUT = "out"


def programme_topics(request: PageRequest, public_id: str) -> HttpResponse:
    """One form: what is chosen, each to keep or take out, and what the search found, each to add."""
    programme = access_programme(request, public_id)
    problem, status = "", 200
    if request.method == "POST":
        try:
            choose_topics(
                programme,
                topics=_answered(request, programme),
                seen=request.POST.get("seen", ""),
                by=seat_of(request).user,
                now=request.now,
            )
        except ChangedMeanwhile:
            problem, status = (
                _("Somebody else changed these topics meanwhile. Look at them here and choose again."),
                CHANGED,
            )
        except TooManyTopics as refusal:
            facts = {"most": MOST_A_SIDE, "count": refusal.count}
            problem = _("Keep up to %(most)d topics for a side; people read them all. You chose %(count)d.") % facts
        else:
            messages.success(request, _("The topics are saved. Whoever enrols from now on sees them first."))
            return redirect(reverse("programme_topics", args=[public_id]) + _query(request))
        programme.refresh_from_db(fields=["topics"])
    return render(request, "topics/programme.html", _context(request, programme, problem), status=status)


def _query(request: PageRequest) -> str:
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


def _answered(request: PageRequest, programme: Programme) -> list[ProgrammeTopic]:
    """What the page's rows say: the programme's own by their place, topics of the catalogue by their id."""
    kept = []
    for number, topic in enumerate(topics_in(programme)):
        side = request.POST.get(f"keep_{number}", topic.side)
        if side != OUT:
            kept.append(ProgrammeTopic(topic.name, topic.family, side if side in SIDES else topic.side))
    added = {name.removeprefix("add_"): side for name, side in request.POST.items() if name.startswith("add_")}
    wanted = {public_id: side for public_id, side in added.items() if side in SIDES}
    there = {normal(topic.name) for topic in kept}
    fresh = Topic.objects.listed().filter(public_id__in=list(wanted)[:200]).exclude(key__in=there).order_by("key")
    return kept + [ProgrammeTopic(topic.name, topic.family, wanted[topic.public_id]) for topic in fresh]


def _context(request: PageRequest, programme: Programme, problem: str) -> dict[str, object]:
    wish = TopicWish(
        words=FindTopicForm.asked(request.GET), family=request.GET.get("family", "").replace("\0", "")[:200]
    )
    chosen = topics_in(programme)
    meant = meanings([topic.name for topic in chosen])
    keys = {normal(topic.name) for topic in chosen} | {topic.key for topic in meant.values()}
    found = catalogue(wish).exclude(key__in=keys)
    return {
        "programme": programme,
        "problem": problem,
        "wish": wish,
        "families": families(),
        "seen": seen_topics(programme),
        "chosen": [(number, topic, meant.get(normal(topic.name))) for number, topic in enumerate(chosen)],
        "most": MOST_A_SIDE,
        **one_page(request, found),
    }


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/topics/", programme_topics, name="programme_topics"),
]
