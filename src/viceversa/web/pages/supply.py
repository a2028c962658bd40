"""Supply and demand: what a cohort's pool is short of, whom nobody needs, and whom to seek."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from viceversa.pairing.models import SupplyCount
from viceversa.pairing.supply import counted, idle_mentors
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.pairing.words.supply import advice_sentence, gain_sentence, idle_reasons, rule_names
from viceversa.programmes.models import Programme
from viceversa.programmes.policy import complete_policy

from ..access import access_programme
from ..looking_again import look_again
from ..paging import one_page
from ..request import PageRequest


def programme_supply(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method not in ("GET", "POST"):  # looking begins a count; asking for the head alone must not
        return HttpResponseNotAllowed(["GET", "POST"])
    found = counted(programme.current_cohort, now=request.now, again=request.method == "POST")
    if request.method == "POST":
        return redirect("programme_supply", public_id)
    context = {"programme": programme, "cohort": programme.current_cohort, "count": found}
    if found.state == SupplyCount.State.FAILED:
        return render(request, "supply/failed.html", context | {"obstacles": obstacle_sentences(found.problems)})
    if not found.result:
        return look_again(render(request, "supply/waiting.html", context), request)
    context |= _shown(request, programme, found.result)
    response = render(request, "supply/supply.html", context)
    return look_again(response, request) if found.state == SupplyCount.State.WAITING else response


def _shown(request: PageRequest, programme: Programme, result: dict[str, Any]) -> dict[str, Any]:
    leader = programme.mentee_word
    names, why = rule_names(leader=leader), idle_reasons(leader=leader)
    show = "mentors" if request.GET.get("show") == "mentors" else "topics"
    rows = result["idle"] if show == "mentors" else result["topics"]
    paged = one_page(request, rows)
    level = int(complete_policy(programme.policy)["rules"]["teach_level_min"])
    idle = idle_mentors([(number, code) for number, code in paged["page"]], level=level) if show == "mentors" else []
    return {
        "result": result,
        "show": show,
        "level": level,
        "short_of": result["seats_wanted"] - result["pairs"],
        "advice": [
            (advice_sentence(one, leader=leader), gain_sentence(one, leader=leader), _invite(programme, one))
            for one in result["advice"]
        ],
        "rules": [(names[row["key"]], row["alone"], row["left"]) for row in result["rules"]],
        "topics": [(row, sum(row["wanted"])) for row in paged["page"]] if show == "topics" else [],
        "idle": [(one, why.get(one.why, why["several"])) for one in idle],
        **paged,
    }


def _invite(programme: Programme, advice: dict[str, Any]) -> str:
    """The invitation page with those who could teach it."""
    asked = {"side": "mentor", "file_role": "", "teaches": advice["topic"], "grade_most": advice["grade"]}
    return f"{reverse('invite', args=[programme.public_id])}?{urlencode(asked)}"


urlpatterns: list[URLPattern] = [
    path("programmes/<str:public_id>/supply/", programme_supply, name="programme_supply"),
]
