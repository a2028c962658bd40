"""The catalogue of topics: list, one topic, merging, and words of people that the catalogue does not know."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.access import Role
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.numbers import filled
from viceversa.people import topics as actions
from viceversa.people.models import Person, Topic
from viceversa.people.topic_catalogue import (
    TopicWish,
    catalogue,
    catalogue_counts,
    catalogue_csv,
    count_own_words,
    families,
    fill_catalogue,
    held_counts,
    own_words,
)
from viceversa.people.topic_suggestions import Suggester
from viceversa.programmes.models import Enrolment, Programme

from ..access import Seat, access_installation
from ..changed import tell_changed
from ..forms.once import fresh_key, id_from_key
from ..forms.topics import FindTopicForm, TopicForm
from ..paging import one_page
from ..request import PageRequest

FOUND_AT_MOST = 20
WORDS_A_PAGE = 25


def topic_list(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    if request.method == "POST":
        added = fill_catalogue(by=seat.user, now=request.now)
        messages.success(request, filled(_("%(n)s topics are in the catalogue now."), n=added))
        return redirect("topic_list")
    wish = TopicWish(
        words=FindTopicForm.asked(request.GET),
        family=_asked(request, "family"),
        retired=_asked(request, "show") == "retired",
    )
    programmes, asked = _programmes_of(seat), _asked(request, "among")
    among = asked if asked in {programme.public_id for programme in programmes} else ""
    page = one_page(request, catalogue(wish))
    held = held_counts(page["page"], people=_people(request, among=among))
    context: dict[str, Any] = {
        "wish": wish,
        "counts": catalogue_counts(),
        "programmes": programmes,
        "among": among,
        "rows": [(topic, [word.name for word in topic.synonyms.all()], held[topic.pk]) for topic in page["page"]],
        **page,
    }
    return render(request, "topics/topic_list.html", context)


def _asked(request: PageRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:200]


def _programmes_of(seat: Seat) -> list[Programme]:
    return list(Programme.objects.filter(public_id__in=seat.scopes(Role.COORDINATOR)).order_by("name"))


def _people(request: PageRequest, *, among: str) -> QuerySet[Person]:
    """Whoever is here, or takes part in one of the reader's own programmes."""
    people = Person.objects.here(on=request.now.date())
    if among:
        taking_part = Enrolment.objects.taking_part().filter(cohort__programme__public_id=among)
        people = people.filter(pk__in=taking_part.values("person"))
    return people


