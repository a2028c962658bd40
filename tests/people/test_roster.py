"""What a people file would change, and what stands in its way: nothing is written here."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people.files import FULL, bring_in
from viceversa.formats.mapping import ColumnUse
from viceversa.people.actions import RosterRefused, upload_roster
from viceversa.people.models import Person, RosterImport, Topic
from viceversa.people.reporting_lines import line_above
from viceversa.people.roster import PeopleHere, preview
from viceversa.people.topics import merge_topics

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


TODAY = date(2026, 6, 23)


def previewed(text: str, mapping=None, *, scope: str = "everybody"):
    here = PeopleHere.read()
    return preview(text.encode(), file_name="people.csv", mapping=mapping, against=here, scope=scope, on=TODAY)


def problems_of(found) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.value) for one in found.problems]


def test_new_changed_and_the_same_people_are_told_apart(clock):
    bring_in(FULL, clock=clock)
    found = previewed("person_id,role,grade,function\ne1,mentee,10,Board\ne2,,6,Operations\nn9,mentor,1,Data\n")
    assert (sorted(found.new), dict(found.changed), found.the_same, found.not_in_file) == (
        ["n9"],
        {"e1": ("function", "grade")},
        1,
        1,
    )
    assert [(one.person_id, one.column, one.now, one.becomes, one.matters) for one in found.changes] == [
        ("e1", "grade", "9", "10", True),
        ("e1", "function", "Operations", "Board", False),
    ]


def test_topics_in_another_spelling_are_the_same_topics(clock):
    bring_in(FULL, clock=clock)
    assert not previewed("person_id,role,grade,offers\ne3,both,2,STORYTELLING:3; Python:5\n").changed


def test_a_file_that_still_writes_a_word_which_was_merged_changes_nothing(clock):
    bring_in(FULL, clock=clock)
    Topic.objects.filter(key="python").update(standing=Topic.Standing.LISTED)
    snake = Topic.objects.create(key="snakes and code", name="Snakes and code", standing=Topic.Standing.LISTED)
    merge_topics(Topic.objects.get(key="python"), into=snake, by=None, now=clock())
    same = "person_id,role,grade,offers,wants\ne3,both,2,Storytelling:3;python:5,\ne1,mentee,9,,Python:3:1;SQL:1\n"
    assert not previewed(same).changed
    twice = "person_id,role,grade,offers\ne3,both,2,Storytelling:3;python:5;Snakes and Code:2\n"
    assert not previewed(twice).changed
    other = "person_id,role,grade,offers\ne3,both,2,Storytelling:3;python:4\n"
    assert dict(previewed(other).changed) == {"e3": ("offers",)}


def test_exclusions_are_counted_and_never_compared_or_shown(clock):
    bring_in(FULL, clock=clock)
    same = previewed("person_id,role,grade,excludes\ne3,both,2,e1;e2\n")
    other = previewed("person_id,role,grade,excludes\ne3,both,2,canary-x;e3\n")
    assert same.the_same == other.the_same == 1
    assert (same.kept_apart, other.kept_apart) == (1, 1)
    assert "canary-x" not in str([other.problems, other.cautions, other.notes, other.changes])


def test_a_fault_in_an_exclusion_is_a_problem_without_its_words():
    found = previewed("person_id,role,excludes\nn1,,can\x01ary\n")
    assert problems_of(found) == [(2, "kept_secret", "••••")]
    assert not found.rows


def test_a_manager_who_is_nowhere_leaves_the_row_and_those_below_out():
    found = previewed("person_id,role,manager_id\na,,ghost\nb,,a\nc,,b\nd,,\n")
    assert problems_of(found) == [
        (2, "manager_unknown", "ghost"),
        (3, "manager_left_out", "a"),
        (4, "manager_left_out", "b"),
    ]
    assert [row.person_id for row in found.rows] == ["d"]


def test_a_manager_whose_own_row_is_bad_counts_when_they_are_here_already(clock):
    bring_in("person_id,role\na,\n", clock=clock)
    found = previewed("person_id,role,manager_id\na,boss,\nb,,a\n")
    assert [row.person_id for row in found.rows] == ["b"]
    assert found.left_out == {2}


def test_a_circle_that_closes_through_people_who_are_not_in_the_file_is_found(clock):
    bring_in("person_id,role,manager_id\na,,\nb,,a\nc,,b\n", clock=clock)
    found = previewed("person_id,role,manager_id\na,,c\nx,,a\n")
    (circle,) = found.problems
    assert (circle.line, circle.code, circle.facts["cycle"]) == (2, "manager_circle", "a → c → b → a")
    assert [row.person_id for row in found.rows] == ["x"]


def test_a_swap_of_manager_and_report_is_no_circle(clock):
    bring_in("person_id,role,manager_id\na,,\nb,,a\n", clock=clock)
    found = previewed("person_id,role,manager_id\na,,b\nb,,\n")
    assert not found.problems
    assert set(found.changed) == {"a", "b"}


def test_values_without_room_are_problems_and_strange_addresses_cautions():
    found = previewed(f"person_id,role,given_name,grade,capacity,email\na,mentor,{'x' * 201},1,40000,m.blanc@north\n")
    assert [(one.code, one.column) for one in found.problems] == [
        ("too_long", "given_name"),
        ("too_large", "capacity"),
    ]
    assert [one.code for one in found.cautions] == ["email_shape"]


@pytest.mark.parametrize("text", ["role\nmentor\n", "person_id,role\na,mentor\n", "person_id,person_id,role\na,a,\n"])
def test_a_file_that_is_wrong_as_a_whole_blocks(text):
    found = previewed(text)
    assert found.blocked
    assert not found.can_apply


def test_more_problems_than_are_listed_still_leave_their_rows_out():
    rows = "\n".join(f"p{number},,ghost{number}" for number in range(1_500))
    found = previewed(f"person_id,role,manager_id\n{rows}\nlast,,\n")
    assert [row.person_id for row in found.rows] == ["last"]
    assert len(found.problems) == 1_000
    assert len(found.left_out) == 1_500


def test_a_mapped_file_names_its_own_headings_and_its_role_stays_untouched(clock):
    bring_in(FULL, clock=clock)
    mapping = {
        "No.": ColumnUse("person_id"),
        "Who": ColumnUse("full_name"),
        "Level": ColumnUse("grade", values={"Junior": "2", "Boss": "9"}),
        "Gender": ColumnUse(reason="identity"),
    }
    found = previewed(
        "No.,Who,Level,Gender\ne3,Cleo Marsh,Junior,f\ne1,Ada King,Boss,f\nn1,Di Low,strange,f\n", mapping
    )
    assert found.columns == {"person_id", "given_name", "family_name", "grade"}
    assert dict(found.changed) == {"e1": ("family_name",)}
    assert [(one.line, one.column, one.code) for one in found.problems] == [(4, "Level", "grade_not_whole")]
    assert "left_out_identity" in [one.code for one in found.notes]


@pytest.mark.parametrize(
    "data",
    [b"", b"   \n", b"%PDF-1.7 x", b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", b"<html></html>"],
)
def test_what_is_no_table_is_refused_with_reasons_and_not_kept(data, clock):
    with pytest.raises(RosterRefused) as refusal:
        upload_roster(data, file_name="people.xlsx", by=None, now=clock())
    assert refusal.value.problems
    assert not RosterImport.objects.exists()


def test_the_comparison_asks_equally_often_for_two_people_and_two_hundred(clock):
    counts = []
    for number in (2, 200):
        lines = [f"q{number}-{one},mentor,1,Python:3" for one in range(number)]
        text = "person_id,role,grade,offers\n" + "\n".join(lines) + "\n"
        bring_in(text, clock=clock)
        with CaptureQueriesContext(connection) as queries:
            assert not previewed(text).changed
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_the_line_above_is_found_by_one_query(clock, django_assert_num_queries):
    bring_in(FULL, clock=clock)
    cleo = Person.objects.get(person_id="e3")
    with django_assert_num_queries(1):
        assert [person.person_id for person in line_above(cleo)] == ["e2", "e1"]


def organisation(number: int, *, first: int = 0) -> str:
    return "person_id,role\n" + "".join(f"o{one},\n" for one in range(first, number))


@pytest.mark.parametrize(("leaving", "many"), [(2, False), (3, True)])
def test_more_than_one_in_twenty_who_would_leave_is_many(clock, leaving, many):
    bring_in(organisation(40), clock=clock)
    found = previewed(organisation(40, first=leaving))
    assert (found.leaving, found.here, found.many_leave) == (leaving, 40, many)
    some = previewed(organisation(40, first=leaving), scope="some")
    assert (some.leaving, some.not_in_file, some.many_leave) == (0, leaving, False)


def test_nobody_seems_to_have_left_because_their_row_has_a_mistake(clock):
    bring_in(organisation(4), clock=clock)
    found = previewed("person_id,role\no0,boss\no1,boss\no1,\no2,\n")
    assert [leaver.person_id for leaver in found.left] == ["o3"]
    assert found.here == 4


def test_whoever_has_left_already_does_not_leave_again_and_is_back_when_a_file_of_everybody_names_them(clock):
    bring_in(organisation(40), clock=clock)
    assert bring_in(organisation(39), clock=clock, scope="everybody").counts["left"] == 1
    assert Person.objects.get(person_id="o39").leave_date == TODAY
    assert previewed(organisation(39)).leaving == 0
    back = previewed(organisation(40))
    assert [leaver.person_id for leaver in back.back] == ["o39"]
    assert not previewed(organisation(40), scope="some").back
    assert bring_in(organisation(40), clock=clock, scope="everybody").counts["back"] == 1
    assert Person.objects.get(person_id="o39").leave_date is None


def test_more_leavers_than_were_agreed_to_stop_the_import_even_in_the_background(clock):
    bring_in(organisation(40), clock=clock)
    refused = bring_in(organisation(40, first=10), clock=clock, scope="everybody", leavers_agreed=9)
    assert (refused.state, refused.problem) == ("failed", "leavers_unconfirmed")
    assert not Person.objects.exclude(leave_date=None).exists()
    assert bring_in(organisation(40, first=10), clock=clock, scope="everybody", leavers_agreed=10).state == "applied"
