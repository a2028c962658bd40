"""The what-if bench: other weights and rules tried beside the run, compared, and chosen or thrown away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.models import User
from viceversa.journey.kept import LARGE, kept
from viceversa.pairing.actions import NobodyLooks
from viceversa.pairing.bench import (
    MOST_VARIANTS,
    BenchFull,
    NotChoosable,
    choice_of,
    choose_variant,
    request_variant,
    run_in_force,
    throw_away,
    variants_of,
)
from viceversa.pairing.bench_figures import Figures, figures_beside
from viceversa.pairing.differences import changes_of, names_in
from viceversa.pairing.models import MatchRun
from viceversa.pairing.people_first import waited_for
from viceversa.pairing.snapshot import looking_counts
from viceversa.pairing.words.bench import asked_otherwise, column_title
from viceversa.programmes.models import Programme
from viceversa.programmes.policy import complete_policy

from ..access import access_programme
from ..bench_table import columns_of, have_other_people, people_of, rows_of
from ..forms.bench import BenchForm
from ..looking_again import look_again
from ..paging import one_page
from ..request import PageRequest
from .run_result import apart_of
from .runs import waiting_tasks

CONFLICT = 409
FOLDED = {"different": ("difference_on",), "rules": BenchForm.RULES, "aim": ("objective", "fairness", "stable", "seed")}


def bench(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    variants = list(variants_of(programme.current_cohort))
    begun = next((one for one in variants if one.public_id == request.GET.get("from")), None)
    if request.method == "POST":
        return _tried(request, programme, begun)
    if begun is not None and begun.state in MatchRun.UNFINISHED:
        context = {
            "programme": programme,
            "variant": begun,
            "title": column_title(begun),
            "tasks": waiting_tasks(begun),
            "half_done": waited_for(begun),
        }
        return look_again(render(request, "bench/waiting.html", context), request)
    policy = begun.policy if begun is not None else programme.policy
    form = BenchForm(initial=BenchForm.values_from(policy) | _sought(begun))
    return _shown(request, programme, form, variants=variants, begun=begun)


def _sought(begun: MatchRun | None) -> dict[str, bool]:
    return {"stable": begun is not None and begun.method == MatchRun.Method.STABLE}


def _shown(
    request: PageRequest,
    programme: Programme,
    form: BenchForm,
    *,
    variants: list[MatchRun],
    begun: MatchRun | None,
    status: int = 200,
) -> HttpResponse:
    cohort = programme.current_cohort
    in_force = run_in_force(cohort)
    runs = [*([in_force] if in_force is not None else []), *variants]
    yardstick = in_force.policy if in_force is not None else programme.policy
    figures = _figures(request, programme, runs, yardstick=yardstick)
    columns = columns_of(runs, figures, policy=programme.policy, leader=programme.mentee_word)
    context = {
        "programme": programme,
        "cohort": cohort,
        "form": form,
        "weights": [form[name] for name in BenchForm.WEIGHTS],
        "opens": {part: _is_wanted(form, fields) for part, fields in {**FOLDED, "quotas": form.quota_fields()}.items()},
        "begun": begun,
        "begun_title": column_title(begun) if begun is not None else "",
        "in_force": in_force,
        "columns": columns,
        "rows": rows_of(columns, leader=programme.mentee_word) if any(one.figures for one in columns) else [],
        "people": people_of(columns),
        "have_other_people": have_other_people(columns),
        "looking": kept(
            "looking", cohort, now=request.now, count=lambda: looking_counts(cohort, on=request.now.date())
        ).value,
        "is_full": len(variants) >= MOST_VARIANTS,
        "most": MOST_VARIANTS,
        "asks_otherwise_of_difference": len(
            {tuple(complete_policy(one.policy)["options"]["difference_on"]) for one in runs}
        )
        > 1,
    }
    return render(request, "bench/bench.html", context, status=status)


def _is_wanted(form: BenchForm, fields: Collection[str]) -> bool:
    """Whether something folded away is wrong, or is otherwise than it was."""
    return any(name in form.errors or (form.is_bound and name in form.changed_data) for name in fields)


def _differ_otherwise(runs: list[MatchRun]) -> bool:
    """Whether not all of them mean the same by different."""
    return len({tuple(complete_policy(one.policy)["options"]["difference_on"]) for one in runs}) > 1


def _figures(
    request: PageRequest, programme: Programme, runs: list[MatchRun], *, yardstick: dict[str, Any]
) -> dict[int, Figures]:
    """Of large runs kept for a minute."""
    cohort, weights = programme.current_cohort, complete_policy(yardstick)["weights"]
    what = "bench " + " ".join(f"{run.public_id}:{run.state}:{run.is_variant}" for run in runs)
    return kept(
        what,
        cohort,
        now=request.now,
        count=lambda: figures_beside(cohort, runs, weights=weights),
        is_large=lambda found: sum(one.pairs for one in found.values()) >= LARGE,
    ).value


def _tried(request: PageRequest, programme: Programme, begun: MatchRun | None) -> HttpResponse:
    before = begun.policy if begun is not None else programme.policy
    form = BenchForm(request.POST, initial=BenchForm.values_from(before) | _sought(begun))
    if form.is_valid():
        try:
            variant = request_variant(
                cohort=programme.current_cohort,
                policy=form.variant_policy(programme.policy),
                seed=form.cleaned_data["seed"],
                method=MatchRun.Method.STABLE if form.cleaned_data["stable"] else MatchRun.Method.BEST,
                name=form.cleaned_data["name"],
                by=_user(request),
                now=request.now,
            )
            return redirect(f"{reverse('bench', args=[programme.public_id])}?from={variant.public_id}")
        except BenchFull:
            words = _("There are %(most)s variants already. Throw one away to make room; what you set here stays.")
            form.add_error(None, words % {"most": MOST_VARIANTS})
        except NobodyLooks:
            form.add_error(None, _("Nobody looks for a partner on one side now, so there is nothing to try."))
    variants = list(variants_of(programme.current_cohort))
    return _shown(request, programme, form, variants=variants, begun=begun)


def bench_differences(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    in_force = run_in_force(cohort)
    runs = [*([in_force] if in_force is not None else []), *variants_of(cohort).filter(state=MatchRun.State.DONE)]
    by_id = {run.public_id: run for run in runs}
    one = by_id.get(request.GET.get("from", "")) or next(iter(runs), None)
    other = by_id.get(request.GET.get("to", "")) or next((run for run in reversed(runs) if run != one), None)
    context: dict[str, Any] = {"programme": programme, "cohort": cohort, "runs": _named(runs), "one": one}
    if one is not None and other is not None and one != other:
        one.cohort = other.cohort = cohort
        difference = apart_of(request, one, other)
        page = one_page(request, difference.changed)
        changes = changes_of(one, other, page["page"])
        people = names_in(changes)
        context |= {
            "other": other,
            "difference": difference,
            "before": column_title(one),
            "then": column_title(other),
            "otherwise": asked_otherwise(other.policy, than=one.policy, leader=programme.mentee_word),
            "changes": [
                (people[each.mentee], [people[key] for key in each.before], [people[key] for key in each.after])
                for each in changes
            ],
            **page,
        }
    return render(request, "bench/differences.html", context)


def _named(runs: list[MatchRun]) -> list[tuple[str, str]]:
    return [(run.public_id, column_title(run)) for run in runs]


def bench_choose(request: PageRequest, public_id: str, variant: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    found = _variant(programme, variant)
    if request.method == "POST":
        return _chosen(request, programme, found)
    return _confirm(request, programme, found)


def _confirm(request: PageRequest, programme: Programme, found: MatchRun) -> HttpResponse:
    try:
        choice = choice_of(found)
    except NotChoosable:
        return redirect("bench", programme.public_id)
    context = {
        "programme": programme,
        "variant": found,
        "title": column_title(found),
        "choice": choice,
        "otherwise": asked_otherwise(found.policy, than=programme.policy, leader=programme.mentee_word),
        "for_programme": "for_programme" in request.GET,
    }
    return render(request, "bench/choose.html", context)


def _chosen(request: PageRequest, programme: Programme, found: MatchRun) -> HttpResponse:
    try:
        run = choose_variant(
            variant=found,
            seen=request.POST.get("seen", ""),
            for_programme="for_programme" in request.POST,
            by=_user(request),
            now=request.now,
        )
    except ChangedMeanwhile:
        asked = {"variant": found, "title": column_title(found), "for_programme": "for_programme" in request.POST}
        return render(request, "bench/changed.html", {"programme": programme, **asked}, status=CONFLICT)
    except NotChoosable:
        messages.info(request, _("This variant cannot be chosen any more. Nothing was changed."))
        return redirect("bench", programme.public_id)
    words = _("This is run %(number)s now, a draft. Nobody hears of it until you publish.")
    messages.success(request, words % {"number": run.number})
    return redirect("run", run.public_id)


def bench_throw_away(request: PageRequest, public_id: str, variant: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = _variant(programme, variant)
    throw_away(variant=found, by=_user(request), now=request.now)
    messages.success(request, _("“%(name)s” is thrown away.") % {"name": column_title(found)})
    return redirect("bench", programme.public_id)


def _variant(programme: Programme, public_id: str) -> MatchRun:
    """A variant of the cohort that is looked at; one that was chosen or thrown away is none any more."""
    found = variants_of(programme.current_cohort).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.cohort = programme.current_cohort
    found.cohort.programme = programme
    return found


def _user(request: PageRequest) -> User:
    return cast(User, request.user)


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/bench/", bench, name="bench"),
    path("programmes/<programme:public_id>/bench/differences/", bench_differences, name="bench_differences"),
    path("programmes/<programme:public_id>/bench/<str:variant>/choose/", bench_choose, name="bench_choose"),
    path("programmes/<programme:public_id>/bench/<str:variant>/away/", bench_throw_away, name="bench_throw_away"),
]
