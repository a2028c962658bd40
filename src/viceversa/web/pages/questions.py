"""What a programme asks besides, and what people answered to it, for their coordinator."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.people.languages import name_of
from viceversa.programmes import questions as asking
from viceversa.programmes.cohorts import cohorts_of
from viceversa.programmes.models import Programme, Question
from viceversa.programmes.pausing import pause_of
from viceversa.programmes.question_answers import answered_lines, answers_csv

from ..access import access_enrolment, access_programme, seat_of
from ..changed import CHANGED
from ..forms.once import fresh_key, id_from_key
from ..forms.questions import QuestionForm
from ..request import PageRequest


def question_list(request: PageRequest, public_id: str) -> HttpResponse:
    """All of them in order; each can be moved by a button, and taken away."""
    programme = access_programme(request, public_id)
    if request.method == "POST":
        return _arranged(request, programme)
    rows = list(asking.questions_asked(programme))
    context = {"programme": programme, "rows": rows, "takes": _takes_words(rows, leader=programme.mentee_word)}
    return render(request, "questions/question_list.html", context)


def _takes_words(rows: list[Question], *, leader: str) -> str:
    """How long they hold each side up; a leader is promised five minutes for everything."""
    takes = [
        asking.seconds_of([one for one in rows if one.side in (side, Question.Side.BOTH)])
        for side in (Question.Side.MENTEE, Question.Side.MENTOR)
    ]
    words = _("They add about %(leaders)s seconds for each %(leader)s and %(mentors)s for each mentor.")
    return words % {"leaders": takes[0], "mentors": takes[1], "leader": leader}


def _arranged(request: PageRequest, programme: Programme) -> HttpResponse:
    user = seat_of(request).user
    for word in ("up", "down", "remove"):
        held = Question.objects.filter(programme=programme, public_id=request.POST.get(word, "")).first()
        if held is None:
            continue
        if word == "remove":
            asking.remove_question(held, by=user, now=request.now)
            messages.success(request, _("The question is asked no more. Answers that were given stay readable."))
        else:
            asking.move_question(held, up=word == "up", by=user, now=request.now)
    return redirect("question_list", programme.public_id)


def question_new(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    user = seat_of(request).user
    form = QuestionForm(request.POST or None, leader=programme.mentee_word)
    key = request.POST.get("key", "") or fresh_key(user)
    if request.method == "POST" and form.is_valid():
        try:
            new_id = id_from_key(key, user=user)
            asking.add_question(programme, content=form.content, by=user, now=request.now, public_id=new_id)
        except asking.TooManyQuestions:
            words = _("A programme asks at most %(most)s questions of its own. Take one away first.")
            form.add_error(None, words % {"most": asking.MOST_QUESTIONS})
        else:
            messages.success(request, _("The question is added."))
            return redirect("question_list", programme.public_id)
    return render(request, "questions/question.html", {"programme": programme, "form": form, "key": key})


def question(request: PageRequest, public_id: str, question_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    held = Question.objects.filter(programme=programme, public_id=question_id).first()
    if held is None:
        raise Http404
    form = QuestionForm(request.POST or None, leader=programme.mentee_word, question=held)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            kept = asking.change_question(
                held, content=form.content, seen=seen, by=seat_of(request).user, now=request.now
            )
        except ChangedMeanwhile:
            held.refresh_from_db()
            form.add_error(None, _changed_words(held))
            status = CHANGED
        else:
            messages.success(request, _kept_words(held, kept))
            return redirect("question_list", programme.public_id)
    context = {
        "programme": programme,
        "question": held,
        "form": form,
        "seen": asking.seen_of(held),
        "answers": held.answers.count(),
    }
    return render(request, "questions/question.html", context, status=status)


def _kept_words(before: Question, after: Question) -> str:
    if after.pk == before.pk:
        return _("The question is saved.")
    return _("The question is asked anew. Answers to its earlier words stay beside those words.")


def _changed_words(held: Question) -> str:
    if held.retired_at is not None:
        return _("Somebody removed or replaced this question meanwhile. What you typed is still here.")
    return _("Somebody changed this question meanwhile: it now reads “%(words)s”. What you typed is still here.") % {
        "words": held.words
    }


def enrolment_answers(request: PageRequest, public_id: str) -> HttpResponse:
    """All that somebody's enrolment tells their coordinator; nothing that is private stands here."""
    held = access_enrolment(request, public_id)
    programme, person = held.cohort.programme, held.person
    programme.look_at(held.cohort)
    request.programme, request.cohorts = programme, cohorts_of(programme)
    context = {
        "programme": programme,
        "enrolment": held,
        "person": person,
        "answers": answered_lines(held),
        "pause": pause_of(held, on=request.now.date()),
        "today": request.now.date(),
        "languages": [name_of(tag) for tag in person.languages],
        "wants": list(person.wants.select_related("topic").order_by("-priority", "topic__name")),
        "offers": list(person.offers.select_related("topic").order_by("-level", "topic__name")),
        "consents": list(held.consents.order_by("-given_at")[:5]),
    }
    return render(request, "questions/answers.html", context)


def question_answers_csv(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    response = HttpResponse(answers_csv(programme.current_cohort), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="enrolment-answers.csv"'
    return response


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/questions/", question_list, name="question_list"),
    path("programmes/<programme:public_id>/questions/new/", question_new, name="question_new"),
    path("programmes/<programme:public_id>/questions/answers.csv", question_answers_csv, name="question_answers_csv"),
    path("programmes/<programme:public_id>/questions/<str:question_id>/", question, name="question"),
    path("programmes/enrolments/<str:public_id>/answers/", enrolment_answers, name="enrolment_answers"),
]
