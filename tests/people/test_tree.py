"""The tree around one person: whom it draws, and how much it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.personas import make_person
from viceversa.people.below import LARGE, below_each, below_manager
from viceversa.people.models import Person, RosterImport
from viceversa.people.reporting_lines import line_from
from viceversa.people.tree import BRANCHES_A_PAGE, TWIGS_SHOWN, report_counts, reports_of, roots, tree_around

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TODAY = date(2026, 6, 23)
NOW = datetime(2026, 6, 23, 9, tzinfo=UTC)


def tree_of(person):
    line = line_from(person.public_id)
    return tree_around(
        line,
        reports=reports_of(person, on=TODAY)[:BRANCHES_A_PAGE],
        counts=report_counts(line, on=TODAY),
        below=below_manager(person, now=NOW),
        on=TODAY,
    )


def ids(nodes) -> list[str]:
    return [node.person.person_id for node in nodes]


def test_the_line_above_stands_from_the_top_down_with_counts():
    top = make_person("top", "T", "Op")
    middle = make_person("middle", "M", "Id", manager=top)
    make_person("other", "O", "Ther", manager=top)
    low = make_person("low", "L", "Ow", manager=middle)
    tree = tree_of(low)
    assert ids(tree.above) == ["top", "middle"]
    assert [node.reports for node in tree.above] == [2, 1]
    assert (tree.centre.reports, tree.branches) == (0, ())


def test_two_levels_below_are_drawn_and_the_rest_is_counted():
    top = make_person("top", "T", "Op")
    for one in range(3):
        report = make_person(f"r{one}", "R", f"{one}", manager=top)
        for two in range(one * 3):
            make_person(f"r{one}-{two}", "S", f"{two}", manager=report)
    tree = tree_of(top)
    assert ids(tree.branches) == ["r0", "r1", "r2"]
    assert [(len(node.below), node.more) for node in tree.branches] == [(0, 0), (3, 0), (TWIGS_SHOWN, 2)]


def test_each_twig_tells_how_many_report_to_them_and_are_here():
    top = make_person("top", "T", "Op")
    twig = make_person("twig", "T", "Wig", manager=make_person("branch", "B", "Ranch", manager=top))
    leaf = make_person("leaf", "L", "Eaf", manager=twig)
    make_person("vein", "V", "Ein", manager=leaf)
    make_person("last", "L", "Ast", manager=twig)
    make_person("gone", "G", "One", manager=twig, leave_date="2026-06-01")
    (branch,) = tree_of(top).branches
    assert [(node.person.person_id, node.reports) for node in (branch, *branch.below)] == [("branch", 1), ("twig", 2)]


def test_whoever_has_left_is_no_report_any_more_but_stays_in_the_line_above():
    top = make_person("top", "T", "Op", leave_date="2026-06-01")
    low = make_person("low", "L", "Ow", manager=top)
    make_person("gone", "G", "One", manager=low, leave_date="2026-06-01")
    tree = tree_of(low)
    assert (ids(tree.above), tree.centre.reports) == (["top"], 0)


def test_at_the_top_stands_whoever_has_somebody_below_and_nobody_above():
    top = make_person("top", "T", "Op")
    make_person("low", "L", "Ow", manager=top)
    make_person("alone", "A", "Lone")
    assert [person.person_id for person in roots(on=TODAY)] == ["top"]


def test_a_tree_takes_as_many_queries_for_hundreds_as_for_one():
    boss = make_person("boss", "B", "Oss")
    counts = []
    for number in (1, 200):
        for one in range(number):
            make_person(f"q{number}-{one}", "Q", f"{one}", manager=boss)
        with CaptureQueriesContext(connection) as queries:
            tree = tree_of(boss)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(tree.branches) == BRANCHES_A_PAGE


def test_everybody_below_is_counted_at_any_distance_in_each_branch_and_twig():
    top = make_person("top", "T", "Op")
    left, right = make_person("left", "L", "Eft", manager=top), make_person("right", "R", "Ight", manager=top)
    twig = make_person("twig", "T", "Wig", manager=left)
    leaf = make_person("leaf", "L", "Eaf", manager=twig)
    make_person("vein", "V", "Ein", manager=leaf)
    below = below_manager(top, now=NOW)
    assert below.everybody == 5
    assert {key: below.under.get(key, 0) for key in (left.pk, twig.pk, right.pk)} == {
        left.pk: 3,
        twig.pk: 2,
        right.pk: 0,
    }
    heads = below_each([top, twig], now=NOW)
    assert (heads.under[top.pk], heads.under[left.pk], heads.under[twig.pk], heads.under[leaf.pk]) == (5, 3, 2, 1)


def test_whoever_has_left_is_not_counted_below():
    top = make_person("top", "T", "Op")
    make_person("gone", "G", "One", manager=top, leave_date="2026-06-23")
    make_person("stays", "S", "Tays", manager=top, leave_date="2026-06-24")
    assert below_manager(top, now=NOW).everybody == 1


def test_a_circle_below_ends():
    top = make_person("top", "T", "Op")
    one = make_person("one", "O", "Ne", manager=top)
    Person.objects.filter(pk=top.pk).update(manager=one)
    assert below_manager(top, now=NOW).under[one.pk] >= 1


def test_a_large_branch_is_counted_once_a_minute_unless_a_file_came_in():
    top = make_person("top", "T", "Op")
    Person.objects.bulk_create(Person(person_id=f"b{number}", manager=top) for number in range(LARGE))
    assert below_manager(top, now=NOW).everybody == LARGE
    make_person("late", "L", "Ate", manager=top)
    assert below_manager(top, now=NOW + timedelta(seconds=59)).everybody == LARGE
    assert below_manager(top, now=NOW + timedelta(seconds=60)).everybody == LARGE + 1
    make_person("later", "L", "Ater", manager=top)
    RosterImport.objects.create(uploaded_at=NOW, applied_at=NOW, content=b"", file_name="", sha256="")
    assert below_manager(top, now=NOW + timedelta(seconds=61)).everybody == LARGE + 2
