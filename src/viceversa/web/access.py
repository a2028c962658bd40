"""Loads a thing and authorises in one step, by the table's row for the route at hand.

Each page's first line calls one of these. They raise 404 where the person stands in no relation to the thing,
so that its existence stays secret, and 403 where they do but may not do this.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404

from viceversa.accounts.access import (
    INSTALLATION_ROLES,
    PROGRAMME_ROLES,
    ROUTES,
    SAFE_METHODS,
    Policy,
    Role,
    Verdict,
)
from viceversa.accounts.models import RoleGrant, User
from viceversa.journey.models import Delegation, Meeting
from viceversa.pairing.models import MatchRun, Pair, Proposal
from viceversa.people.models import Person
from viceversa.programmes.cohorts import cohort_today, cohorts_of
from viceversa.programmes.models import Enrolment, Programme

from .addresses import ProgrammeAddress, read_address
from .request import PageRequest

GONE = Enrolment.GONE
# Whatever changes nothing in what is archived, or takes it out of the archive.
OPEN_THOUGH_ARCHIVED = frozenset({"programme_archive", "programme_copy", "cohort_archive", "cohort_new"})


# What brings people into a cohort or makes new pairs: nothing of it in a cohort that is closed.
SHUT_WHEN_CLOSED = frozenset(
    {"invite", "outside_new", "admission", "application_list", "waiting_list", "lottery_list", "lottery", "codes"}
    | {"run_list", "run_unmatched", "run_decide", "run_publish", "run_swap", "run_corrections"}
    | {"bench", "bench_choose", "run_wishes", "new_partners", "circles", "circle_move", "rota"}
)


# Pages of which nothing is left to read where nobody may be brought in.
FORMS_ALONE = frozenset({"invite", "outside_new", "codes"})


class Archived(PermissionDenied):
    """The programme or the cohort is archived: it may be read, and nothing in it changes."""


class Closed(PermissionDenied):
    """The cohort is closed: nobody is brought into it, and no pairs are made in it any more."""


class Seat:
    """What the signed-in user holds, read once a request."""

    def __init__(self, request: PageRequest) -> None:
        self.user = cast(User, request.user)
        self._now = request.now
        self._grants: list[tuple[Role, str]] | None = None
        self._person: Person | None = None
        self._person_known = False
        self._is_delegate: bool | None = None

    @property
    def grants(self) -> list[tuple[Role, str]]:
        if self._grants is None:
            rows = RoleGrant.objects.standing().filter(user=self.user).values_list("role", "scope")
            self._grants = [(Role(role), scope) for role, scope in rows]
        return self._grants

    @property
    def person(self) -> Person | None:
        if not self._person_known:
            self._person, self._person_known = getattr(self.user, "person", None), True  # kept with the user
        return self._person

    @property
    def is_delegate(self) -> bool:
        if self._is_delegate is None:
            self._is_delegate = Delegation.objects.standing(now=self._now).filter(delegate=self.user).exists()
        return self._is_delegate

    def holds(self, role: Role) -> bool:
        return any(held is role for held, _ in self.grants)

    def scopes(self, *roles: Role) -> list[str]:
        """Public ids of the programmes in which one of these roles is held."""
        return [scope for role, scope in self.grants if role in roles and scope]

    def in_installation(self) -> set[Role]:
        roles = {role for role, _ in self.grants}
        return roles | {Role.DELEGATE} if self.is_delegate else roles

    def staff_of(self, programme: Programme) -> set[Role]:
        return {role for role, scope in self.grants if scope == programme.public_id and role in PROGRAMME_ROLES}

    def in_programme(self, programme: Programme) -> set[Role]:
        """Staff of it, whoever holds a role in the whole installation, and the people enrolled in it."""
        roles = self.staff_of(programme) | {role for role, _ in self.grants if role in INSTALLATION_ROLES}
        if self.person is not None:
            enrolled = Enrolment.objects.filter(person=self.person, cohort__programme=programme).exclude(state__in=GONE)
            roles |= {Role(role) for role in enrolled.values_list("role", flat=True)}
        return roles

    def in_pair(self, pair: Pair) -> set[Role]:
        """The two themselves, the mentee's delegate, and staff of the programme; nobody else knows of a pair."""
        roles = self.staff_of(pair.cohort.programme)
        if pair.mentor.person.user_id == self.user.pk:
            roles.add(Role.MENTOR)
        if pair.mentee.person.user_id == self.user.pk:
            roles.add(Role.MENTEE)
        standing = Delegation.objects.standing(now=self._now)
        if not roles and standing.filter(delegate=self.user, mentee=pair.mentee.person).exists():
            roles.add(Role.DELEGATE)
        return roles


def seat_of(request: PageRequest) -> Seat:
    if not hasattr(request, "seat"):
        request.seat = Seat(request)
    return request.seat


def has_left(request: PageRequest) -> bool:
    """Whether whoever is signed in has left the organisation, and with it everything they could open here."""
    person = seat_of(request).person
    return person is not None and person.has_left(on=request.now.date())


