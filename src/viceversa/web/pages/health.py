"""For machines that watch: alive, ready, figures. Counts and codes only."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import path
from django.utils.crypto import constant_time_compare

from viceversa.accounts.models import Event, EventSeal
from viceversa.outbox.models import Job
from viceversa.outbox.readiness import checks, heartbeat_age

from ..request import PageRequest


def healthz(request: PageRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def readyz(request: PageRequest) -> JsonResponse:
    """200 when everything holds, else 503; each check with a sentence."""
    found = checks(now=request.now)
    ready = all(check.holds for check in found)
    told = {check.name: {"ok": check.holds, "says": check.says} for check in found}
    return JsonResponse({"ready": ready, "checks": told}, status=200 if ready else 503)


def metrics(request: PageRequest) -> HttpResponse:
    """Prometheus text, for whoever has the token; to anybody else there is nothing here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    lines = [line for name, text, samples in _figures(request) for line in _lines(name, text, samples)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


Samples = dict[str, float]


def _figures(request: PageRequest) -> list[tuple[str, str, Samples]]:
    jobs = Job.objects.aggregate(
        due=Count("pk", filter=Q(done_at=None, failed_at=None, due_at__lte=request.now)),
        later=Count("pk", filter=Q(done_at=None, failed_at=None, due_at__gt=request.now)),
        failed=Count("pk", filter=~Q(failed_at=None)),
    )
    age = heartbeat_age(now=request.now)
    recorded = Event.objects.count()
    figures: list[tuple[str, str, Samples]] = [
        ("viceversa_jobs", "Background work by state.", {f'{{state="{state}"}}': n for state, n in jobs.items()}),
        ("viceversa_events", "Events recorded.", {"": recorded}),
        ("viceversa_events_unsealed", "Events not in the hash chain yet.", {"": recorded - EventSeal.objects.count()}),
        ("viceversa_sign_ins", "Sign-ins recorded.", {"": Event.objects.filter(verb="user.signed_in").count()}),
    ]
    if age is not None:
        seconds = {"": round(age.total_seconds(), 3)}
        figures.append(("viceversa_worker_heartbeat_age_seconds", "Since any worker was last heard of.", seconds))
    return figures


def _lines(name: str, text: str, samples: Samples) -> list[str]:
    return [f"# HELP {name} {text}", f"# TYPE {name} gauge"] + [
        f"{name}{labels} {value}" for labels, value in samples.items()
    ]


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
