"""What each persona of the tests is to each thing of the fixture world, stated by hand; and where a route points.

``accounts/access.py`` says what a role may do. This file says who holds which role on what. The test multiplies
the two, so a mistake in either, or in the code that looks roles up, shows as a wrong status.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from viceversa.accounts.access import On, Role

Roles = frozenset[Role]
NONE: Roles = frozenset()

PERSONAS = (
    "anonymous",
    "mentor",
    "mentee",
    "delegate",
    "coordinator",
    "sponsor",
    "analyst",
    "administrator",
    "privacy_officer",
    "handler",
    "line_manager",
    "outsider",
    "same_programme_mentor",
    "same_programme_mentee",
    "other_mentor",
    "other_mentee",
    "coordinator_elsewhere",
)


def _only(**held: Role) -> dict[str, Roles]:
    return {persona: frozenset({role}) for persona, role in held.items()}


_staff = _only(coordinator=Role.COORDINATOR, sponsor=Role.SPONSOR)
_whole_installation = _only(
    analyst=Role.ANALYST,
    administrator=Role.ADMINISTRATOR,
    privacy_officer=Role.PRIVACY_OFFICER,
    handler=Role.HANDLER,
)
_the_two = _only(mentor=Role.MENTOR, mentee=Role.MENTEE)

# On the things of the programme "Fresh Eyes": its pair is mentor and mentee, its staff coordinator and sponsor.
# Who does not stand here is nothing to it.
HELD: dict[On, dict[str, Roles]] = {
    On.INSTALLATION: _staff
    | _whole_installation
    | _only(coordinator_elsewhere=Role.COORDINATOR, delegate=Role.DELEGATE),
    On.PROGRAMME: _staff
    | _whole_installation
    | _the_two
    | _only(same_programme_mentor=Role.MENTOR, same_programme_mentee=Role.MENTEE),
    On.ENROLMENT: _staff | _only(mentor=Role.MENTOR),
    On.PROPOSAL: _staff | _the_two,
    On.PAIR: _staff | _the_two | _only(delegate=Role.DELEGATE),
}


def held_by(persona: str, on: On) -> Roles:
    return HELD[on].get(persona, NONE)


# Where a route points ----------------------------------------------------------------------------------------
# By the kind of thing and the name of the parameter; a route that means something else by the name stands in
# ROUTE_VALUES. Values come from the fixture world when the test runs.
Value = Callable[[Any], str]


def _pairs_things() -> dict[str, Value]:
    return {"pair": lambda n: n.pair.public_id, "meeting": lambda n: n.meeting.public_id}


VALUES: dict[str, Value] = {
    "programme": lambda n: n.programme.public_id,
    "run": lambda n: n.run.public_id,
    "proposal": lambda n: n.proposal.public_id,
    "enrolment": lambda n: n.enrolments["mentor"].public_id,
    "person": lambda n: n.people["mentor"].public_id,
    "objective": lambda n: n.programme.objectives.get().public_id,
    "playbook": lambda n: "empower",
    "slug": lambda n: "empower",
    "mentor": lambda n: n.enrolments["mentor"].public_id,
    "mentee": lambda n: n.enrolments["mentee"].public_id,
    "roster": lambda n: roster_of(n).public_id,
    "lottery": lambda n: lottery_of(n.programme).public_id,
    "variant": lambda n: variant_of(n).public_id,
    "mapping_profile": lambda n: mapping_profile_of(n).public_id,
    "step": lambda n: "time",
    "part": lambda n: "purpose",
    "cohort": lambda n: n.cohort.public_id,
    "handler": lambda n: handler_of(n).public_id,
    "topic": lambda n: topic_of(n).public_id,
    "word": lambda n: word_of(n).public_id,
    "topic_file": lambda n: topic_file_of(n).public_id,
    "question": lambda n: question_of(n.programme).public_id,
    "identity_question": lambda n: identity_question_of(n.programme).public_id,
    "announcement": lambda n: announcement_of(n.programme).public_id,
    "job": lambda n: job_of(n).public_id,
} | _pairs_things()

# The same parameters, pointing at the programme "Other Voices", which nobody of Fresh Eyes has to do with.
ELSEWHERE: dict[str, Value] = {
    "programme": lambda n: n.other_programme.public_id,
    "run": lambda n: n.other_programme.current_cohort.runs.get().public_id,
    "proposal": lambda n: n.other_pair.proposal.public_id,
    "enrolment": lambda n: n.enrolments["other_mentor"].public_id,
    "lottery": lambda n: lottery_of(n.other_programme).public_id,
    "objective": lambda n: n.other_programme.objectives.get().public_id,
    "mentor": lambda n: n.enrolments["other_mentor"].public_id,
    "mentee": lambda n: n.enrolments["other_mentee"].public_id,
    "question": lambda n: question_of(n.other_programme).public_id,
    "identity_question": lambda n: identity_question_of(n.other_programme).public_id,
    "announcement": lambda n: announcement_of(n.other_programme).public_id,
    "pair": lambda n: n.other_pair.public_id,
    "meeting": lambda n: n.other_pair.meetings.get().public_id,
}

# What a route's own thing is called when the parameter is just ``public_id``.
MEANT: dict[On, str] = {
    On.PROGRAMME: "programme",
    On.ENROLMENT: "enrolment",
    On.PROPOSAL: "proposal",
    On.PAIR: "pair",
}
MEANT_BY_ROUTE: dict[str, str] = {
    "person": "person",
    "roster": "roster",
    "roster_columns": "roster",
    "mapping_profile": "mapping_profile",
    "roster_check": "roster",
    "roster_undo": "roster",
    "run": "run",
    "run_unmatched": "run",
    "run_compare": "run",
    "run_candidates": "run",
    "run_decide": "run",
    "run_publish": "run",
    "run_pairs_csv": "run",
    "run_workbook": "run",
    "run_swap": "run",
    "run_withdraw": "run",
    "run_differences": "run",
    "run_blocking": "run",
    "run_wishes": "run",
    "run_corrections": "run",
    "topic": "topic",
    "topic_merge": "topic",
    "topic_retire": "topic",
    "topic_word": "word",
    "topic_import": "topic_file",
    "meeting": "meeting",
    "meeting_plan": "meeting",
    "meeting_note": "meeting",
    "meeting_held": "meeting",
    "meeting_checkin": "meeting",
    "meeting_ics": "meeting",
}
# A query without which the page has nothing to be about.
QUERY: dict[str, Callable[[Any], dict[str, str]]] = {
    "run_compare": lambda n: {
        "mentor": n.enrolments["mentor"].public_id,
        "mentee": n.enrolments["mentee"].public_id,
    },
    "circle_move": lambda n: {
        "division": division_of(n).public_id,
        "person": n.enrolments["mentor"].public_id,
    },
    "rota_csv": lambda n: {"rota": rota_of(n).public_id},
}


def division_of(northmoor: Any) -> Any:
    """Circles that a coordinator kept; the mentor sits in the first."""
    from viceversa.pairing.models import Circle, CircleDivision, CircleMember

    cohort, at = northmoor.cohort, northmoor.run.requested_at
    there = CircleDivision.objects.filter(cohort=cohort, kept_at=at).first()
    if there is not None:
        return there
    made = CircleDivision.objects.create(
        cohort=cohort, policy=northmoor.run.policy, seed=0, size=5, asked_at=at, answered_at=at, kept_at=at
    )
    circles = [Circle.objects.create(division=made, number=number) for number in (1, 2)]
    CircleMember.objects.create(division=made, circle=circles[0], enrolment=northmoor.enrolments["mentor"])
    return made


def rota_of(northmoor: Any) -> Any:
    """A rota that a coordinator kept."""
    from viceversa.pairing.models import Rota, RotaMeeting

    cohort, at = northmoor.cohort, northmoor.run.requested_at
    there = Rota.objects.filter(cohort=cohort, kept_at=at).first()
    if there is not None:
        return there
    kept = {"rounds": 2, "minutes": 25, "asked_at": at, "answered_at": at, "kept_at": at}
    made = Rota.objects.create(
        cohort=cohort, policy=northmoor.run.policy, seed=0, report={"meetings": 1, "mentees": 1}, **kept
    )
    RotaMeeting.objects.create(
        rota=made, round=1, mentor=northmoor.enrolments["mentor"], mentee=northmoor.enrolments["mentee"]
    )
    return made


def variant_of(northmoor: Any) -> Any:
    """A finished run of the bench that nobody has chosen."""
    from viceversa.pairing.models import MatchRun

    run = northmoor.run
    there = MatchRun.every.filter(cohort=run.cohort_id, is_variant=True).first()
    return there or MatchRun.every.create(
        cohort=run.cohort,
        number=1,
        is_variant=True,
        requested_at=run.requested_at,
        policy=run.policy,
        state=MatchRun.State.DONE,
        report={"pairs": 0},
    )


def roster_of(northmoor: Any) -> Any:
    """An uploaded file that its coordinator has not mapped yet."""
    from viceversa.people.actions import upload_roster
    from viceversa.people.models import RosterImport

    content = b"Number,Wants to mentor,Grade\nn-900,yes,2\n"
    user, now = northmoor.users["coordinator"], northmoor.programme.made_at
    there = RosterImport.objects.first()
    return there or upload_roster(content, file_name="people.csv", by=user, now=now)


def mapping_profile_of(northmoor: Any) -> Any:
    """What the columns of one kind of file mean, kept under a name."""
    from viceversa.formats.mapping import ColumnUse, FileMapping
    from viceversa.people.mapping_profiles import save_profile
    from viceversa.people.models import MappingProfile

    mapping = FileMapping({"Number": ColumnUse("person_id"), "Gender": ColumnUse(reason="identity")})
    by, now = northmoor.users["coordinator"], northmoor.programme.made_at
    return MappingProfile.objects.first() or save_profile(mapping, name="Weekly export", by=by, now=now)


def topic_of(northmoor: Any) -> Any:
    """A topic of the catalogue."""
    from viceversa.people.models import Topic

    fields = {"name": "Short video", "family": "Social media", "standing": Topic.Standing.LISTED}
    return Topic.objects.get_or_create(key="short video", defaults=fields)[0]


def word_of(northmoor: Any) -> Any:
    """Words of somebody that the catalogue does not know."""
    from viceversa.people.models import Topic

    topic = Topic.objects.get_or_create(key="thirty-second films", defaults={"name": "thirty-second films"})[0]
    northmoor.people["mentor"].offers.get_or_create(topic=topic, defaults={"level": 3})
    return topic


def topic_file_of(northmoor: Any) -> Any:
    """An uploaded file with topics, among which nobody has chosen yet."""
    from viceversa.people.models import TopicImport
    from viceversa.people.topic_import import upload_topics

    user, now = northmoor.users["coordinator"], northmoor.programme.made_at
    there = TopicImport.objects.filter(state=TopicImport.State.WAITING).first()
    return there or upload_topics(b"name,family\nBeekeeping,Nature\n", file_name="topics.csv", by=user, now=now)


def question_of(programme: Any) -> Any:
    """A question that this programme asks at enrolment."""
    from viceversa.programmes.models import Question

    there = Question.objects.filter(programme=programme).first()
    return there or Question.objects.create(
        programme=programme, kind="short", words="What should we know?", made_at=programme.made_at
    )


def identity_question_of(programme: Any) -> Any:
    """An identity attribute that this programme asks for."""
    from viceversa.programmes.models import IdentityQuestion

    there = IdentityQuestion.objects.filter(programme=programme).first()
    return there or IdentityQuestion.objects.create(
        programme=programme,
        attribute="gender",
        label="Gender",
        choices=["Woman", "Man"],
        purposes={"match": "So that two who differ meet."},
        made_at=programme.made_at,
    )


def handler_of(northmoor: Any) -> Any:
    """The handler of the fixture world, named in its programme."""
    made_at = northmoor.programme.made_at
    row, _new = northmoor.programme.handlers.get_or_create(
        user=northmoor.users["handler"], defaults={"added_at": made_at}
    )
    return row


def lottery_of(programme: Any) -> Any:
    """A frozen list with one person on it."""
    from viceversa.programmes.models import Enrolment, Lottery, LotteryEntry
    from viceversa.stats.lottery import Entry, freeze

    cohort = programme.current_cohort
    there = Lottery.objects.filter(cohort=cohort).first()
    if there is not None:
        return there
    made = Lottery(
        cohort=cohort, role="mentor", places=1, seed_from="public", seed_plan="x", frozen_at=programme.made_at
    )
    enrolment = Enrolment.objects.filter(cohort=cohort, role="mentor").order_by("pk")[0]
    frozen = freeze(lottery=made.public_id, places=1, strata=[], entries=[Entry(enrolment.public_id)])
    made.list_text, made.list_hash = frozen.text, frozen.hash
    made.save()
    LotteryEntry.objects.create(lottery=made, enrolment=enrolment)
    return made


def announcement_of(programme: Any) -> Any:
    """An announcement of the programme's cohort, made when first asked for."""
    from viceversa.journey.models import Announcement

    cohort = programme.current_cohort
    columns = {"subject": "Hello", "words": "Hello all.", "written_at": programme.made_at, "send_at": programme.made_at}
    return Announcement.objects.get_or_create(cohort=cohort, circle="everybody", defaults=columns)[0]


def job_of(northmoor: Any) -> Any:
    """A job that was given up, made when first asked for."""
    from viceversa.outbox.models import Job

    at = northmoor.programme.made_at
    columns = {"kind": "role_letter", "written_at": at, "due_at": at, "failed_at": at, "problem": "OSError"}
    return Job.objects.get_or_create(key="role_letter:given-up", defaults=columns)[0]