def policy_of(request: PageRequest) -> Policy:
    assert request.resolver_match is not None
    return ROUTES[request.resolver_match.view_name]


def _authorise(request: PageRequest, roles: Collection[Role]) -> None:
    request.access_checked = True
    verdict = policy_of(request).verdict(request.method or "GET", roles)
    if verdict is Verdict.HIDE:
        raise Http404
    if verdict is Verdict.FORBID:
        raise PermissionDenied


def access_self(request: PageRequest) -> User:
    """Anybody who is signed in, on what is their own."""
    request.access_checked = True
    return cast(User, request.user)


def access_installation(request: PageRequest) -> Seat:
    seat = seat_of(request)
    _authorise(request, seat.in_installation())
    return seat


def access_programme(request: PageRequest, public_id: str) -> Programme:
    """The programme, looking at the cohort that the address names, else at the one that is being run."""
    programme_id, cohort_id = read_address(public_id)
    programme = Programme.objects.filter(public_id=programme_id).first()
    if programme is None:
        raise Http404
    _authorise(request, seat_of(request).in_programme(programme))
    _look_at(request, programme, cohort_id=cohort_id)
    return programme


def _look_at(request: PageRequest, programme: Programme, *, cohort_id: str) -> None:
    """Choose the cohort, and keep closed to changes what is archived. An unknown cohort does not exist."""
    cohorts = cohorts_of(programme)
    usual = cohort_today(cohorts, today=request.now.date())
    chosen = next((one for one in cohorts if one.public_id == cohort_id), None) if cohort_id else usual
    if chosen is None:
        raise Http404
    programme.look_at(chosen)
    if chosen is not usual:
        programme.public_id = ProgrammeAddress(programme.public_id, cohort=chosen.public_id)
    request.programme, request.cohorts = programme, cohorts
    assert request.resolver_match is not None
    if request.method not in SAFE_METHODS or request.resolver_match.view_name in FORMS_ALONE:
        _check_open(request, programme)


def _check_open(request: PageRequest, programme: Programme) -> None:
    assert request.resolver_match is not None
    route, cohort = request.resolver_match.view_name, programme.current_cohort
    if (programme.is_archived or cohort.archived_at is not None) and route not in OPEN_THOUGH_ARCHIVED:
        raise Archived
    if (cohort.is_closed or programme.state == Programme.State.CLOSED) and route in SHUT_WHEN_CLOSED:
        raise Closed


def access_run(request: PageRequest, public_id: str) -> MatchRun:
    run = MatchRun.objects.select_related("cohort__programme").filter(public_id=public_id).first()
    if run is None:
        raise Http404
    _authorise(request, seat_of(request).in_programme(run.cohort.programme))
    _look_at(request, run.cohort.programme, cohort_id=run.cohort.public_id)
    return run


def access_enrolment(request: PageRequest, public_id: str) -> Enrolment:
    """One's own enrolment; to anybody else but the programme's staff it does not exist."""
    enrolments = Enrolment.objects.select_related("cohort__programme", "person")
    enrolment = enrolments.filter(public_id=public_id).exclude(state__in=GONE).first()
    if enrolment is None:
        raise Http404
    seat = seat_of(request)
    roles = seat.staff_of(enrolment.cohort.programme)
    if enrolment.person.user_id == seat.user.pk:
        roles = {Role(enrolment.role)}
    _authorise(request, roles)
    return enrolment


def access_proposal(request: PageRequest, public_id: str) -> Proposal:
    """A published proposal, for its two sides; a draft is nobody's yet."""
    people = ("mentor__person", "mentee__person", "run__cohort__programme")
    proposal = Proposal.objects.select_related(*people).filter(public_id=public_id).first()
    if proposal is None:
        raise Http404
    seat = seat_of(request)
    roles = seat.staff_of(proposal.run.cohort.programme)
    if proposal.published_at is not None:
        sides = {Role.MENTOR: proposal.mentor, Role.MENTEE: proposal.mentee}
        roles |= {role for role, side in sides.items() if side.person.user_id == seat.user.pk}
    _authorise(request, roles)
    return proposal


PAIR_PEOPLE = ("cohort__programme", "mentor__person", "mentee__person")


def access_pair(request: PageRequest, public_id: str) -> Pair:
    pair = Pair.objects.select_related(*PAIR_PEOPLE).filter(public_id=public_id).first()
    if pair is None:
        raise Http404
    _authorise(request, seat_of(request).in_pair(pair))
    return pair


def access_meeting(request: PageRequest, public_id: str) -> Meeting:
    people = tuple(f"pair__{name}" for name in PAIR_PEOPLE)
    meeting = Meeting.objects.select_related(*people).filter(public_id=public_id).first()
    if meeting is None:
        raise Http404
    _authorise(request, seat_of(request).in_pair(meeting.pair))
    return meeting
