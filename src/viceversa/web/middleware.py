"""What stands around every page: the clock, privacy in caches, and denial of whatever the table does not open."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, QueryDict

from viceversa.accounts.access import ROUTES, On
from viceversa.journey.kept import forget

from .access import has_left
from .request import PageRequest

GetResponse = Callable[[PageRequest], HttpResponse]
log = logging.getLogger("viceversa.web")
LAST_PROGRAMME = "viceversa_programme"


NUL = "\x00"
SPACE = "%20"  # in a NUL's place; taking it out could join its neighbours to another


def no_nul(get_response: GetResponse) -> GetResponse:
    """PostgreSQL compares no text with a NUL in it, so none comes in by an address, a query, a cookie or a form.

    In a form a space stands in its place: a paste from a damaged file keeps every word that was in it.
    """

    def middleware(request: PageRequest) -> HttpResponse:
        if NUL in request.path_info:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or NUL in query:
            request.META["QUERY_STRING"] = query.replace("%00", SPACE).replace(NUL, SPACE)
        if any(NUL in value for value in request.COOKIES.values()):
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if NUL not in value}
        if request.method == "POST" and has_nul(request.POST):
            request.POST = without_nul(request.POST)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def has_nul(typed: QueryDict) -> bool:
    return any(NUL in text for name, values in typed.lists() for text in (name, *values))


def without_nul(typed: QueryDict) -> QueryDict:
    """The same fields with a space for each NUL."""
    clean = QueryDict(mutable=True, encoding=typed.encoding)
    for name, values in typed.lists():
        clean.setlist(name.replace(NUL, " "), [value.replace(NUL, " ") for value in values])
    clean._mutable = False  # as Django's own forms are
    return clean


def clock(get_response: GetResponse) -> GetResponse:
    """``request.now``: one moment for the whole request, from the injected clock."""

    def middleware(request: PageRequest) -> HttpResponse:
        request.now = settings.CLOCK()
        return get_response(request)

    return middleware


def private_pages(get_response: GetResponse) -> GetResponse:
    """Nothing that a signed-in person sees is kept by a cache on the way or a shared machine's browser."""

    def middleware(request: PageRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response and not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


def last_programme(get_response: GetResponse) -> GetResponse:
    """Remember in the reader's browser which programme they had open, so that other pages lead back to it.

    The cookie opens nothing: it only chooses among the programmes that the reader coordinates anyway. What they
    change there shows at once: figures that are kept for a minute are counted anew.
    """

    def middleware(request: PageRequest) -> HttpResponse:
        response = get_response(request)
        programme = getattr(request, "programme", None)
        if programme is not None and may_have_changed(request, response):
            forget(programme.public_id)
        if programme is not None and request.COOKIES.get(LAST_PROGRAMME) != programme.public_id:
            response.set_cookie(
                LAST_PROGRAMME,
                programme.public_id,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def may_have_changed(request: PageRequest, response: HttpResponse) -> bool:
    """Whatever a form changed is followed by a redirect; a form that was refused is shown again and changed nothing."""
    return request.method == "POST" and 300 <= response.status_code < 400


class AccessMiddleware:
    """Default deny. No row in the table: nobody. A page that answered without asking the table: a fault."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        request.access_checked = False
        response = self.get_response(request)
        asked = request.access_checked or response.status_code >= 400
        if request.resolver_match is not None and not asked:
            log.error("page answered unasked", extra={"route": request.resolver_match.view_name})
            raise RuntimeError("a page answered without asking the access table")
        return response

    def process_view(
        self, request: PageRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        policy = ROUTES.get(name)
        if policy is None:
            log.error("route without a policy", extra={"route": name})
            raise Http404
        if policy.on is On.PUBLIC:
            request.access_checked = True
            return None
        if not request.user.is_authenticated:
            request.access_checked = True
            return redirect_to_login(request.get_full_path())
        if has_left(request):
            request.access_checked = True
            logout(request)
            return redirect_to_login(request.get_full_path())
        return None
