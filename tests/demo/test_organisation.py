"""The synthetic organisation: what every part of it promises to whoever builds on it."""

import hashlib
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from viceversa.demo.organisation import COMPANY, EVEN_POOL, organisation, write_organisation
from viceversa.demo.organisation.company import EXECUTIVE_OFFICE, LISTED_ON
from viceversa.demo.organisation.draws import shared_out
from viceversa.demo.organisation.names import CHIEF_EXECUTIVE, DOMAIN, Names, addresses
from viceversa.demo.organisation.reference import cultures, functions, interests, places, topics
from viceversa.demo.organisation.staff import NOBODY, ROLES, Staff
from viceversa.demo.organisation.wishes import draw_wishes
from viceversa.formats.people import PersonRow, normal, read_people

SEED = 7


@cache
def company(people: int = 3000) -> list[PersonRow]:
    return organisation(people=people, seed=SEED)


def participants() -> list[PersonRow]:
    return [row for row in company() if row.role]


def share_of(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def chain_above(person_id: str, boss_of: dict[str, str]) -> list[str]:
    chain: list[str] = []
    while person_id := boss_of[person_id]:
        assert person_id not in chain, f"{person_id} is above themself: {chain}"
        chain.append(person_id)
    return chain


# The file


def test_it_reads_back_as_it_was_written_without_one_problem():
    read = read_people(write_organisation(people=400, seed=SEED), file_name="people.csv", managers="problem")
    assert read.problems == ()
    assert [row.person_id for row in read.rows] == [row.person_id for row in company(400)]
    assert [row.offers for row in read.rows] == [row.offers for row in company(400)]
    assert [row.wants for row in read.rows] == [row.wants for row in company(400)]
    assert [row.hours for row in read.rows] == [row.hours for row in company(400)]
    assert [row.email for row in read.rows] == [row.email for row in company(400)]


@pytest.mark.parametrize("people", [0, 1, 2, 3, 5, 9, 13, 60])
def test_it_has_as_many_people_as_asked_for_however_few(people):
    rows = organisation(people=people, seed=SEED)
    assert len(rows) == people
    assert sum(not row.manager_id for row in rows) == min(people, 1)
    if people:
        assert read_people(write_organisation(people=people, seed=SEED), file_name="few.csv").ok


@pytest.mark.parametrize(("people", "seed"), [(-1, 0), (10, -1)])
def test_numbers_below_zero_are_refused_with_the_number(people, seed):
    with pytest.raises(ValueError, match="-1"):
        organisation(people=people, seed=seed)


# Same numbers, same people


def test_the_same_seed_gives_the_same_bytes_in_another_process():
    command = (
        "import sys; from viceversa.demo.organisation import write_organisation;"
        f"sys.stdout.buffer.write(write_organisation(people=500, seed={SEED}))"
    )
    # A hash seed of its own would show up any set whose order got into the file.
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    other = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True, env=environment)
    assert other.stdout == write_organisation(people=500, seed=SEED)


def test_the_people_of_one_seed_are_known_forever():
    # Whoever changes the data or the draws changes what others compare against: say so in the changelog.
    digest = hashlib.sha256(write_organisation(people=200, seed=1)).hexdigest()
    assert digest == "8ecfff07422681d48d10cb2a3a3d768177ac44208f9091eb81b952524a709fdf"


def test_another_seed_gives_other_people():
    assert organisation(people=50, seed=1) != organisation(people=50, seed=2)


# The company


def test_everybody_answers_to_the_chief_executive_in_few_steps():
    boss_of = {row.person_id: row.manager_id for row in company()}
    (chief,) = [row for row in company() if not row.manager_id]
    assert (chief.grade, chief.job_title, chief.function) == (9, CHIEF_EXECUTIVE, EXECUTIVE_OFFICE)
    for person_id in boss_of:
        chain = chain_above(person_id, boss_of)
        assert (chain or [person_id])[-1] == chief.person_id
        assert len(chain) <= 8


