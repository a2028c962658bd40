"""The search behind the directory: the same people on both databases, whatever their letters."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from tests.personas import make_person
from viceversa.people.directory import MOST_CHOICES, Wish, choices_of, count_here, directory, wish_from
from viceversa.people.folding import folded
from viceversa.people.models import Person

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TODAY = date(2026, 6, 23)


def found(**asked: object) -> list[str]:
    return [person.person_id for person in directory(wish_from(asked), on=TODAY)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Øystein MÜLLER", "oystein muller"),
        ("Straße", "strasse"),
        ("İpek Çelik", "ipek celik"),
        ("Łukasz", "lukasz"),
        ("Nguyễn", "nguyen"),
        ("ﬁeld", "field"),
        ("Ærø", "aero"),
        ("Ελλάδα", "ελλαδα"),
        ("李小龍", "李小龍"),
    ],
)
def test_a_name_is_folded_as_somebody_types_it_without_accents(typed, kept):
    assert folded(typed) == kept
    assert folded(folded(typed)) == kept


def test_people_are_found_with_and_without_accents_in_any_case_and_any_column():
    make_person("A-17", "Øystein", "Müller", email="oe@example.org", job_title="Café owner", function="Brændsel")
    for words in ("øystein", "OYSTEIN", "muller oyst", "MÜLLER", "a-17", "OE@EX", "cafe OWN", "brAEnd"):
        assert found(words=words) == ["A-17"], words
    assert found(words="oystein nobody") == []


def test_what_has_a_meaning_in_a_pattern_is_only_a_letter_here():
    make_person("p1", "Per", "Cent", job_title="100% sure_thing")
    make_person("p2", "Other", "One", job_title="plain")
    assert found(words="0%") == ["p1"]
    assert found(words="e_t") == ["p1"]
    assert found(words="\\") == []


def test_a_change_is_found_however_it_was_written():
    one = make_person("x1", "Ada", "Byron")
    one.family_name = "Lovelace"
    one.save(update_fields=["family_name"])
    assert found(words="lovelace") == ["x1"]
    Person.objects.filter(pk=one.pk).update(job_title="Gärtnerin", preferred_name="Zoë")
    assert found(words="gartnerin zoe") == ["x1"]
    one.refresh_from_db()
    one.given_name = "Émilie"
    Person.objects.bulk_update([one], ["given_name"])
    assert found(words="emilie") == ["x1"]
    again = Person(person_id="x1", given_name="Jo", family_name="Case")
    Person.objects.bulk_create(
        [again], update_conflicts=True, unique_fields=["person_id"], update_fields=["given_name"]
    )
    assert found(words="emilie") == []
    assert found(words="zoe") == ["x1"]


def test_a_changed_name_that_a_file_brings_keeps_the_name_that_the_person_chose(clock):
    from tests.people.files import bring_in

    bring_in("person_id,role,grade,given_name\ne1,mentee,9,Ada\n", clock=clock)
    Person.objects.filter(person_id="e1").update(preferred_name="Countess")
    bring_in("person_id,role,grade,given_name\ne1,mentee,9,Augusta\n", clock=clock)
    assert found(words="countess augusta") == ["e1"]
    assert found(words="ada") == []


def test_unknown_grades_and_days_stand_last_in_either_order():
    make_person("x1", "No", "Thing", grade=None, hire_date=None)
    make_person("x2", "Some", "Thing", grade=3, hire_date="2020-01-01")
    make_person("x3", "More", "Thing", grade=5, hire_date="2024-01-01")
    assert found(sort="grade") == ["x3", "x2", "x1"]
    assert found(sort="newest") == ["x3", "x2", "x1"]


def test_counts_are_those_of_whoever_is_here():
    make_person("x1", "A", "A", role="mentor")
    make_person("x2", "B", "B", role="", leave_date="2026-06-24")
    make_person("x3", "C", "C", role="mentor", leave_date="2026-06-23")
    assert count_here(on=TODAY) == {"here": 2, "left": 1, "mentor": 1, "mentee": 0, "both": 0, "none": 1}


def test_choices_are_each_value_once_in_order_and_never_everybody():
    for number in range(MOST_CHOICES + 40):
        make_person(f"x{number}", "A", "A", function=f"F{number:03}", location="" if number % 2 else "Hull")
    functions = [f"F{number:03}" for number in range(MOST_CHOICES + 1)]
    assert choices_of("location", "function") == {"location": ["Hull"], "function": functions}


def test_a_wish_survives_being_written_down():
    wish = Wish(words="ä", role="none", grade_least="-3", no_email=True, left=True, sort="grade", cohort="c")
    assert wish_from(wish.asked) == wish
    assert wish_from({name: "yes" if value is True else value for name, value in asdict(wish).items()}) == wish
    assert wish_from({"sort": "salary", "role": "boss", "no_email": "no"}) == Wish()
