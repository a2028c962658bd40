"""What a person reads when something is not there, not theirs, or not working."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..access import Archived, Closed
from ..shell import Shell

PLAIN = "errors/plain.html"


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    return render(request, f"errors/{name}.html", {"frame": _frame(request)}, status=status)


def _frame(request: HttpRequest) -> str:
    """The reader's own, with their places; the plain one for strangers and for what was refused at the door."""
    came_in = hasattr(request, "now") and hasattr(request, "user")
    if not came_in or not request.user.is_authenticated:
        return PLAIN
    return Shell(request).template  # type: ignore[arg-type]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "not_found", 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, Archived):
        return _page(request, "archived", 403)
    if isinstance(exception, Closed):
        return _page(request, "closed", 403)
    return _page(request, "forbidden", 403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "bad_request", 400)


def fault(request: HttpRequest) -> HttpResponse:
    """Asks the database nothing: it may be what broke."""
    return render(request, "errors/fault.html", {"frame": PLAIN}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "form_expired", 403)