def test_a_boss_stands_one_or_two_grades_up_and_mostly_in_the_same_function():
    by_id = {row.person_id: row for row in company()}
    pairs = [(row, by_id[row.manager_id]) for row in company() if row.manager_id]
    steps = Counter(boss.grade - row.grade for row, boss in pairs if row.grade is not None and boss.grade is not None)
    assert set(steps) == {1, 2}
    assert 0.15 < steps[2] / steps.total() < 0.30
    assert 0.75 < share_of([row.function == boss.function for row, boss in pairs]) < 0.95


def test_no_leader_drowns_and_most_people_lead_nobody():
    spans = Counter(row.manager_id for row in company() if row.manager_id)
    assert max(spans.values()) <= 60
    assert 0.12 < len(spans) / len(company()) < 0.30


def test_the_grades_form_a_pyramid():
    grades = Counter(row.grade for row in company())
    assert grades[9] == 1
    assert 0.5 < sum(grades[grade] for grade in (1, 2, 3)) / len(company()) < 0.6
    assert 0.15 < sum(grades[grade] for grade in (6, 7, 8)) / len(company()) < 0.2
    assert [grades[grade] for grade in range(1, 10)] == sorted((grades[grade] for grade in range(1, 10)), reverse=True)


def test_all_functions_and_places_occur_near_their_shares():
    by_function = Counter(row.function for row in company())
    by_place = Counter(row.location for row in company())
    assert len(functions()) == 12
    assert len(places()) == 13
    for function in functions():
        assert abs(by_function[function.name] / len(company()) - function.share) < 0.04
    for place in places():
        assert abs(by_place[place.name] / len(company()) - place.share) < 0.08
        assert by_place[place.name] > 0


def test_a_chief_is_held_once_and_titles_belong_to_function_and_grade():
    titles = Counter(row.job_title for row in company())
    for function in functions():
        assert titles[function.chief] == 1
    of_function = {function.name: function for function in functions()}
    for row in company():
        if row.function in of_function and row.grade is not None and row.grade <= 7:
            assert row.job_title in of_function[row.function].titles[row.grade - 1]


def test_zones_go_with_places_and_nearly_all_speak_english():
    zones = {place.name: place.time_zone for place in places()}
    for row in company():
        assert row.time_zone in ("", zones.get(row.location, row.time_zone))
    speakers = share_of(["en" in row.languages for row in company() if row.languages])
    assert 0.88 < speakers < 0.97
    assert len({tag for row in company() for tag in row.languages}) >= 8


# The people


def test_ids_and_addresses_are_unique_and_every_name_belongs_together():
    rows = organisation(people=6000, seed=3)
    assert len({row.person_id for row in rows}) == len(rows)
    assert len({row.external_id for row in rows}) == len(rows)
    addresses = [row.email for row in rows if row.email]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and address.endswith(f"@{DOMAIN}") for address in addresses)
    together = {(given, family) for one in cultures() for given in one.given for family in one.family}
    assert {(row.given_name, row.family_name) for row in rows} <= together


def test_an_address_is_plain_letters_and_namesakes_get_a_number():
    names = Names(
        given=("Łukasz", "Róisín", "Łukasz", "Işıl", "Lukasz"),
        family=("Wójcik", "O'Dowd", "Wójcik", "Weiß", "Wojcik"),
        culture=np.zeros(5, dtype=np.int64),
    )
    assert addresses(names) == [
        f"{local}@{DOMAIN}"
        for local in ("lukasz.wojcik", "roisin.odowd", "lukasz.wojcik2", "isil.weiss", "lukasz.wojcik3")
    ]


def test_in_a_company_of_the_demos_size_no_two_people_share_a_name():
    names = Counter((row.given_name, row.family_name) for row in company(400))
    assert [name for name, count in names.items() if count > 1] == []


