"""What issue 3 built, all of it to be found in the demo."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import BOTH
from tests.demo.test_demo import NOW, client_of, demo, its_own_key_and_day  # noqa: F401 - the fixtures of the demo
from viceversa.accounts.models import Event, OneTimeCode
from viceversa.demo.questions import WAITING
from viceversa.journey.models import Announcement
from viceversa.outbox.models import Job
from viceversa.pairing.models import Ending, Pair, PairDecision, PartnerQuestion, Proposal, ProposalAnswer
from viceversa.people.models import (
    IdentityAnswer,
    IdentityConsent,
    MappingProfile,
    Person,
    RosterImport,
    SavedView,
    Topic,
)
from viceversa.people.roster_since import in_the_way
from viceversa.programmes.lottery import replays
from viceversa.programmes.models import (
    Cohort,
    Enrolment,
    Favourites,
    Lottery,
    Pause,
    Programme,
    QuestionAnswer,
    ShownProfile,
)

pytestmark = pytest.mark.django_db(databases=BOTH)


def connected_leaders() -> Cohort:
    return Cohort.objects.get(programme__name="Connected Leaders")


def test_the_first_cohort_is_over_closed_archived_and_keeps_its_history():
    first, running = Cohort.objects.filter(programme__name="Fresh Eyes").order_by("starts_on")
    assert first.is_closed
    assert first.archived_at is not None
    assert (running.is_closed, running.archived_at) == (False, None)
    assert first.pairs.exists()
    assert set(first.pairs.values_list("state", flat=True)) <= {"closed", "exited"}
    assert first.pairs.filter(meetings__state="held").exists()
    assert Ending.objects.filter(pair__cohort=first).count() == first.pairs.count()


def test_lots_were_drawn_for_connected_leaders_and_anybody_can_draw_again():
    cohort = connected_leaders()
    lottery = Lottery.objects.get(cohort=cohort)
    assert replays(lottery)
    assert lottery.entries.filter(drawn=True).count() == lottery.places
    waiting = Enrolment.objects.filter(cohort=cohort).waiting()
    assert waiting.count() >= lottery.entries.filter(drawn=False).count() > 0
    assert Enrolment.objects.filter(cohort=cohort, role="mentor", state="applied").exists()


def test_a_run_was_changed_by_hand_published_in_part_and_a_second_one_waits():
    first, second = connected_leaders().runs.order_by("number")
    assert set(PairDecision.objects.filter(cohort=connected_leaders()).values_list("kind", flat=True)) == {
        "locked",
        "forbidden",
    }
    assert all(PairDecision.objects.filter(cohort=connected_leaders()).values_list("sealed_reason", flat=True))
    assert first.published_at is not None
    assert first.proposals.filter(state=Proposal.State.DRAFT).exists()
    assert first.proposals.filter(state__in=Proposal.OPEN, answer_by__gt=NOW).exists()
    assert second.published_at is None
    assert Pair.objects.filter(cohort=connected_leaders(), state=Pair.State.TRIAL).exists()


def test_somebody_takes_part_in_both_programmes():
    in_both = Person.objects.filter(enrolments__cohort=connected_leaders())
    assert in_both.filter(enrolments__cohort__programme__name="Fresh Eyes").exists()


def test_people_without_an_address_were_enrolled_and_given_codes():
    cohort = connected_leaders()
    assert Enrolment.objects.filter(cohort=cohort, person__email="").exists()
    assert OneTimeCode.objects.standing(now=NOW).exists()


def test_people_from_outside_were_added_by_hand_and_by_themselves():
    states = dict(Enrolment.objects.filter(person__is_external=True).values_list("person__family_name", "state"))
    assert states == {"Diallo": "invited", "Novotny": "applied"}


def test_the_last_file_took_in_newcomers_let_one_leave_and_can_be_undone():
    roster = RosterImport.objects.get(file_name="changes-of-the-month.csv")
    assert roster.state == RosterImport.State.APPLIED
    assert (roster.counts["new"], roster.traces.filter(is_new=True).count()) == (3, 3)
    assert in_the_way(roster).count == 0
    gone = Person.objects.get(leave_date=NOW.date() - timedelta(days=3))
    assert Ending.objects.get(category=Ending.Category.LEFT).pair.mentor.person == gone
    assert MappingProfile.objects.get().mapping


def test_words_of_people_stand_beside_the_catalogue():
    assert Topic.objects.own_words().count() >= 3
    assert Topic.objects.listed().count() >= 300


def test_a_few_agreed_to_tell_their_partner_and_what_they_said_is_sealed():
    assert IdentityConsent.objects.standing().exists()
    assert not [row for row in IdentityAnswer.objects.all() if b"Woman" in bytes(row.sealed_value)]
    assert IdentityConsent.objects.values("scope").distinct().count() == 1


def test_views_profiles_favourites_a_pause_and_answers_are_there():
    for model in (SavedView, ShownProfile, Favourites, QuestionAnswer):
        assert model.objects.exists()  # type: ignore[attr-defined]
    assert Pause.objects.over(NOW.date()).exists()


def test_every_page_that_ada_reaches_from_her_home_opens():
    import re

    client = client_of("ada")
    seen, waiting = set(), ["/"]
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        page = client.get(path, follow=True)
        assert page.status_code == 200, path
        seen.add(path)
        if not page.headers["Content-Type"].startswith("text/html"):
            continue
        links = re.findall(r'href="(/[^"#?]*)', page.content.decode())
        shapes = {_shape(one) for one in seen | set(waiting)}
        for link in links:
            if not link.startswith("/static") and _shape(link) not in shapes:
                shapes.add(_shape(link))
                waiting.append(link)
    assert len(seen) > 40
    assert Programme.objects.count() == 2


def _shape(path: str) -> str:
    """An address without the ids in it, so that one of each kind is opened."""
    import re

    return re.sub(r"/[a-z0-9]{20}\b", "/*", path)


def test_one_announcement_was_sent_and_one_waits_for_its_day():
    sent, waits = Announcement.objects.order_by("send_at")
    assert sent.receipts.exists()
    assert waits.is_open
    planned = Job.objects.open().exclude(kind="pause_over")
    assert [job.kind for job in planned] == ["announcement"]
    assert planned.get().due_at > NOW


def test_a_question_to_a_proposed_partner_waits_at_the_desk_and_ada_reads_it():
    question = PartnerQuestion.objects.get(state=PartnerQuestion.State.ASKED)
    assert question.proposal.run.cohort == connected_leaders()
    assert question.proposal.answer_by > NOW
    page = client_of("ada").get(reverse("question_desk", args=[connected_leaders().programme.public_id]))
    assert WAITING in html.unescape(page.content.decode())
    assert WAITING[:20].encode() not in bytes(question.sealed_words)


def test_noor_is_asked_whether_she_goes_on_and_does_not_learn_what_her_mentor_said():
    pair = Pair.objects.get(mentee__person__email="noor.haddad@northmoor.example")
    first = pair.meetings.get(number=1)
    assert (pair.state, first.state) == (Pair.State.TRIAL, "held")
    assert pair.formed_at < first.held_at < pair.trial_asked_at <= NOW
    assert [word.enrolment for word in pair.trial_words.all()] == [pair.mentor]
    noor = client_of("noor")
    trial = reverse("pair_trial", args=[pair.public_id])
    assert trial in noor.get(reverse("home"), follow=True).content.decode()
    asked = noor.get(trial)
    assert asked.status_code == 200
    assert asked.context["said"] == ""
    assert client_of("ada").get(trial).status_code in (403, 404)


# What must have happened to the same thing before the second of each two can.
AFTER = (
    ("run.requested", "run.finished"),
    ("run.finished", "run.published"),
    ("proposal.answered", "proposal.ended"),
    ("question.asked", "question.passed_on"),
    ("question.passed_on", "question.answered"),
    ("question.answered", "question.handed_on"),
    ("pair.formed", "pair.ended"),
    ("meeting.planned", "meeting.held"),
    ("opened", "launched"),
    ("uploaded", "applied"),
    ("cohort_closed", "cohort_archived"),
    ("lottery_frozen", "lottery_drawn"),
)


def test_the_log_tells_everything_in_the_order_in_which_it_happened():
    events = list(Event.objects.order_by("pk"))
    assert [event.at for event in events] == sorted(event.at for event in events)
    first = {}
    for place, event in enumerate(events):
        first.setdefault((event.verb, event.object_id), place)
    told = {verb for verb, _ in first}
    for cause, effect in AFTER:
        if effect not in told:
            continue
        assert cause in told, (cause, effect)
        for (verb, about), place in first.items():
            if verb == effect:
                assert first[cause, about] < place, (cause, effect, about)


def test_nobody_answers_a_proposal_before_it_is_out_or_pairs_before_both_have_answered():
    for answer in ProposalAnswer.objects.select_related("proposal"):
        assert answer.at > answer.proposal.published_at
    for pair in Pair.objects.exclude(proposal=None).select_related("proposal"):
        assert pair.formed_at == max(answer.at for answer in pair.proposal.answers.all())
