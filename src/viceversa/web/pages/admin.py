"""The installation: its state, and who holds which role. And the handlers' desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.access import Role
from viceversa.accounts.grants import LastAdministrator, OwnRole, end_role, standing_grants
from viceversa.accounts.models import RoleGrant
from viceversa.accounts.numbers import filled
from viceversa.insights.installation import InstallationFacts, installation_facts
from viceversa.outbox.given_up import let_go, try_again
from viceversa.outbox.installation import installation_state, mail_leaves
from viceversa.outbox.models import Job
from viceversa.outbox.role_letters import give_role
from viceversa.programmes.design_words import number_word, opened
from viceversa.programmes.models import Programme

from ..access import Seat, access_installation
from ..forms.roles import RoleForm
from ..job_words import job_words
from ..paging import one_page
from ..request import PageRequest
from ..shell import ROLE_WORDS

SHOWN = (  # of a grant and its two people, all that its row shows
    "role",
    "scope",
    "granted_at",
    "user__name",
    "user__email",
    "granted_by__name",
    "granted_by__email",
)


def admin(request: PageRequest) -> HttpResponse:
    access_installation(request)
    state = installation_state(now=request.now)
    facts = installation_facts(now=request.now)
    to_mend = state.to_mend + _to_mend(facts)
    context = {
        "state": state,
        "facts": facts,
        "failed": [(job, job_words(job)) for job in state.failed],
        "to_mend": to_mend,
        "headline": _state_headline(to_mend),
        "mail_leaves": mail_leaves(),
        "has_coordinator": facts.people.coordinators > 0,
    }
    return render(request, "admin/state.html", context)


def _to_mend(facts: InstallationFacts) -> int:
    broken = facts.verified is not None and not facts.verified.whole
    return sum((broken, facts.storage.is_short, facts.keys is None))


def admin_job(request: PageRequest, job_id: str) -> HttpResponse:
    """Try again, or let go, what was given up."""
    seat = access_installation(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    job = Job.objects.filter(public_id=job_id).first()
    if job is None:
        raise Http404
    if "again" in request.POST:
        done, words = try_again(job, by=seat.user, now=request.now), _("It is tried again within a minute.")
    else:
        done, words = let_go(job, by=seat.user, now=request.now), _("Let go. It stays undone, and is not asked again.")
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, _("That work is not given up any more."))
    return redirect("admin")


def _state_headline(to_mend: int) -> str:
    if not to_mend:
        return _("Everything is running")
    words = ngettext("%(number)s thing must be mended", "%(number)s things must be mended", to_mend)
    return filled(words, number=opened(number_word(to_mend)))


@dataclass(frozen=True)
class GrantRow:
    """A standing grant as the page shows it; ``where`` is the programme's name or the installation."""

    key: int
    name: str
    email: str
    role: str
    where: str
    given_at: datetime
    given_by: str
    is_own: bool


def admin_roles(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    if request.method == "POST" and "end" in request.POST:
        return _end(request, seat)
    form = RoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _give(request, form, seat):
        return redirect("admin_roles")
    grants = standing_grants()
    counts = grants.order_by().aggregate(grants=Count("pk"), people=Count("user", distinct=True))
    listed = one_page(request, grants.only(*SHOWN), count=counts["grants"])
    context = {"form": form, **listed, "rows": _grant_rows(list(listed["page"]), seat), "people": counts["people"]}
    return render(request, "admin/roles.html", context)


def _grant_rows(grants: list[RoleGrant], seat: Seat) -> list[GrantRow]:
    scopes = {grant.scope for grant in grants if grant.scope}
    names = dict(Programme.objects.filter(public_id__in=scopes).values_list("public_id", "name"))
    own, whole, roles = seat.user.pk, _("The installation"), {role.value: word() for role, word in ROLE_WORDS.items()}
    return [
        GrantRow(
            key=grant.pk,
            name=grant.user.shown_name,
            email=grant.user.email,
            role=roles[grant.role],
            where=names.get(grant.scope, grant.scope) if grant.scope else whole,
            given_at=grant.granted_at,
            given_by=grant.granted_by.shown_name if grant.granted_by else "",
            is_own=grant.user_id == own,
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
    if not mail_leaves():
        told = _(
            "%(name)s now holds the role %(role)s. No mail server is set up: the letter is kept in the data folder."
        )
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


def concerns(request: PageRequest) -> HttpResponse:
    access_installation(request)
    return render(request, "admin/concerns.html")


urlpatterns = [
    path("admin/", admin, name="admin"),
    path("admin/roles/", admin_roles, name="admin_roles"),
    path("admin/work/<str:job_id>/", admin_job, name="admin_job"),
    path("concerns/", concerns, name="concerns"),
]