def topic_new(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    form = TopicForm(
        request.POST or None, initial={"name": _asked(request, "name"), "family": _asked(request, "family")}
    )
    key = request.POST.get("key") or fresh_key(seat.user)
    if request.method == "POST" and form.is_valid():
        new_id = id_from_key(key, user=seat.user)
        try:
            topic = actions.add_topic(form.content, by=seat.user, now=request.now, public_id=new_id)
        except actions.WordsTaken as refusal:
            form.refuse(refusal.taken)
        else:
            messages.success(request, _("“%(topic)s” is in the catalogue.") % {"topic": topic.name})
            return redirect("topic_words" if _asked(request, "from") == "words" else "topic_list")
    context = {"form": form, "key": key, "families": families()}
    return render(request, "topics/topic_form.html", context)


def topic(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    held = _topic(public_id)
    content = actions.content_of(held)
    form = TopicForm(request.POST or None, initial=TopicForm.initial_of(content))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_topic(
                held, content=form.content, seen=request.POST.get("seen", ""), by=seat.user, now=request.now
            )
        except ChangedMeanwhile:
            held, status = _topic(public_id), tell_changed(form)
            content = actions.content_of(held)
        except actions.WordsTaken as refusal:
            form.refuse(refusal.taken)
        except actions.NotThere:
            raise Http404 from None
        else:
            messages.success(request, _("“%(topic)s” is saved.") % {"topic": form.content.name})
            return redirect("topic", public_id)
    context = {
        "topic": held,
        "form": form,
        "seen": fingerprint(asdict(content)),
        "families": families(),
        "held": held_counts([held], people=Person.objects.here(on=request.now.date()))[held.pk],
    }
    return render(request, "topics/topic_form.html", context, status=status)


def _topic(public_id: str) -> Topic:
    held = Topic.objects.in_catalogue().filter(public_id=public_id).first()
    if held is None:
        raise Http404
    return held


def topic_retire(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    held = _topic(public_id)
    if request.POST.get("back"):
        actions.restore_topic(held, by=seat.user, now=request.now)
        messages.success(request, _("“%(topic)s” is offered again.") % {"topic": held.name})
    else:
        actions.retire_topic(held, by=seat.user, now=request.now)
        words = _("“%(topic)s” is offered to nobody any more. Who has it keeps it.")
        messages.success(request, words % {"topic": held.name})
    return redirect("topic", public_id)


def topic_merge(request: PageRequest, public_id: str) -> HttpResponse:
    """Find the other topic, see what happens, do it: three steps on one address."""
    seat = access_installation(request)
    held = _topic(public_id)
    other_id = request.POST.get("into", "") or _asked(request, "into")
    into = Topic.objects.listed().filter(public_id=other_id).exclude(pk=held.pk).first() if other_id else None
    if request.method == "POST" and into is not None:
        try:
            people = actions.merge_topics(held, into=into, by=seat.user, now=request.now)
        except actions.NotThere:
            raise Http404 from None
        words = ngettext(
            "“%(gone)s” is a part of “%(topic)s” now; the list of %(n)s person says so.",
            "“%(gone)s” is a part of “%(topic)s” now; the lists of %(n)s people say so.",
            people,
        )
        messages.success(request, filled(words, gone=held.name, topic=into.name, n=people))
        return redirect("topic", into.public_id)
    asked = FindTopicForm.asked(request.GET)
    here = Person.objects.here(on=request.now.date())
    both = [held, into] if into else [held]
    counts = held_counts(both, people=here)
    context = {
        "topic": held,
        "into": into,
        "counts": [(one, counts[one.pk]) for one in both],
        "asked": asked,
        "found": _found(asked, besides=held.public_id) if not into else [],
    }
    return render(request, "topics/merge.html", context)


def _found(asked: str, *, besides: str = "") -> list[Topic]:
    """Topics that the words find, else those nearest to them; without words nothing."""
    if not asked:
        return []
    found = list(catalogue(TopicWish(words=asked)).exclude(public_id=besides)[:FOUND_AT_MOST])
    if found:
        return found
    near = [one.topic for one in Suggester([asked]).nearest([asked], at_most=5)[asked]]
    return list(Topic.objects.filter(public_id__in=near).exclude(public_id=besides))


def topic_words(request: PageRequest) -> HttpResponse:
    """Words of people that the catalogue does not know, each with what may be meant."""
    access_installation(request)
    page = one_page(request, own_words(), per_page=WORDS_A_PAGE, count=count_own_words())
    rows = list(page["page"])
    words = [row.name for row in rows]
    nearest = Suggester(words).nearest(words) if words else {}
    context = {"rows": [(row, nearest[row.name]) for row in rows], **page}
    return render(request, "topics/words.html", context)


def topic_word(request: PageRequest, public_id: str) -> HttpResponse:
    """Say what one word means: one press for what was suggested, or find the topic first."""
    seat = access_installation(request)
    word = Topic.objects.own_words().filter(public_id=public_id).first()
    if word is None:
        if request.method == "POST":  # somebody else was quicker
            messages.info(request, _("That word has a meaning already."))
            return redirect("topic_words")
        raise Http404
    if request.method == "POST":
        meant = Topic.objects.listed().filter(public_id=request.POST.get("topic", "")[:24]).first()
        if meant is not None:
            return _means(request, seat, word, meant)
    asked = FindTopicForm.asked(request.GET)
    context = {"word": word, "asked": asked, "found": _found(asked or word.name)}
    return render(request, "topics/word.html", context)


def _means(request: PageRequest, seat: Seat, word: Topic, meant: Topic) -> HttpResponse:
    try:
        actions.say_what_word_means(word, topic=meant, by=seat.user, now=request.now)
    except (actions.NotThere, actions.WordsTaken):
        messages.info(request, _("That word has a meaning already."))
    else:
        words = _("“%(word)s” means “%(topic)s” from the next match run on. People keep it as they wrote it.")
        messages.success(request, words % {"word": word.name, "topic": meant.name})
    return redirect("topic_words")


def topics_csv(request: PageRequest) -> HttpResponse:
    access_installation(request)
    response = HttpResponse(catalogue_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="topics.csv"'
    return response


urlpatterns: list[URLPattern] = [
    path("people/topics/", topic_list, name="topic_list"),
    path("people/topics/new/", topic_new, name="topic_new"),
    path("people/topics/words/", topic_words, name="topic_words"),
    path("people/topics/words/<str:public_id>/", topic_word, name="topic_word"),
    path("people/topics/topics.csv", topics_csv, name="topics_csv"),
    path("people/topics/<str:public_id>/", topic, name="topic"),
    path("people/topics/<str:public_id>/merging/", topic_merge, name="topic_merge"),
    path("people/topics/<str:public_id>/retirement/", topic_retire, name="topic_retire"),
]
