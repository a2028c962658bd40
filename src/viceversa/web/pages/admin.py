"""The installation: its state, who holds which role, what was done. And the handlers' desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.access import Role
from viceversa.accounts.event_list import CONFIGURATION, EventPage, Line, event_page, sealed_until
from viceversa.accounts.grants import LastAdministrator, OwnRole, end_role, standing_grants
from viceversa.accounts.models import RoleGrant
from viceversa.outbox.installation import installation_state, mail_leaves
from viceversa.outbox.role_letters import give_role
from viceversa.programmes.design_words import number_word, opened
from viceversa.programmes.models import Programme

from ..access import Seat, access_installation
from ..event_words import event_title, fact_words, thing_of
from ..forms.roles import RoleForm
from ..request import PageRequest
from ..shell import ROLE_WORDS
from ..typed import typed

ON_A_PAGE = 50
# What an event is about, by the noun it carries.
NOUNS: dict[str, Callable[[], str]] = {
    "role": lambda: _("Roles"),
    "user": lambda: _("Accounts"),
    "roster": lambda: _("People files"),
    "person": lambda: _("People"),
    "programme": lambda: _("Programmes"),
    "cohort": lambda: _("Cohorts"),
    "enrolment": lambda: _("Enrolments"),
    "run": lambda: _("Match runs"),
    "proposal": lambda: _("Proposals"),
    "pair": lambda: _("Pairs"),
    "meeting": lambda: _("Meetings"),
}


def admin(request: PageRequest) -> HttpResponse:
    access_installation(request)
    state = installation_state(now=request.now)
    context = {"state": state, "headline": _state_headline(state.to_mend), "mail_leaves": mail_leaves()}
    return render(request, "admin/state.html", context)


def _state_headline(to_mend: int) -> str:
    if not to_mend:
        return _("Everything is running")
    words = ngettext("%(number)s thing must be mended", "%(number)s things must be mended", to_mend)
    return words % {"number": opened(number_word(to_mend))}


@dataclass(frozen=True)
class GrantRow:
    """A standing grant as the page shows it; ``where`` is the programme's name or the installation."""

    grant: RoleGrant
    role: str
    where: str
    is_own: bool


def admin_roles(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    if request.method == "POST" and "end" in request.POST:
        return _end(request, seat)
    form = RoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _give(request, form, seat):
        return redirect("admin_roles")
    paginator = Paginator(standing_grants(), ON_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "rows": _grant_rows(list(page), seat),
        "people": standing_grants().order_by().values("user").distinct().count(),
    }
    return render(request, "admin/roles.html", context)


def _grant_rows(grants: list[RoleGrant], seat: Seat) -> list[GrantRow]:
    scopes = {grant.scope for grant in grants if grant.scope}
    names = dict(Programme.objects.filter(public_id__in=scopes).values_list("public_id", "name"))
    whole = _("The installation")
    return [
        GrantRow(
            grant=grant,
            role=ROLE_WORDS[Role(grant.role)](),
            where=names.get(grant.scope, grant.scope) if grant.scope else whole,
            is_own=grant.user == seat.user,
        )
        for grant in grants
    ]


def _give(request: PageRequest, form: RoleForm, seat: Seat) -> bool:
    chosen = form.cleaned_data
    try:
        granted = give_role(
            email=chosen["email"],
            name=chosen["name"],
            role=Role(chosen["role"]),
            scope=chosen["programme"],
            by=seat.user,
            now=request.now,
        )
    except OwnRole:
        form.add_error("email", _("Enter somebody else’s address: nobody makes themself a handler"))
        return False
    facts = {"name": granted.grant.user.shown_name, "role": ROLE_WORDS[Role(granted.grant.role)]()}
    told = _("%(name)s now holds the role %(role)s; a letter is on its way.")
    messages.success(request, (told if granted.new else _("%(name)s holds the role %(role)s already.")) % facts)
    return True


def _end(request: PageRequest, seat: Seat) -> HttpResponse:
    key = request.POST["end"]
    wanted = key if key.isdecimal() and len(key) < 18 else 0
    grant = RoleGrant.objects.standing().select_related("user").filter(pk=wanted).first()
    if grant is None:
        messages.warning(request, _("That role had ended already."))
        return redirect("admin_roles")
    facts = {"name": grant.user.shown_name, "role": ROLE_WORDS[Role(grant.role)]()}
    try:
        end_role(grant=grant, by=seat.user, now=request.now)
    except LastAdministrator:
        words = _("%(name)s is the last administrator. Make somebody else one first, then end this role.")
        messages.warning(request, words % facts)
    else:
        messages.success(request, _("%(name)s no longer holds the role %(role)s.") % facts)
        if grant.user == seat.user and grant.role == Role.ADMINISTRATOR.value:
            return redirect("home")
    return redirect("admin_roles")


@dataclass(frozen=True)
class EventRow:
    """An event as the page shows it, in words."""

    line: Line
    title: str
    thing: str
    facts: str


def admin_events(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    nouns = None if seat.holds(Role.PRIVACY_OFFICER) else CONFIGURATION
    noun, about, before = (typed(request.GET, name) for name in ("noun", "about", "before"))
    page = event_page(
        nouns=nouns,
        noun=noun if noun in NOUNS else "",
        about=about[:24],
        before=int(before) if before.isdecimal() and len(before) < 18 else 0,
        size=ON_A_PAGE,
    )
    context = {
        "page": page,
        "rows": [EventRow(line, event_title(line), thing_of(line), fact_words(line)) for line in page.lines],
        "noun": noun,
        "about": about,
        "filters": [("", _("All")), *((key, name()) for key, name in NOUNS.items() if nouns is None or key in nouns)],
        "headline": _chain_headline(page),
        "links": sealed_until(),
        "sees_everything": nouns is None,
        "narrowed": bool(noun or about or before),
    }
    return render(request, "admin/events.html", context)


def _chain_headline(page: EventPage) -> str:
    if page.broken:
        words = ngettext(
            "%(count)s event below was altered after it was sealed",
            "%(count)s events below were altered after they were sealed",
            page.broken,
        )
        return words % {"count": page.broken}
    return _("What was done stands here as it was sealed")


def concerns(request: PageRequest) -> HttpResponse:
    access_installation(request)
    return render(request, "admin/concerns.html")


urlpatterns = [
    path("admin/", admin, name="admin"),
    path("admin/roles/", admin_roles, name="admin_roles"),
    path("admin/events/", admin_events, name="admin_events"),
    path("concerns/", concerns, name="concerns"),
]
