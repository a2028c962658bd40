"""What stands on the coordinator's desk: HR's last file and what its columns mean, saved views, announcements."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User
from viceversa.formats.guessing import guess_mapping
from viceversa.journey.announcements import Draft, announce
from viceversa.journey.models import Announcement
from viceversa.pairing.models import Pair
from viceversa.people.actions import readable_table, request_roster, set_mapping, upload_roster
from viceversa.people.directory import Wish
from viceversa.people.mapping_profiles import save_profile
from viceversa.people.models import Person, RosterImport
from viceversa.people.saved_views import save_view
from viceversa.programmes.models import Cohort, Programme

from .days import do
from .recruiting import OWN

Circle = Announcement.Circle
FILE, PROFILE = "changes-of-the-month.csv", "Changes of the month from HR"
HEADINGS = ("Employee number", "First name", "Last name", "Position", "Department", "Last working day")
NEW_TITLES = ("Senior analyst", "Shift lead", "Team lead", "Product owner", "Training lead")
TOLD = (
    "Half-way: what you told us, and what changes",
    "You have met four times or more by now. Thank you.\n\n"
    "Two things came up again and again: dates that slip before holidays, and leaders who explain instead of asking. "
    "The agenda of your next meeting has ten minutes for the second.\n\n"
    "Whoever wants to talk about anything else finds me in the canteen on Thursdays.",
)
TO_TELL = (
    "Fix your next date before the holidays",
    "You have no date ahead of you. Take the next half hour that suits you both: the page of your pair proposes three.",
)
NEWCOMERS = (
    ("Oluwaseun", "Adebayo", "Trainee"),
    ("Katarzyna", "Lis", "Working student"),
    ("Tom", "Ashworth", "Analyst"),
)


def keep_desk(programme: Programme, *, by: User, now: datetime) -> None:
    """A file of changes two days ago, which can be undone, views of the directory, and words to everybody."""
    _take_in_changes(programme, by=by, now=now - timedelta(days=2))
    cohort = programme.cohorts.order_by("-starts_on")[0]
    views: Mapping[str, Wish] = {
        "No e-mail, could mentor": Wish(role="mentor", no_email=True),
        "Leaders not asked yet": Wish(role="mentee", cohort=cohort.public_id, standing="out"),
    }
    for name, wish in views.items():
        save_view(name=name, asked=wish.asked, by=by, now=now - timedelta(days=20))
    _announce(cohort, by=by, now=now)


def _announce(cohort: Cohort, *, by: User, now: datetime) -> None:
    """One that went to everybody nine days ago, and one that goes in three days to whoever has no date then."""
    told = now - timedelta(days=9)
    announce(cohort, Draft(Circle.EVERYBODY, *TOLD), public_id=new_public_id(), by=by, now=told)
    do("announcement", now=told)
    later = Draft(Circle.NO_DATE, *TO_TELL, send_at=now + timedelta(days=3))
    announce(cohort, later, public_id=new_public_id(), by=by, now=now - timedelta(hours=3))


def _take_in_changes(programme: Programme, *, by: User, now: datetime) -> None:
    content = _file(_rows(programme, now=now))
    scope = RosterImport.Scope.SOME
    roster = upload_roster(content, file_name=FILE, by=by, now=now, scope=scope)
    mapping = guess_mapping(readable_table(content, file_name=FILE))
    set_mapping(roster, mapping=mapping, by=by, now=now)
    save_profile(mapping, name=PROFILE, by=by, now=now)
    request_roster(roster, leave_out=(), leavers_agreed=1, by=by, now=now, scope=scope)
    do("apply_roster", now=now)
    do("people_left", now=now)
    roster.refresh_from_db()
    if roster.state != RosterImport.State.APPLIED:
        raise RuntimeError(f"the demo's changes were not taken in: {roster.problem}")


def _rows(programme: Programme, *, now: datetime) -> list[Sequence[str]]:
    """Some got another title, three are new, and one who was in a pair has left."""
    quiet = Person.objects.here(on=now.date()).filter(enrolments=None, role="").exclude(job_title="")
    changed = quiet.order_by("person_id")[: len(NEW_TITLES)]
    rows = [_row(person, title=title) for person, title in zip(changed, NEW_TITLES, strict=False)]
    for number, (given, family, title) in enumerate(NEWCOMERS, start=1):
        rows.append((f"n{number:05d}", given, family, title, "Digital", ""))
    pairs = Pair.objects.running().filter(cohort__programme=programme).select_related("mentor__person")
    in_story = Q(mentor__person__email__in=OWN) | Q(mentee__person__email__in=OWN)
    managers = Person.objects.exclude(manager=None).values("manager")
    pair = (
        pairs.exclude(in_story)
        .exclude(mentor__person__in=managers)
        .order_by("state", "mentor__person__person_id")
        .first()
    )
    if pair is not None:
        person = pair.mentor.person
        rows.append(_row(person, title=person.job_title, left=(now.date() - timedelta(days=1)).isoformat()))
    return rows


def _row(person: Person, *, title: str, left: str = "") -> Sequence[str]:
    return (person.person_id, person.given_name, person.family_name, title, person.function, left)


def _file(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    return text.getvalue().encode()
