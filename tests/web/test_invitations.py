"""Inviting in the browser, the list of who is how far, and the page behind the link."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import PASSWORD, Northmoor, make_person, make_user
from viceversa.accounts.models import User
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import MatchRun
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment, Programme

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