def test_the_name_lists_are_long_and_hold_no_name_twice_in_a_culture():
    for one in cultures():
        assert len(set(one.given)) == len(one.given), one.name
        assert len(set(one.family)) == len(one.family), one.name
    assert len({given for one in cultures() for given in one.given}) >= 400
    assert len({family for one in cultures() for family in one.family}) >= 500


def test_every_place_names_cultures_that_exist_and_every_topic_functions_that_exist():
    known = {one.name for one in cultures()}
    for place in places():
        assert set(place.names) <= known, place.name
    homes = {function.name for function in functions()}
    for topic in topics():
        assert topic.home <= homes, topic.name
        assert topic.kind in {"tool", "market", "culture", "strategy"}
        assert topic.taught_by in {"juniors", "seniors"}


def test_shares_of_places_and_functions_add_up():
    assert sum(place.share for place in places()) == pytest.approx(1)
    assert sum(function.share for function in functions()) == pytest.approx(1)


def test_names_follow_the_place():
    polish = next(one for one in cultures() if one.name == "polish")
    in_warsaw = [row.family_name in polish.family for row in company() if row.location == "Warsaw"]
    in_madrid = [row.family_name in polish.family for row in company() if row.location == "Madrid"]
    assert share_of(in_warsaw) > 0.7
    assert share_of(in_madrid) < 0.05


# The programme


def test_there_are_about_as_many_mentors_as_mentees_and_seniority_fits():
    roles = Counter(row.role for row in company())
    assert 0.7 < (roles["mentor"] + roles["both"]) / (roles["mentee"] + roles["both"]) < 1.5
    assert all(row.grade is not None for row in participants())
    assert all(row.grade <= 5 for row in participants() if row.role in ("mentor", "both"))
    assert all(row.grade >= 4 for row in participants() if row.role in ("mentee", "both"))


def test_topics_are_about_120_and_differ_after_normalisation():
    names = [normal(topic.name) for topic in topics()]
    assert len(set(names)) == len(names) == 120
    assert len(set(interests())) == len(interests()) == 40


def test_juniors_offer_three_to_eight_mostly_new_topics_and_want_two_to_five_of_strategy():
    new = {topic.name for topic in topics() if topic.taught_by == "juniors"}
    juniors = [row for row in participants() if row.grade <= 3]
    seniors = [row for row in participants() if row.grade >= 6]
    assert {len(row.offers) for row in juniors} - {0} == set(range(3, 9))
    assert {len(row.wants) for row in juniors} - {0} == set(range(2, 6))
    assert share_of([topic in new for row in juniors for topic in row.offers]) > 0.75
    assert share_of([topic in new for row in juniors for topic in row.wants]) < 0.25
    assert share_of([topic in new for row in seniors for topic in row.offers]) < 0.25
    assert share_of([topic in new for row in seniors for topic in row.wants]) > 0.75


def test_nobody_wants_what_they_offer_and_only_participants_say_anything():
    for row in company():
        assert not set(row.offers) & set(row.wants), row.person_id
        if not row.role:
            assert (row.offers, row.wants, row.interests, row.prefers) == ({}, {}, (), ())


def test_demand_falls_steeply_and_reaches_far():
    wanted = Counter(topic for row in participants() for topic in row.wants).most_common()
    assert wanted[0][1] > 4 * wanted[20][1]
    assert len(wanted) > 100


def test_levels_priorities_and_styles_use_their_whole_range():
    assert {level for row in participants() for level in row.offers.values()} == {1, 2, 3, 4, 5}
    assert {want.priority for row in participants() for want in row.wants.values()} == {1, 2, 3}
    assert {want.current for row in participants() for want in row.wants.values()} == {0, 1, 2, 3, 4}
    assert {row.style_formality for row in participants()} == {None, 1, 2, 3, 4, 5}
    assert {row.style_structure for row in participants()} == {None, 1, 2, 3, 4, 5}


def test_some_prefer_somebody_and_a_few_exclude_somebody():
    preferring = [row for row in company() if row.prefers]
    excluding = [row for row in company() if row.excludes]
    assert 0.08 < len(preferring) / len(participants()) < 0.25
    assert 0 < len(excluding) / len(participants()) < 0.02


