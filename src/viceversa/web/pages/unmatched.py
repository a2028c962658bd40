"""Who has no partner after a run, by reason and by what would help; and trying that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.pairing.actions import NobodyLooks, request_run
from viceversa.pairing.funnel import funnel_of
from viceversa.pairing.loosening import Group, NoSuchLoosening, alone_in, group_of, groups_of, loosened_rule
from viceversa.pairing.models import MatchRun, UnmatchedPerson
from viceversa.pairing.publishing import publishing_of
from viceversa.pairing.review import Counts
from viceversa.pairing.words.unmatched import way_out, why_alone, why_group
from viceversa.programmes.models import Enrolment

from ..access import access_run
from ..paging import one_page
from ..request import PageRequest
from .run_result import figures_of


def run_unmatched(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", public_id)
    if request.method == "POST":
        return _tried(request, found)
    side = Enrolment.Role.MENTOR if request.GET.get("side") == "mentor" else Enrolment.Role.MENTEE
    figures = figures_of(request, found, publishing_of(found))
    groups = groups_of(found, role=side.value)
    chosen = next((one for one in groups if one.code == request.GET.get("group")), None)
    of_page = [chosen] if chosen else groups
    alone = alone_in(found, role=side.value, group=chosen)
    page = one_page(request, alone, count=sum(one.people for one in of_page))
    told = {one.code: _told(one, found=found, side=side.value) for one in groups}
    reasons = Counter(one.reason for one in groups)
    for one in groups:
        told[one.code]["is_shared"] = reasons[one.reason] > 1
    context = {
        "run": found,
        "result": figures.result,
        "counts": figures.counts,
        "groups": list(told.values()),
        "chosen": chosen,
        "parts": _parts(page["page"], told=told),
        "tab": f"alone-{side.value}",
        "side": side.value,
        "for_whom": f"{reverse('run_candidates', args=[found.public_id])}?person=",
        "today": _today(request, found, counts=figures.counts),
        "elsewhere": _elsewhere(found, side=side.value, counts=figures.counts),
        **page,
    }
    return render(request, "matching/unmatched.html", context)


def _today(request: PageRequest, found: MatchRun, *, counts: Counts) -> dict[str, int] | None:
    """How many have no partner now, where that is no longer what the run found; None for a draft, where it is."""
    if found.published_at is None or found.cohort.is_closed:
        return None
    funnel = funnel_of(found.cohort, on=request.now.date())
    today = {"leaders": funnel.leaders.waiting, "mentors": funnel.mentors.waiting}
    return None if tuple(today.values()) == (counts.mentees_alone, counts.mentors_alone) else today


def _elsewhere(found: MatchRun, *, side: str, counts: Counts) -> int:
    """How many of this side the run left without a partner there who are not in its list: it names people once.

    A leader who mentors somebody has a partner; a mentor who looked for a mentor too stands among the leaders.
    """
    name, alone = ("mentors", counts.mentors_alone) if side == "mentor" else ("mentees", counts.mentees_alone)
    if f"{name}_paired" not in found.report:
        return 0
    return max(0, int(found.report[name]) - int(found.report[f"{name}_paired"]) - alone)


def _told(group: Group, *, found: MatchRun, side: str) -> dict[str, Any]:
    words = {"why": why_group(group.reason, role=side), "way_out": way_out(group, policy=found.policy)}
    return {"group": group, **words}


def _parts(people: Iterable[UnmatchedPerson], *, told: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The people of one page below the heading of their group; each with their own reason where it says more."""
    parts = []
    for code, members in groupby(people, key=lambda one: group_of(one).code):
        rows = [(one.enrolment, why_alone(one) if one.reason == "outcompeted" else "") for one in members]
        parts.append(told[code] | {"rows": rows})
    return parts


def _tried(request: PageRequest, found: MatchRun) -> HttpResponse:
    """A run with this one rule loosened; the programme's own rules stay."""
    try:
        rule = loosened_rule(found, key=request.POST.get("key", ""), value=request.POST.get("value", ""))
        run = request_run(cohort=found.cohort, by=cast(User, request.user), now=request.now, rules=rule)
    except NoSuchLoosening:
        messages.warning(request, _("Nothing was tried: choose one of the loosenings that this run found."))
        return redirect("run_unmatched", found.public_id)
    except NobodyLooks:
        return redirect("run_list", found.cohort.programme.public_id)
    if any(run.policy["rules"][key] != value for key, value in rule.items()):
        messages.warning(request, _("Another run is under way. When it has finished, try the looser rule again."))
    return redirect("run", run.public_id)


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/unmatched/", run_unmatched, name="run_unmatched"),
]
