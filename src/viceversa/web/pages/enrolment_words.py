"""Somebody wrote a topic in their own words: did they mean one that the catalogue has?

Asked once, after the page was saved, so that nothing is lost; their own words may stay.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from viceversa.formats.topics import normal
from viceversa.people.models import Topic
from viceversa.people.topic_suggestions import Suggester
from viceversa.people.topics import take_meaning
from viceversa.programmes import enrolment_steps as steps
from viceversa.programmes.models import Enrolment

from ..access import access_enrolment, seat_of
from ..request import PageRequest

AT_MOST = 5


def ask_about(held: Enrolment, *, step: str, then: str, words: Collection[str]) -> HttpResponse | None:
    """On to the question, where the catalogue has something near these words; None where there is nothing to ask."""
    if not words:
        return None
    forms = {normal(word) for word in words}
    own = Topic.objects.filter(key__in=forms, standing=Topic.Standing.WORDS).order_by("pk")
    topics = {topic.name: topic.public_id for topic in own[:AT_MOST]}
    if not topics:
        return None
    near = Suggester(topics).nearest(topics)
    ids = [public_id for name, public_id in topics.items() if near[name]]
    return redirect(_address(held, step=step, then=then, ids=ids)) if ids else None


def _address(held: Enrolment, *, step: str, then: str, ids: Collection[str]) -> str:
    """With ids: what people write belongs into no address."""
    query = [("step", step), ("then", then), *(("of", public_id) for public_id in ids)]
    return f"{reverse('enrolment_words', args=[held.public_id])}?{urlencode(query)}"


def enrolment_words(request: PageRequest, public_id: str) -> HttpResponse:
    held = access_enrolment(request, public_id)
    step, then = request.GET.get("step", ""), request.GET.get("then", "")
    ids = [one[:24].replace("\0", "") for one in request.GET.getlist("of")[:AT_MOST]]
    words = _own(held, ids=ids)
    if request.method == "POST" and words:
        word, rest = words[0], [topic.public_id for topic in words[1:]]
        meant = Topic.objects.listed().filter(public_id=request.POST.get("topic", "")[:24].replace("\0", "")).first()
        if request.POST.get("word") != word.public_id:
            rest = [topic.public_id for topic in words]  # another window answered; ask again
        elif meant is not None:
            take_meaning(held.person, word=word, topic=meant, by=seat_of(request).user, now=request.now)
        return redirect(_address(held, step=step, then=then, ids=rest) if rest else _onward(held, step=step, then=then))
    if not words:
        return redirect(_onward(held, step=step, then=then))
    word = words[0]
    near = Suggester([word.name]).nearest([word.name])[word.name]
    context = {"enrolment": held, "programme": held.cohort.programme, "word": word, "near": near}
    return render(request, "enrolment/words.html", context)


def _own(held: Enrolment, *, ids: list[str]) -> list[Topic]:
    """Of these, the words that this person offers or wants, in the order asked."""
    person = held.person
    mine = {*person.offers.values_list("topic", flat=True), *person.wants.values_list("topic", flat=True)}
    found = Topic.objects.filter(pk__in=mine, public_id__in=ids, standing=Topic.Standing.WORDS)
    return sorted(found, key=lambda topic: ids.index(topic.public_id))


def _onward(held: Enrolment, *, step: str, then: str) -> str:
    if then == "later":
        return reverse("home")
    known = steps.steps_of(held)
    after = steps.CHECK if then == "check" or step not in known else steps.place_of(step, enrolment=held).after
    return reverse("enrolment_step", args=[held.public_id, after or steps.CHECK])


urlpatterns: list[URLPattern] = [
    path("programmes/enrolments/<str:public_id>/words/", enrolment_words, name="enrolment_words"),
]