def test_every_wish_names_another_participant_once_and_never_the_boss():
    # Small companies, many of them: there people meet their boss by chance.
    for seed in range(60):
        rows = organisation(people=60, seed=seed)
        ids = {row.person_id for row in rows if row.role}
        for row in rows:
            named = row.prefers + row.excludes
            assert len(set(named)) == len(named)
            assert set(named) <= ids - {row.person_id}
            assert row.manager_id not in row.prefers
            assert len(row.prefers) <= 3


def test_nobody_prefers_somebody_they_exclude():
    # One mentor, one mentee: whoever excludes and prefers at all means the same person.
    one_of_each = np.array([ROLES.index("mentor"), ROLES.index("mentee")])
    nobody = np.full(2, NOBODY)
    staff = Staff(
        grade=np.array([1, 6]),
        function=nobody,
        place=nobody,
        boss=nobody,
        tenure=nobody,
        role=one_of_each,
        chief=nobody == 0,
    )
    drawn = [draw_wishes(np.random.default_rng(seed), staff) for seed in range(4000)]
    assert sum(bool(wishes.excludes) for wishes in drawn) > 20
    assert not any(
        set(wishes.prefers.get(person, ())) & set(wishes.excludes.get(person, ()))
        for wishes in drawn
        for person in (0, 1)
    )


def test_some_things_are_missing_as_in_any_real_file():
    for name in ("email", "function", "location", "time_zone", "hire_date", "grade"):
        empty = share_of([not getattr(row, name) for row in company()])
        assert 0 < empty < 0.08, name
    for name in ("offers", "wants", "interests", "languages", "style_formality"):
        empty = share_of([not getattr(row, name) for row in participants()])
        assert 0 < empty < 0.12, name


def test_capacity_is_one_or_two_and_some_people_leave_after_they_came():
    assert {row.capacity for row in company()} == {1, 2}
    assert all(row.capacity == 1 for row in company() if not row.role)
    leaving = [row for row in company() if row.leave_date]
    assert 0.01 < len(leaving) / len(company()) < 0.04
    assert {row.leave_date <= LISTED_ON for row in leaving} == {True, False}
    assert all(row.hire_date <= LISTED_ON - timedelta(days=1) for row in company() if row.hire_date)


def test_nobody_leaves_before_they_came_and_the_chief_executive_stays():
    rows = organisation(people=3000, seed=SEED, shape=replace(COMPANY, leaving=1.0))
    assert sum(row.leave_date is None for row in rows) == 1
    assert all(row.hire_date < row.leave_date for row in rows if row.hire_date and row.leave_date)


# The pool of the benchmarks


def test_an_even_pool_has_as_many_mentors_as_mentees_and_no_gaps():
    rows = organisation(people=2600, seed=SEED, shape=EVEN_POOL)
    roles = Counter(row.role for row in rows)
    assert (roles["mentor"], roles["mentee"]) == (1000, 1000)
    assert all(row.offers and row.wants and row.time_zone for row in rows if row.role)
    assert {row.capacity for row in rows} == {1}


@pytest.mark.parametrize("total", [0, 1, 7, 100])
def test_whole_numbers_are_shared_out_without_a_rest(total):
    counts = shared_out(total, (0.5, 0.3, 0.2))
    assert sum(counts) == total
    assert all(abs(count - total * share) < 1 for count, share in zip(counts, (0.5, 0.3, 0.2)))


def test_the_largest_remainder_gets_the_one_that_is_left():
    assert shared_out(3, (0.6, 0.25, 0.15)) == [2, 1, 0]


def test_it_grows_to_thousands():
    started = time.perf_counter()
    rows = organisation(people=10_000, seed=SEED)
    print(f"10,000 people in {time.perf_counter() - started:.2f} s")
    assert len(rows) == 10_000
