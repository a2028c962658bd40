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
from viceversa.programmes.favourites import choose_favourites, own_favourites
from viceversa.programmes.favourites import seen_of as favourites_seen

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
BOUNDARIES = _secret("Qbounds", "what the mentor is not to be asked", "mentor", "mentee", sealed=True)
FAVOURITE = _secret("Qfavourite", "whom the mentor would like, of those who show themselves", sealed=True)
IDENTITY = _secret("Qidentity", "what the mentor says of themself for the matching", "mentor", sealed=True)
IDENTITY_SHOWN = _secret(
    "Qshownid", "what the leader says of themself for a partner", "mentor", also=frozenset({"mentee"}), sealed=True
)
TOLD_BOTH = _secret("Qtoldboth", "an answer for coordinator and partner", "mentor", "mentee", "coordinator")
TOLD_ONE = _secret("Qtoldone", "an answer for the coordinator", "mentor", "coordinator")
SENTENCE = _secret("Qsentence", "a sentence that was taken back")
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
    FAVOURITE,
    IDENTITY,
    IDENTITY_SHOWN,
    TOLD_BOTH,
    TOLD_ONE,
    SENTENCE,
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
    _tell_more(house)
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


def _tell_more(house: House) -> None:
    """Questions of the programme's own, who one is, whom one would like, and a profile that was taken back."""
    programme, enrolments = house.world.programme.public_id, house.world.enrolments
    mentor, mentee = enrolments["mentor"].public_id, enrolments["mentee"].public_id
    for place, readers in enumerate(("coordinator", "partner_too")):
        house.send(
            "coordinator", "question_new", programme, words=f"Q{place}", kind="short", side="both", readers=readers
        )
    asked = house.world.programme.questions.filter(words__in=("Q0", "Q1"))
    one, both = asked.order_by("words").values_list("public_id", flat=True)
    answers = {f"q_{one}": TOLD_ONE.word, f"q_{both}": TOLD_BOTH.word, "seen": _seen(house, "mentor", "questions")}
    house.send("mentor", "enrolment_step", mentor, "questions", **answers)
    house.world.programme.identity_questions.all().delete()  # what the table of addresses made for itself
    for label in ("Gender", "Disability"):
        house.send("coordinator", "identity_new", programme, label=label, match="To differ.", partner="To talk of it.")
    said = {"gender-value": "own-words", "gender-own": IDENTITY.word, "gender-match": "on"}
    house.send("mentor", "enrolment_step", mentor, "identity", seen=_seen(house, "mentor", "identity"), **said)
    shown = {"disability-value": "own-words", "disability-own": IDENTITY_SHOWN.word, "disability-partner": "on"}
    house.send("mentee", "enrolment_step", mentee, "identity", seen=_seen(house, "mentee", "identity"), **shown)
    page = reverse("enrolment_shown", args=[mentor])
    seen = house.client("mentor").get(page).context["seen"]
    house.send("mentor", "enrolment_shown", mentor, sentence=SENTENCE.word, seen=str(seen), word="show")
    house.send("mentor", "enrolment_shown", mentor, word="hide")
    user = house.world.users["mentor"]
    assert user is not None
    before = favourites_seen(own_favourites(enrolments["mentor"]))
    now = house.clock()
    choose_favourites(enrolments["mentor"], favourites=[FAVOURITE.word], seen=before, by=user, now=now)


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
    house.send("coordinator", "roster_check", roster.public_id, left_out="", leavers="", scope="some")
    run_until_idle(clock=house.clock)
    roster.refresh_from_db()
    assert roster.state == RosterImport.State.APPLIED, roster.problem
