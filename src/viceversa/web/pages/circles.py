"""Circles of a cohort's mentors: proposed, looked at, changed by hand, kept."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.models import User
from viceversa.journey.kept import kept as counted
from viceversa.pairing.arranging import GIVEN_UP_AFTER, NotKept, keep, latest
from viceversa.pairing.circles import (
    SMALLEST,
    Refused,
    ask_circles,
    circles_in_force,
    company_of,
    enrolment_in,
    mentors_to_divide,
    move,
    seen_of,
    without_place,
)
from viceversa.pairing.models import Circle, CircleDivision, CircleMember
from viceversa.pairing.words.circles import refusal_sentences, why_without_place
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.models import Programme

from ..access import access_programme
from ..forms.arranging import CirclesForm, MoveForm
from ..looking_again import look_again
from ..paging import one_page
from ..request import PageRequest
from ..typed import typed

USUAL_SIZE = 6
ON_A_PAGE = 20
MOST_NAMED = 50
UNPROCESSABLE, CONFLICT = 422, 409


def circles(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method == "POST":
        return _kept(request, programme) if "keep" in request.POST else _asked(request, programme)
    return _shown(request, programme, form=None)


def _asked(request: PageRequest, programme: Programme) -> HttpResponse:
    form = CirclesForm(request.POST)
    if not form.is_valid():
        return _shown(request, programme, form=form, status=UNPROCESSABLE)
    size, user = form.cleaned_data["size"], cast(User, request.user)
    ask_circles(cohort=programme.current_cohort, size=size, by=user, now=request.now)
    return redirect("circles", programme.public_id)


def _kept(request: PageRequest, programme: Programme) -> HttpResponse:
    division = latest(CircleDivision, programme.current_cohort)
    try:
        if division is None or division.public_id != request.POST["keep"]:
            raise NotKept
        division.cohort = programme.current_cohort
        keep(division, by=cast(User, request.user), now=request.now)
    except NotKept:
        messages.info(request, _("These circles are not proposed any more. This is what there is now."))
    else:
        messages.success(request, _("Kept. Each mentor sees their own circle on their page now."))
    return redirect("circles", programme.public_id)


def _shown(request: PageRequest, programme: Programme, *, form: CirclesForm | None, status: int = 200) -> HttpResponse:
    cohort = programme.current_cohort
    proposed, in_force = latest(CircleDivision, cohort), circles_in_force(cohort)
    division = in_force if in_force is not None and (proposed is None or "kept" in request.GET) else proposed
    is_waiting = proposed is not None and proposed.is_under_way and request.now - proposed.asked_at < GIVEN_UP_AFTER
    mentors = counted(
        "circle_mentors", cohort, now=request.now, count=lambda: mentors_to_divide(cohort, on=request.now.date())
    ).value
    context: dict[str, Any] = {
        "programme": programme,
        "cohort": cohort,
        "form": form or CirclesForm(initial={"size": division.size if division is not None else USUAL_SIZE}),
        "mentors": mentors,
        "least": SMALLEST,
        "proposed": proposed,
        "in_force": in_force,
        "division": division,
        "is_waiting": is_waiting,
        "obstacles": obstacle_sentences(proposed.problems) if proposed is not None else [],
    }
    if division is not None and division.answered_at is not None:
        context |= _seats(request, division)
    response = render(request, "circles/circles.html", context, status=status)
    return look_again(response, request) if is_waiting else response


def _seats(request: PageRequest, division: CircleDivision) -> dict[str, Any]:
    paged = one_page(request, division.circles.all(), per_page=ON_A_PAGE)
    keys = [circle.pk for circle in paged["page"]]
    inside = CircleMember.objects.by_name()
    found = Circle.objects.filter(pk__in=keys).prefetch_related(Prefetch("members", queryset=inside))
    without = without_place(division)
    return {
        "circles": [_row(circle) for circle in found],
        "without": [(one, why_without_place(one.rules)) for one in without[:MOST_NAMED]],
        "without_count": len(without),
        "more_without": max(0, len(without) - MOST_NAMED),
        **paged,
    }


def _row(circle: Circle) -> dict[str, Any]:
    """A circle, and how many functions and locations are told of in it."""
    members = list(circle.members.all())
    told = [
        {value.casefold() for one in members if (value := getattr(one.enrolment.person, name).strip())}
        for name in ("function", "location")
    ]
    return {"circle": circle, "members": members, "functions": len(told[0]), "locations": len(told[1])}


def circle_move(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    standing = CircleDivision.objects.filter(cohort=cohort, replaced_at=None)
    division = standing.filter(public_id=typed(request.GET, "division")).first()
    member = enrolment_in(division, typed(request.GET, "person")) if division is not None else None
    if division is None or member is None:
        raise Http404
    most = division.circles.count()
    others = company_of(member)
    if request.method != "POST":
        return _move_page(request, programme, member, MoveForm(circles=most), seen=seen_of(member, others=others))
    form = MoveForm(request.POST, circles=most)
    seen = typed(request.POST, "seen")
    if not form.is_valid():
        return _move_page(request, programme, member, form, seen=seen, status=UNPROCESSABLE)
    number = form.cleaned_data["circle"]
    try:
        move(member=member, number=number, seen=seen, by=cast(User, request.user), now=request.now)
    except ChangedMeanwhile:
        fresh = seen_of(member, others=others)
        form.add_error(None, _("Somebody changed this circle since you opened the page. Look again, then move."))
        return _move_page(request, programme, member, form, seen=fresh, status=CONFLICT)
    except Refused as refused:
        for words in refusal_sentences(refused.refusals, refused.names, leader=programme.mentee_word):
            form.add_error("circle", words)
        return _move_page(request, programme, member, form, seen=seen, status=UNPROCESSABLE)
    said = _("%(name)s now sits in circle %(number)s.") % {"name": member.enrolment.person.name, "number": number}
    messages.success(request, said)
    back = reverse("circles", args=[programme.public_id])
    return redirect(f"{back}?page={(number - 1) // ON_A_PAGE + 1}{'&kept' if division.kept_at else ''}")


def _move_page(
    request: PageRequest, programme: Programme, member: CircleMember, form: MoveForm, *, seen: str, status: int = 200
) -> HttpResponse:
    inside = CircleMember.objects.filter(circle=member.circle_id, circle__isnull=False).exclude(pk=member.pk)
    context = {
        "programme": programme,
        "cohort": programme.current_cohort,
        "member": member,
        "person": member.enrolment.person,
        "company": inside.by_name(),
        "form": form,
        "seen": seen,
    }
    return render(request, "circles/move.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/circles/", circles, name="circles"),
    path("programmes/<programme:public_id>/circles/move/", circle_move, name="circle_move"),
]
