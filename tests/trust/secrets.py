"""One unlikely word in every private field, and who may ever read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from viceversa.accounts.keys.store import seal
from viceversa.journey.models import Meeting
from viceversa.outbox.actions import enqueue
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Exclusion, RankedPreference, RosterImport

from .house import House, people_file

NOBODY: frozenset[str] = frozenset()
IN_OTHER_PAIR = frozenset({"same_programme_mentor", "same_programme_mentee"})
COORDINATORS = frozenset({"coordinator", "coordinator_elsewhere"})


@dataclass(frozen=True)
class Secret:
    """``word`` stands in ``what``; ``readers`` alone may see it. ``sealed``: nor does the database hold it."""

    word: str
    what: str
    readers: frozenset[str]
    sealed: bool = False
    shown_to: frozenset[str] = NOBODY  # readers who find it on some page of this world


def _secret(word: str, what: str, *shown: str, also: frozenset[str] = NOBODY, sealed: bool = False) -> Secret:
    return Secret(f"{word}canary", what, frozenset(shown) | also, sealed, frozenset(shown))


NOTE_OF_MENTOR = _secret("Qnotea", "the mentor's note", "mentor", sealed=True)
NOTE_OF_MENTEE = _secret("Qnoteb", "the leader's note", "mentee", sealed=True)
REASON = _secret("Qreason", "why a proposal was declined", sealed=True)
AVOIDED = _secret("Qavoids", "whom the mentor avoids", "mentor", sealed=True)
AVOIDED_BY_FILE = _secret("Qfileavoids", "whom the people file keeps apart", sealed=True)
WAITING_FILE = _secret("Qwaitingfile", "a person of a file that waits", *COORDINATORS, sealed=True)
HOPE = _secret("Qhope", "what the mentor hopes for", "mentor")
BOUNDARIES = _secret("Qbounds", "what the mentor is not to be asked", "mentor", also=frozenset({"mentee"}))
WISH = _secret("Qwish", "whom the mentor would like")
AGENDA = _secret("Qagenda", "an agenda", "mentor", "mentee", "coordinator", also=IN_OTHER_PAIR)
TITLE = _secret("Qtitle", "a meeting's title", "mentor", "mentee")
PLACE = _secret("Qplace", "a meeting's place", "mentor", "mentee", "delegate")
LINK = _secret("qlink", "a meeting's video link", "mentor", "mentee", "delegate")
DELEGATE = _secret("Qdelegate", "the name of somebody's delegate", "mentee")
EXTERNAL = _secret("Qexternal", "a person's number in another system")
# A partner gets an address with the second yes; coordinators have it from the people file.
MAIL_OF_HOPEFUL = _secret("qmailh", "the mentor's address before two said yes", *COORDINATORS)
MAIL_OF_WAITING = _secret("qmailw", "the leader's address before two said yes", *COORDINATORS)
MAIL_OF_MENTOR = _secret("qmailm", "a partner's address", "mentee", *COORDINATORS, also=frozenset({"mentor"}))
ACCOUNT_OF_OUTSIDER = _secret("qaccount", "the address somebody signs in with", "outsider")

SECRETS = (
    NOTE_OF_MENTOR,
    NOTE_OF_MENTEE,
    REASON,
    AVOIDED,
    AVOIDED_BY_FILE,
    WAITING_FILE,
    HOPE,
    BOUNDARIES,
    WISH,
    AGENDA,
    TITLE,
    PLACE,
    LINK,
    DELEGATE,
    EXTERNAL,
    MAIL_OF_HOPEFUL,
    MAIL_OF_WAITING,
    MAIL_OF_MENTOR,
    ACCOUNT_OF_OUTSIDER,
)


def plant(house: House) -> None:
    """Type each secret into the form that asks for it, as the person it belongs to, and let the worker work."""
    world = house.world
    _plant_in_rows(house)
    enqueue("proposal_letters", key="trust", now=house.clock(), facts={"run": world.run.public_id})
    run_until_idle(clock=house.clock)
    for persona, secret in (("mentor", NOTE_OF_MENTOR), ("mentee", NOTE_OF_MENTEE)):
        meeting = house.held_meeting.public_id
        house.send(persona, "meeting_note", meeting, words=f"I thought {secret.word}.", version="0")
    house.send("hopeful", "proposal", house.ended_proposal.public_id, word="yes", reason="")
    house.send("refused", "proposal", house.ended_proposal.public_id, word="no", reason=f"Since {REASON.word}")
    learn = {"hope": f"To {HOPE.word}", "seen": _seen(house, "mentor", "learn")}
    house.send("mentor", "enrolment_step", world.enrolments["mentor"].public_id, "learn", **learn)
    profile = {"hours_start": "09:00", "hours_end": "17:00", "languages": "en", "time_zone": "Europe/London"}
    profile["seen"] = str(house.client("mentor").get(reverse("you_profile")).context["seen"])
    house.send("mentor", "you_profile", boundaries=f"Not {BOUNDARIES.word}", **profile)
    house.send(
        "mentee",
        "meeting_plan",
        world.meeting.public_id,
        date="2026-06-29",
        time="10:00",
        time_zone="Europe/London",
        minutes="60",
        place=PLACE.word,
        video_link=f"https://video.example/{LINK.word}",
        version="1",
    )
    delegate = {"name": DELEGATE.word, "email": "helper@northmoor.example", "until": "2026-12-31"}
    house.send("mentee", "delegation_new", **delegate)
    _bring_in(
        house, f"person_id,role,grade,email,excludes\nn-file,mentor,2,f@northmoor.example,{AVOIDED_BY_FILE.word}\n"
    )
    house.send("coordinator", "roster_new", file=people_file(f"Number,Wants to mentor\n{WAITING_FILE.word},yes\n"))
    run_until_idle(clock=house.clock)


def _seen(house: House, persona: str, step: str) -> str:
    path = reverse("enrolment_step", args=[house.world.enrolments[persona].public_id, step])
    return str(house.client(persona).get(path).context["seen"])


def _plant_in_rows(house: House) -> None:
    """What no form of the web asks for, or what was there before."""
    world, people = house.world, house.world.people
    mentor = people["mentor"]
    sealed = seal(AVOIDED.word, owner=mentor.public_id)
    Exclusion.objects.create(author=mentor, sealed_person_id=sealed)
    RankedPreference.objects.create(author=mentor, preferred_id_text=WISH.word, rank=1)
    mails = {"hopeful": MAIL_OF_HOPEFUL, "waiting": MAIL_OF_WAITING, "mentor": MAIL_OF_MENTOR}
    for persona, secret in mails.items():
        people[persona].email = f"{secret.word}@northmoor.example"
        people[persona].save()
    people["mentee"].external_id = EXTERNAL.word
    people["mentee"].save()
    outsider = world.users["outsider"]
    assert outsider is not None
    outsider.email = f"{ACCOUNT_OF_OUTSIDER.word}@northmoor.example"
    outsider.save()
    for plan in world.programme.meetings:
        plan["agenda"][0]["text"] = f"Talk about {AGENDA.word}"
        plan["purpose"] = f"So that {AGENDA.word}"
    world.programme.save()
    Meeting.objects.filter(pk__in=[world.meeting.pk, house.held_meeting.pk]).update(title=TITLE.word)
    Meeting.objects.filter(pk=world.meeting.pk).update(due_on=(house.clock() + timedelta(days=6)).date())


def _bring_in(house: House, text: str) -> None:
    house.send("coordinator", "roster_new", file=people_file(text))
    roster = RosterImport.objects.latest("pk")
    house.send("coordinator", "roster_check", roster.public_id, left_out="", leavers="on")
    run_until_idle(clock=house.clock)
    roster.refresh_from_db()
    assert roster.state == RosterImport.State.APPLIED, roster.problem
