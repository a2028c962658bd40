"""Inviting in the browser, the list of who is how far, and the page behind the link."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import PASSWORD, Northmoor, make_person, make_user
from viceversa.accounts.models import User
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import publish_run
from viceversa.pairing.models import MatchRun
from viceversa.people.models import Person
from viceversa.people.roster_difference import differs
from viceversa.people.snapshot_rows import told_rows
from viceversa.programmes.models import Enrolment, Pause, Programme
from viceversa.programmes.personal_link import make_link

SECRET = "seven quiet lighthouses"


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def ada(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def grace(northmoor: Northmoor) -> Person:
    return make_person("g-1", "Grace", "Amoah", grade=7, role="mentee", function="Finance")


def address(northmoor: Northmoor, route: str) -> str:
    return reverse(route, args=[northmoor.programme.public_id])


@pytest.fixture
def link(northmoor: Northmoor, ada: Client, grace: Person, clock: MovableClock) -> str:
    """The path in Grace’s letter."""
    ada.post(address(northmoor, "invite"), {"side": "mentee", "whom": "ticked", "person": grace.public_id})
    run_until_idle(clock=clock)
    [path] = re.findall(r"http://testserver(/join/\S+)", str(mail.outbox[0].body))
    return str(path)


def test_whoever_is_ticked_is_invited_once(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    form = {"side": "mentee", "whom": "ticked", "person": grace.public_id}
    for _twice in range(2):
        response = ada.post(address(northmoor, "invite"), form)
        assert response.url == address(northmoor, "enrolment_list") + "?side=mentee"  # type: ignore[attr-defined]
    enrolment = grace.enrolments.get()
    assert (enrolment.role, enrolment.state) == ("mentee", Enrolment.State.INVITED)


def test_all_who_meet_the_filter_are_invited_and_nobody_else(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    make_person("f-1", "Silent", "Worker", grade=7, function="Finance", email="")
    form = {"side": "mentor", "whom": "all", "function": "Finance", "grade_least": "6"}
    page = text_of(ada.get(address(northmoor, "invite"), form))
    assert "One person can be invited as a mentor" in page
    assert "No e-mail; cannot be invited by mail" in page
    asked = text_of(ada.post(address(northmoor, "invite"), form))
    for words in ("Send one letter?", "as a mentor", "Grace", "Function: Finance", "cannot be called back"):
        assert words in asked
    assert not grace.enrolments.exists()
    done = ada.post(address(northmoor, "invite"), form | {"confirmed": "1"})
    assert done.url == address(northmoor, "enrolment_list") + "?side=mentor"  # type: ignore[attr-defined]
    again = text_of(ada.post(address(northmoor, "invite"), form | {"confirmed": "1"}, follow=True))
    assert "Nobody got a second letter" in again
    invited = Enrolment.objects.filter(state="invited")
    assert [(each.person, each.role) for each in invited] == [(grace, "mentor")]


def test_another_number_than_was_confirmed_is_asked_again(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    make_person("g-2", "Noor", "Haddad", email="noor@northmoor.example", grade=7, function="Finance")
    form = {"side": "mentor", "whom": "all", "function": "Finance", "grade_least": "6", "confirmed": "1"}
    page = text_of(ada.post(address(northmoor, "invite"), form))
    assert "The number has changed since you looked" in page
    assert "Send 2 letters" in page
    assert not grace.enrolments.exists()


def test_the_page_opens_with_whom_the_file_puts_on_this_side(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    Programme.objects.filter(pk=northmoor.programme.pk).update(mentee_word="executive")
    make_person("s-1", "Said", "Nothing", grade=7)
    Person.objects.exclude(pk=grace.pk).update(role="")
    opened = text_of(ada.get(address(northmoor, "invite")))
    assert '<option value="mentee" selected>executive</option>' in opened
    assert 'data-label="In the file">executive</td>' in opened
    assert "Grace Amoah" in opened
    assert "Said Nothing" not in opened
    assert "Said Nothing" in text_of(ada.get(address(northmoor, "invite"), {"side": "mentee", "file_role": ""}))
    assert "Said Nothing" in text_of(ada.get(address(northmoor, "invite"), {"side": "mentor"}))


def test_nobody_ticked_is_said(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    page = text_of(ada.post(address(northmoor, "invite"), {"side": "mentee", "whom": "ticked"}))
    assert "Tick at least one person" in page
    assert "<title>Error:" in page


def test_a_grade_that_is_no_number_is_said(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    page = text_of(ada.get(address(northmoor, "invite"), {"grade_least": "senior"}))
    assert page.count("Enter a whole grade such as 7") == 2
    assert 'value="senior"' in page


def test_before_the_launch_nobody_is_invited(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    Programme.objects.filter(pk=northmoor.programme.pk).update(state=Programme.State.DRAFT)
    form = {"side": "mentee", "whom": "ticked", "person": grace.public_id}
    page = text_of(ada.post(address(northmoor, "invite"), form))
    assert "The programme is not launched yet." in page
    assert not grace.enrolments.exists()


def test_the_list_counts_by_side_and_filters(northmoor: Northmoor, ada: Client, link: str) -> None:
    page = text_of(ada.get(address(northmoor, "enrolment_list")))
    assert "4 of 5 take part" in page
    invited = text_of(ada.get(address(northmoor, "enrolment_list"), {"stage": "invited"}))
    assert "Grace Amoah" in invited
    assert "Henrik Solberg" not in invited
    mentors = text_of(ada.get(address(northmoor, "enrolment_list"), {"side": "mentor"}))
    assert "Grace Amoah" not in mentors
    assert "Priya Raman" in mentors
    nobody = text_of(ada.get(address(northmoor, "enrolment_list"), {"stage": "declined"}))
    assert "Nobody stands here with these filters" in nobody


def test_a_letter_is_sent_again_at_most_once_a_day(
    northmoor: Northmoor, ada: Client, link: str, clock: MovableClock
) -> None:
    again = {"again": Enrolment.objects.get(state="invited").public_id}
    page = text_of(ada.post(address(northmoor, "invite"), again, follow=True))
    assert "Nothing was sent." in page
    clock.forward(days=1)
    page = text_of(ada.post(address(northmoor, "invite"), again, follow=True))
    assert "goes out again" in page
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 2


def test_a_letter_of_another_programme_is_not_sent_from_here(northmoor: Northmoor, ada: Client) -> None:
    again = {"again": northmoor.enrolments["other_mentee"].public_id}
    assert ada.post(address(northmoor, "invite"), again).status_code == 404


def test_looking_at_the_link_changes_nothing(link: str) -> None:
    reader = Client()
    for _scan in range(3):
        assert "Grace, Ada Okafor invites you to Fresh Eyes" in text_of(reader.get(link))
    reader.head(link)
    enrolment = Enrolment.objects.get(state="invited")
    assert enrolment.opened_at is None
    assert enrolment.person.user is None


def test_going_on_makes_an_account_and_a_new_session(link: str, grace: Person) -> None:
    reader = Client()
    reader.get(link)
    reader.session.save()
    before = reader.session.session_key
    response = reader.post(link, {"answer": "yes", "password": SECRET})
    grace.refresh_from_db()
    assert grace.user is not None
    assert grace.user.check_password(SECRET)
    assert reader.session.session_key != before
    assert reader.get(response.url).url.endswith("/time/")  # type: ignore[attr-defined]


@pytest.mark.parametrize("password", ["", "short", "password1234", "grace.amoah@northmoor"])
def test_a_weak_password_is_not_taken(link: str, grace: Person, password: str) -> None:
    page = text_of(Client().post(link, {"answer": "yes", "password": password}))
    assert "<title>Error:" in page
    assert "Enter a password" in page
    grace.refresh_from_db()
    assert grace.user is None


def test_a_link_used_a_second_time_asks_to_sign_in_and_sets_no_password(link: str, grace: Person) -> None:
    Client().post(link, {"answer": "yes", "password": SECRET})
    thief = Client()
    assert "You sign in first" in text_of(thief.get(link))
    response = thief.post(link, {"answer": "yes", "password": "mine from now on, thanks"})
    assert response.url.startswith(reverse("sign_in"))  # type: ignore[attr-defined]
    assert "_auth_user_id" not in thief.session
    grace.refresh_from_db()
    assert grace.user is not None
    assert grace.user.check_password(SECRET)


def test_somebody_with_an_account_signs_in_and_goes_on(link: str, grace: Person) -> None:
    account = make_user(grace.email)
    reader = Client()
    onward = reader.post(link, {"answer": "yes"}).url  # type: ignore[attr-defined]
    assert onward.startswith(reverse("sign_in"))
    reader.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    reader.post(link, {"answer": "yes"})
    grace.refresh_from_db()
    assert grace.user == account
    assert account.check_password(PASSWORD)


def test_somebody_else_who_is_signed_in_is_told_so(northmoor: Northmoor, link: str) -> None:
    other = northmoor.sign_in(Client(), "outsider")
    page = other.get(link)
    assert page.status_code == 410
    assert "This invitation is for somebody else" in text_of(page)
    other.post(link, {"answer": "no"})
    assert Enrolment.objects.filter(state="invited").count() == 1


def test_no_thank_you_is_enough(northmoor: Northmoor, ada: Client, link: str) -> None:
    page = text_of(Client().post(link, {"answer": "no"}))
    assert "Thank you for answering" in page
    assert Enrolment.objects.get(person__given_name="Grace").state == Enrolment.State.DECLINED
    assert "You said no to this invitation" in text_of(Client().get(link))
    assert User.objects.filter(email__startswith="grace").count() == 0
    listed = text_of(ada.get(address(northmoor, "enrolment_list"), {"stage": "declined"}))
    assert "Grace Amoah" in listed
    assert "Send again" not in listed


def test_an_old_link_says_whom_to_write_to(link: str, clock: MovableClock) -> None:
    clock.forward(days=8)
    page = Client().get(link)
    assert page.status_code == 410
    assert "Write to Ada Okafor and ask for a new letter" in text_of(page)
    assert Client().post(link, {"answer": "yes", "password": SECRET}).status_code == 410


def test_a_link_that_was_cut_short_explains_itself(link: str) -> None:
    page = Client().get(link.rstrip("/")[:-5] + "/")
    assert page.status_code == 410
    assert "We cannot read this link" in text_of(page)


# Without an address -----------------------------------------------------------------------------


@pytest.fixture
def nameless(northmoor: Northmoor) -> Person:
    return make_person("p0007", "", "", email="", grade=7, role="mentee", function="Stores", job_title="Buyer")


def link_on(page: str) -> str:
    """The path of the link that stands on the page to be handed over."""
    [path] = re.findall(r"http://testserver(/join/[^<\s]+)", page)
    return str(path)


@pytest.fixture
def handed(northmoor: Northmoor, ada: Client, nameless: Person) -> str:
    """The path of a link for somebody who was enrolled from the file."""
    ada.post(address(northmoor, "invite"), {"side": "mentee", "enrol": "ticked", "person": nameless.public_id})
    link = {"link": nameless.enrolments.get().public_id}
    return link_on(text_of(ada.post(address(northmoor, "invite"), link)))


def test_all_whom_the_file_names_are_enrolled_and_told_of_in_a_sentence(
    northmoor: Northmoor, ada: Client, nameless: Person, grace: Person
) -> None:
    make_person("m-1", "Some", "Mentor", grade=2, role="mentor", function="Stores")
    form = {"side": "mentee", "enrol": "all"}
    page = text_of(ada.get(address(northmoor, "invite"), {"side": "mentee"}))
    assert "Enrol all 2 leaders of the file" in page
    look = text_of(ada.post(address(northmoor, "invite"), form))
    assert "Enrol 2 leaders?" in look
    assert "Grace" in look
    assert "One has no e-mail and comes in by a link or a code" in look
    stale = text_of(ada.post(address(northmoor, "invite"), form | {"confirmed": "3"}))
    assert "The number has changed since you looked. Nobody is enrolled yet." in stale
    assert not Enrolment.objects.filter(state="submitted").exists()
    seen = form | {"confirmed": "2"}
    assert "2 people take part now" in text_of(ada.post(address(northmoor, "invite"), seen, follow=True))
    assert "They were all asked or enrolled already" in text_of(
        ada.post(address(northmoor, "invite"), seen, follow=True)
    )
    assert "Tick at least one person" in text_of(ada.post(address(northmoor, "invite"), form))
    made = Enrolment.objects.filter(state="submitted")
    assert {each.person for each in made} == {nameless, grace}
    assert mail.outbox == []
    again = form | {"enrol": "ticked", "person": grace.public_id}
    assert "They were all asked or enrolled already" in text_of(
        ada.post(address(northmoor, "invite"), again, follow=True)
    )
    assert made.count() == 2


def taken_back(ada: Client, northmoor: Northmoor, **more: str) -> str:
    """What the page says when the enrolment that the list offers is taken back."""
    [at] = re.findall(
        r'name="taken_back" value="([^"]+)"', ada.get(address(northmoor, "enrolment_list")).content.decode()
    )
    form = {"taken_back": html.unescape(at)} | more
    return text_of(ada.post(address(northmoor, "invite"), form, follow=True))


def test_an_enrolment_from_the_file_is_taken_back_where_nothing_has_happened_since(
    northmoor: Northmoor, ada: Client, nameless: Person, grace: Person
) -> None:
    gail = make_person("g-9", "Gail", "Amoah", grade=7, role="mentee", email="gail@northmoor.example")
    gina = make_person("g-8", "Gina", "Amoah", grade=7, role="mentee", email="gina@northmoor.example")
    ada.post(address(northmoor, "invite"), {"side": "mentee", "enrol": "all", "confirmed": "4"})
    ada.post(address(northmoor, "invite"), {"link": nameless.enrolments.get().public_id})
    Enrolment.objects.filter(person=gail).update(steps_done=["hope"])
    at = gina.enrolments.get().submitted_at
    Pause.objects.create(enrolment=gina.enrolments.get(), from_on=at, until_on=at, made_at=at, ended_at=at)
    look = taken_back(ada, northmoor)
    assert "Take one of the leaders off the list again?" in look
    assert "3 of those enrolled together stay" in look
    assert grace.enrolments.exists()
    assert "The number has changed since you looked" in taken_back(ada, northmoor, confirmed="3")
    done = taken_back(ada, northmoor, confirmed="1")
    assert "1 person is off the list again. Nobody was written to." in done
    assert "3 stay, since something has happened to them meanwhile." in done
    assert not grace.enrolments.exists()
    assert nameless.enrolments.exists()
    assert gail.enrolments.exists()
    assert gina.enrolments.exists()
    assert "This enrolment stands" in taken_back(ada, northmoor)
    assert "Enrolment from a file taken back" in text_of(ada.get(address(northmoor, "programme_log")))


def test_an_enrolment_that_a_run_has_looked_at_stands(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    ada.post(address(northmoor, "invite"), {"side": "mentee", "enrol": "all", "confirmed": "1"})
    at = grace.enrolments.get().submitted_at
    MatchRun.objects.create(cohort=northmoor.cohort, number=99, requested_at=at, policy={})
    page = taken_back(ada, northmoor, confirmed="1")
    assert "A match run has looked at them since" in page
    assert grace.enrolments.exists()


@pytest.mark.parametrize("moment", ["", "x", "2026-13-45T00:00:00", "2026-06-23T09:00:00", "2026-06-23T09:00:00+00:00"])
def test_an_enrolment_that_never_was_is_not_taken_back(
    northmoor: Northmoor, ada: Client, grace: Person, moment: str
) -> None:
    before = Enrolment.objects.count()
    answer = ada.post(address(northmoor, "invite"), {"taken_back": moment, "confirmed": "1"})
    assert answer.status_code in (302, 404)
    assert Enrolment.objects.count() == before


def test_the_way_in_says_that_a_partner_is_proposed(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=1)
    mentee, by = pool.mentees[0], northmoor.users["coordinator"]
    assert by is not None
    Person.objects.filter(pk=mentee.person_id).update(user=None, email="")
    join = reverse("join", args=[make_link(mentee, by=by, now=clock()).token])
    assert "A partner is proposed to you." not in text_of(Client().get(join))
    publish_run(run=run_now(northmoor, clock), by=by, now=clock())
    page = text_of(Client().get(join))
    assert "A partner is proposed to you. As soon as you are in, you see who and why" in page
    assert pool.mentors[0].person.name not in page


def test_where_no_letter_reaches_anybody_the_page_says_what_can_be_done(
    northmoor: Northmoor, ada: Client, nameless: Person
) -> None:
    page = text_of(ada.get(address(northmoor, "invite"), {"side": "mentee", "words": "p0007"}))
    assert "No letter reaches anybody here; one person can be enrolled from the file" in page


def test_ticked_without_an_address_is_said_and_not_invited(
    northmoor: Northmoor, ada: Client, nameless: Person, grace: Person
) -> None:
    form = {"side": "mentee", "whom": "ticked", "person": [nameless.public_id, grace.public_id]}
    page = text_of(ada.post(address(northmoor, "invite"), form, follow=True))
    assert "1 invitation is on its way" in page
    assert "1 person without an e-mail was left out" in page
    assert not nameless.enrolments.exists()


def test_somebody_is_invited_by_hand_and_enrols_like_everybody(
    northmoor: Northmoor, ada: Client, nameless: Person
) -> None:
    page = text_of(ada.post(address(northmoor, "invite"), {"side": "mentee", "hand": nameless.public_id}))
    assert "Hand this link to p0007" in page
    reader = Client()
    link = link_on(page)
    assert "Your e-mail address" in text_of(reader.get(link))
    onward = reader.post(link, {"answer": "yes", "email": "kim@home.example", "password": SECRET})
    assert onward["Location"] == address(northmoor, "enrolment")
    again = text_of(ada.post(address(northmoor, "invite"), {"side": "mentee", "hand": nameless.public_id}, follow=True))
    assert "p0007 has no grade, or was asked already" in again


def test_a_handed_link_leads_home_and_signs_in_with_the_chosen_address(
    northmoor: Northmoor, handed: str, nameless: Person
) -> None:
    reader = Client()
    page = text_of(reader.get(handed))
    assert "p0007, Ada Okafor invites you to Fresh Eyes" in page
    assert "Ada Okafor enrolled you with what the organisation knows of you" in page
    home = reader.post(handed, {"answer": "yes", "email": "Kim@Home.example", "password": SECRET})
    assert home["Location"] == reverse("home")
    assert reader.get(reverse("home")).status_code == 200
    checked = reader.get(reader.get(address(northmoor, "enrolment"))["Location"])
    assert "What your organisation told us of you stands below" in text_of(checked)
    nameless.refresh_from_db()
    assert nameless.user is not None
    assert (nameless.user.email, nameless.email) == ("kim@home.example", "kim@home.example")
    assert Client().login(username="kim@home.example", password=SECRET)
    spent = Client().get(handed)
    assert spent.status_code == 410
    assert "This link has been used, or a newer one replaced it" in text_of(spent)


def test_the_list_makes_a_new_link_until_somebody_has_come_in(
    northmoor: Northmoor, ada: Client, handed: str, nameless: Person
) -> None:
    link = {"link": nameless.enrolments.get().public_id}
    listed = address(northmoor, "enrolment_list") + "?words=p0007"
    assert "Make a link" in text_of(ada.get(listed))
    newer = link_on(text_of(ada.post(address(northmoor, "invite"), link)))
    assert Client().get(handed).status_code == 410
    Client().post(newer, {"answer": "yes", "email": "kim@home.example", "password": SECRET})
    assert "Make a link" not in text_of(ada.get(listed))
    page = text_of(ada.post(address(northmoor, "invite"), link, follow=True))
    assert "p0007 signs in already, has left, or said no" in page


def test_a_link_for_somebody_of_another_programme_is_not_made_from_here(northmoor: Northmoor, ada: Client) -> None:
    link = {"link": northmoor.enrolments["other_mentee"].public_id}
    assert ada.post(address(northmoor, "invite"), link).status_code == 404
    assert ada.post(address(northmoor, "invite"), {"side": "mentee", "hand": "nobody"}).status_code == 404


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Enter an e-mail address that you read"),
        ("kim at home", "Enter an e-mail address such as kim@example.org"),
        ("Priya.Raman@northmoor.example", "Somebody else here has this address"),
        ("coordinator@northmoor.example", "Somebody else here has this address"),
    ],
)
def test_an_address_that_cannot_be_taken_is_said_and_kept(
    handed: str, nameless: Person, email: str, words: str
) -> None:
    page = text_of(Client().post(handed, {"answer": "yes", "email": email, "password": SECRET}))
    assert words in page
    assert "<title>Error:" in page
    assert f'value="{email}"' in page or not email
    nameless.refresh_from_db()
    assert (nameless.email, nameless.user) == ("", None)


def test_a_password_is_not_the_chosen_address(handed: str) -> None:
    page = text_of(
        Client().post(handed, {"answer": "yes", "email": "kimberley@home.example", "password": "kimberley@home"})
    )
    assert "not so close to your name or address" in page


def test_no_thank_you_is_enough_for_whoever_was_enrolled_by_others(handed: str, nameless: Person) -> None:
    assert "No thank you" in text_of(Client().get(handed))
    assert "Thank you for answering" in text_of(Client().post(handed, {"answer": "no"}))
    assert nameless.enrolments.get().state == Enrolment.State.DECLINED


def test_a_new_people_file_leaves_the_address_that_somebody_chose(handed: str, nameless: Person) -> None:
    Client().post(handed, {"answer": "yes", "email": "kim@home.example", "password": SECRET})
    nameless.refresh_from_db()
    old = next(told_rows(Person.objects.filter(pk=nameless.pk)))
    assert not differs("email", old, replace(old, email=""))
    assert differs("email", old, replace(old, email="kim@northmoor.example"))


def test_the_lists_ask_the_same_few_questions_for_two_rows_and_two_hundred(northmoor: Northmoor, ada: Client) -> None:
    pages = [address(northmoor, "enrolment_list"), address(northmoor, "invite")]

    def queries(page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ada.get(page).status_code == 200
        return len(captured)

    few = [queries(page) for page in pages]
    for number in range(200):
        person = make_person(f"q-{number}", f"Quiet{number}", "Person", email=f"q{number}@northmoor.example")
        Enrolment.objects.create(cohort=northmoor.cohort, person=person, role="mentee")
    assert [queries(page) for page in pages] == few
    assert max(few) <= 16  # one of them: whether the people file names anybody on this side


def test_when_one_side_is_asked_the_pages_lead_on_to_the_other_and_then_to_the_matching(
    northmoor: Northmoor, ada: Client
) -> None:
    """Whoever was walked through it with a watch stood here twice, with an empty list and no way on."""
    Enrolment.objects.all().delete()
    MatchRun.objects.all().delete()
    Person.objects.all().update(role="")
    make_person("g-1", "Grace", "Amoah", grade=7, role="mentee")
    make_person("g-2", "Gail", "Amoah", grade=2, role="mentor")
    invite, listed = address(northmoor, "invite"), address(northmoor, "enrolment_list")
    assert "Nobody here is left" not in text_of(ada.get(invite))
    ada.post(invite, {"side": "mentee", "file_role": "mentee", "enrol": "all", "confirmed": "1"})
    page = text_of(ada.get(invite))
    assert "Nobody here is left to invite to learn" in page
    assert "Go on to the mentors" in page
    page = text_of(ada.get(listed))
    assert "No mentor is asked yet" in page
    assert f"{invite}?side=mentor" in page
    ada.post(invite, {"side": "mentor", "file_role": "mentor", "enrol": "all", "confirmed": "1"})
    assert "Nobody here is left to invite as a mentor" in text_of(ada.get(invite + "?side=mentor"))
    page = text_of(ada.get(listed))
    assert "No mentor is asked yet" not in page
    assert f'href="{address(northmoor, "run_list")}">Find the best matching' in page
