"""What stands around a page: the reader's name, places and programme. Read once, and only if a page is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.people.models import Person
from viceversa.programmes.cohorts import cohort_today, cohorts_of
from viceversa.programmes.design_words import state_words
from viceversa.programmes.models import Cohort, Enrolment, Programme

from .access import GONE, Seat, seat_of
from .addresses import ProgrammeAddress
from .middleware import LAST_PROGRAMME
from .request import PageRequest

# Pages that stand under "Enrolment" in the menu.
ENROLMENT = (
    "invite",
    "admission",
    "application_list",
    "waiting_list",
    "outside_new",
    "lottery_list",
    "lottery",
    "codes",
)


@dataclass(frozen=True)
class Place:
    label: str
    icon: str
    url: str
    current: bool = False
    count: int = 0


BENCH = ("bench", "bench_differences", "bench_choose")
MATCHING = (
    *("run", "run_unmatched", "run_compare", "run_candidates", "run_publish", "programme_supply", "question_desk"),
    *("circles", "circle_move", "rota"),
    *BENCH,
)
DESIGN = (
    "programme_part",
    "programme_handlers",
    "programme_readiness",
    "programme_copy",
    "programme_close",
    "programme_archive",
    "cohort_list",
    "cohort_new",
    "cohort_close",
    "cohort_archive",
)
TOPICS = (
    "topic_list",
    "topic_new",
    "topic",
    "topic_merge",
    "topic_words",
    "topic_word",
    "topic_import_new",
    "topic_import",
)
# Pages that stand under "People" in the menu.
PEOPLE = (
    "person",
    "people_tree",
    "people_views",
    "roster_new",
    "roster_columns",
    "roster_check",
    "roster",
    "roster_undo",
    "mapping_profile_list",
    "mapping_profile",
    *TOPICS,
)
ROLE_WORDS: dict[Role, Callable[[], str]] = {
    Role.COORDINATOR: lambda: _("Coordinator"),
    Role.SPONSOR: lambda: _("Sponsor"),
    Role.ANALYST: lambda: _("Analyst"),
    Role.ADMINISTRATOR: lambda: _("Administrator"),
    Role.PRIVACY_OFFICER: lambda: _("Privacy officer"),
    Role.HANDLER: lambda: _("Handler"),
    Role.DELEGATE: lambda: _("Delegate"),
}


class Shell:
    """The frame of a page for one reader."""

    def __init__(self, request: PageRequest) -> None:
        self.request = request
        self.organisation = settings.ORGANISATION_NAME
        self.signed_in = bool(getattr(request, "user", None) and request.user.is_authenticated)
        self.seat: Seat | None = seat_of(request) if self.signed_in else None
        self.at = request.resolver_match.view_name if request.resolver_match else ""
        self._programme: Programme | None = getattr(request, "programme", None)
        self._cohorts: list[Cohort] = getattr(request, "cohorts", [])

    @property
    def template(self) -> str:
        """The frame for pages that every role has: the desk for people who run programmes, else the seat."""
        return "desk.html" if self.is_desk else "seat.html"

    @property
    def is_desk(self) -> bool:
        return bool(self.seat and self.seat.grants)

    @property
    def is_shared(self) -> bool:
        """Whether the reader came in by their number, most likely on a machine that others use after them."""
        return self.signed_in and bool(self.request.session.get("viceversa_shared"))

    @property
    def person(self) -> Person | None:
        return self.seat.person if self.seat else None

    @property
    def name(self) -> str:
        if self.person:
            return self.person.name
        return self.seat.user.shown_name if self.seat else ""

    @property
    def initials(self) -> str:
        if self.person:
            return self.person.initials
        return "".join(part[0] for part in self.name.split()[:2]).upper()

    @property
    def side(self) -> str:
        if self.person is None:
            return "staff"
        role = self._enrolled_role
        return {"mentor": "mentor", "mentee": "leader"}.get(role, "staff")

    @property
    def _enrolled_role(self) -> str:
        if not hasattr(self, "_role"):
            enrolled = Enrolment.objects.filter(person=self.person).exclude(state__in=GONE).order_by("-pk")
            self._role = enrolled.values_list("role", flat=True).first() or ""
        return self._role

    @property
    def role_word(self) -> str:
        if self.seat is None:
            return ""
        held = {role for role, _scope in self.seat.grants}
        return next((word() for role, word in ROLE_WORDS.items() if role in held), "")

    @property
    def programme(self) -> Programme | None:
        """The programme this page is about; elsewhere, for a coordinator, the one they had open last."""
        if self._programme is None and self.seat is not None and not hasattr(self, "_looked"):
            self._looked = True
            mine = Programme.objects.filter(public_id__in=self.seat.scopes(Role.COORDINATOR), archived_at=None)
            mine = mine.order_by("-made_at")
            last = self.request.COOKIES.get(LAST_PROGRAMME, "")
            self._programme = next((one for one in mine if one.public_id == last), None) or mine.first()
            if self._programme is not None:
                self._cohorts = cohorts_of(self._programme)
                self._programme.look_at(cohort_today(self._cohorts, today=self.request.now.date()))
        return self._programme

    @property
    def programme_state(self) -> str:
        """Where the programme stands, in a word or two: its cohort and the month it is in."""
        programme = self.programme
        if programme is None:
            return ""
        cohort = programme.current_cohort
        return f"{cohort.name}, {state_words(cohort, today=self.request.now.date())}"

    @property
    def other_cohorts(self) -> int:
        """How many cohorts the programme has besides the one that is looked at."""
        return len(self._cohorts) - 1 if self.programme is not None else 0

    @property
    def looked_at(self) -> Cohort | None:
        """The cohort of this page, where it is not the one that opens by itself."""
        programme = self._programme
        return programme.current_cohort if programme and isinstance(programme.public_id, ProgrammeAddress) else None

    @property
    def cohorts_url(self) -> str:
        programme = self.programme
        is_mine = programme is not None and self.seat and programme.public_id in self.seat.scopes(Role.COORDINATOR)
        return reverse("cohort_list", args=[programme.public_id]) if programme is not None and is_mine else ""

    @property
    def places(self) -> list[Place]:
        if self.seat is None:
            return []
        return self._desk_places() if self.is_desk else self._seat_places()

    def _place(self, label: str, icon: str, route: str, *args: str, also: tuple[str, ...] = ()) -> Place:
        return Place(label, icon, reverse(route, args=args), current=self.at == route or self.at in also)

    def _seat_places(self) -> list[Place]:
        places = [self._place(_("Today"), "home", "home", also=("enrolment", "enrolment_step", "proposal"))]
        if self.person is not None:
            meetings = ("pair", "meeting", "meeting_plan", "meeting_checkin", "meeting_note", "meeting_held")
            places.append(self._place(_("Meetings"), "message", "your_pairs", also=meetings))
        if self.seat is not None and self.seat.is_delegate:
            places.append(self._place(_("Dates"), "calendar", "dates"))
        places.append(self._place(_("You"), "person", "you", also=("you_profile", "delegation_new")))
        return places

    def _desk_places(self) -> list[Place]:
        assert self.seat is not None
        places = []
        programme = self.programme if self.seat.holds(Role.COORDINATOR) else None
        if programme is not None and programme.public_id in self.seat.scopes(Role.COORDINATOR):
            here = programme.public_id
            told = ("announcement_list", "announcement_new", "announcement", "programme_log")
            places += [self._place(_("Today"), "home", "programme", here, also=told)]
            places += [self._place(_("People"), "people", "people_list", also=PEOPLE)]
            places += [self._place(_("Enrolment"), "person", "enrolment_list", here, also=ENROLMENT)]
            places += [self._place(_("Matching"), "link", "run_list", here, also=MATCHING)]
            places += [self._place(_("Pairs"), "pair", "pair_list", here)]
            places += [self._place(_("Evidence"), "chart", "programme_insights", here)]
            design = ("objective_new", "objective", "programme_rules", "programme_launch", "programme_topics", *DESIGN)
            places += [self._place(_("Programme"), "sliders", "programme_design", here, also=design)]
        elif self.seat.holds(Role.COORDINATOR):
            places += [self._place(_("Today"), "home", "home")]
            places += [self._place(_("People"), "people", "people_list", also=PEOPLE)]
            places += [self._place(_("Playbooks"), "book", "playbook_list", also=("playbook",))]
        if self.seat.holds(Role.SPONSOR) or self.seat.holds(Role.ANALYST):
            places += [self._place(_("Evidence"), "chart", "insights_list", also=("programme_insights",))]
        if self.seat.holds(Role.ADMINISTRATOR):
            places += [self._place(_("Installation"), "sliders", "admin")]
            places += [self._place(_("Roles"), "people", "admin_roles")]
        if self.seat.holds(Role.ADMINISTRATOR) or self.seat.holds(Role.PRIVACY_OFFICER):
            places += [self._place(_("Events"), "file", "admin_events")]
        if self.seat.holds(Role.HANDLER):
            places += [self._place(_("Concerns"), "shield", "concerns")]
        if self.person is not None and self._enrolled_role:
            places += [self._place(_("Meetings"), "message", "your_pairs")]
        return places


def shell(request: PageRequest) -> dict[str, Any]:
    frame = SimpleLazyObject(lambda: Shell(request))
    return {"shell": frame, "reader_zone": SimpleLazyObject(lambda: reader_zone(request))}


def reader_zone(request: PageRequest) -> str:
    """The reader's own clock: their account's zone, else their profile's, else UTC."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return "UTC"
    person = seat_of(request).person
    return getattr(request.user, "time_zone", "") or (person.time_zone if person else "") or "UTC"
