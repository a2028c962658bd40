"""What some people of Fresh Eyes and Connected Leaders said of themselves: agreed to, paused, shown and hoped for."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from viceversa.accounts.models import User
from viceversa.people.identity import IdentitySaid, say_identity
from viceversa.programmes.browsing import seen_of as profile_seen
from viceversa.programmes.browsing import show_profile
from viceversa.programmes.favourites import choose_favourites
from viceversa.programmes.favourites import seen_of as favourites_seen
from viceversa.programmes.identity_questions import IdentityContent, ask_identity, identity_uses
from viceversa.programmes.models import Cohort, Enrolment, Programme
from viceversa.programmes.pausing import pause_enrolment
from viceversa.programmes.pausing import seen_of as pause_seen

from .recruiting import OWN

GENDER = IdentityContent(
    "Gender",
    ("Woman", "Man", "Non-binary"),
    {
        "partner": "So that your partner knows, if you would like them to.",
    },
)
AGREED = 14  # how many answered; most have not been asked twice
SENTENCES = (
    "I film how things work here, and can show you how in an hour.",
    "Ask me anything about the tools my team built last year.",
    "I have answered customers online for four years and still like it.",
    "I turn long spreadsheets into short ones.",
    "I teach evening classes on staying safe online.",
    "New here, from a company that did everything differently.",
)


def say_personal_things(programme: Programme, *, by: User, now: datetime, seed: int) -> None:
    """In the cohort that runs: an attribute asked for, a pause. In the one that enrols: profiles and favourites."""
    chance = Random(f"personal {seed}")
    running: Cohort = programme.cohorts.order_by("-starts_on")[0]
    asked_at = now - timedelta(days=150)
    ask_identity(programme, content=GENDER, by=by, now=asked_at, public_id=f"{programme.public_id[:20]}-i0")
    _agree(programme, running, now=asked_at + timedelta(days=9), chance=chance)
    _pause(running, now=now - timedelta(days=2))
    enrolling = Cohort.objects.exclude(programme=programme).select_related("programme").first()
    if enrolling is not None:
        _show_and_choose(enrolling, now=now - timedelta(days=12), chance=chance)


def _with_account(cohort: Cohort) -> list[Enrolment]:
    """Whoever takes part and signs in, but for the demo's own."""
    rows = Enrolment.objects.filter(cohort=cohort).taking_part().exclude(person__user=None)
    rows = rows.exclude(person__email__in=OWN).exclude(opened_at=None)
    return list(rows.select_related("person__user", "cohort__programme").order_by("person__person_id", "role"))


def _agree(programme: Programme, cohort: Cohort, *, now: datetime, chance: Random) -> None:
    uses, scope = identity_uses(programme), programme.public_id
    people = {enrolment.person_id: enrolment.person for enrolment in _with_account(cohort)}
    for person in chance.sample(list(people.values()), min(len(people), AGREED)):
        assert person.user is not None  # filtered so
        said = IdentitySaid(uses[0].attribute, chance.choice(GENDER.choices[:2]), frozenset({"partner"}))
        say_identity(person, said=[said], uses=uses, scope=scope, by=person.user, now=now)


def _pause(cohort: Cohort, *, now: datetime) -> None:
    """Somebody without a partner is away for six weeks, and nobody is proposed to them."""
    free = [one for one in _with_account(cohort) if one.state == Enrolment.State.SUBMITTED]
    for enrolment in free[:1]:
        assert enrolment.person.user is not None  # filtered so
        pause_enrolment(
            enrolment,
            from_on=now.date(),
            until_on=now.date() + timedelta(days=42),
            seen=pause_seen(None),
            by=enrolment.person.user,
            now=now,
            today=now.date(),
        )


def _show_and_choose(cohort: Cohort, *, now: datetime, chance: Random) -> None:
    sides = _with_account(cohort)
    mentors = [one for one in sides if one.role == Enrolment.Role.MENTOR]
    leaders = [one for one in sides if one.role == Enrolment.Role.MENTEE]
    shown = list(zip(chance.sample(mentors, min(len(mentors), len(SENTENCES))), SENTENCES, strict=False))
    for enrolment, sentence in shown:
        assert enrolment.person.user is not None  # filtered so
        show_profile(enrolment, sentence=sentence, seen=profile_seen(None), by=enrolment.person.user, now=now)
    for enrolment in chance.sample(leaders, min(len(leaders), 3)):
        assert enrolment.person.user is not None  # filtered so
        wanted = [one.person.person_id for one, _ in chance.sample(shown, min(len(shown), 2))]
        choose_favourites(
            enrolment,
            favourites=wanted,
            seen=favourites_seen(()),
            by=enrolment.person.user,
            now=now + timedelta(days=1),
        )
