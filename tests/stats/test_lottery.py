"""The lottery, pure: exact places, equal chances, and a record that replays to the letter."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viceversa.stats.lottery import Entry, RecordProblem, draw, freeze, record_text, replay

NAMES = st.text(alphabet="abcdefghjk23456789", min_size=1, max_size=6)
LISTS = st.dictionaries(NAMES, st.tuples(st.sampled_from(["Stores", "Office", "Zürich"])), max_size=30)


def frozen_of(people: dict[str, tuple[str, ...]], *, places: int):  # type: ignore[no-untyped-def]
    entries = [Entry(person, stratum) for person, stratum in people.items()]
    return freeze(lottery="l1", places=places, strata=["function"], entries=entries)


@settings(max_examples=150, deadline=None)
@given(LISTS, st.integers(0, 35), st.text(max_size=12))
def test_places_are_filled_exactly_and_each_stratum_gets_its_share(
    people: dict[str, tuple[str, ...]], places: int, seed: str
) -> None:
    frozen = frozen_of(people, places=places)
    done = draw(frozen, seed=seed)
    assert len(done.drawn) == min(places, len(people))
    assert sorted([*done.drawn, *done.waiting]) == sorted(people)
    drawn = Counter(people[person] for person in done.drawn)
    sizes = Counter(people.values())
    for stratum, quota in done.quotas:
        assert drawn[stratum] == quota <= sizes[stratum]
        exact = min(places, len(people)) * sizes[stratum] / len(people)
        assert abs(quota - exact) < 1  # Hamilton's quota rule


@settings(max_examples=60, deadline=None)
@given(LISTS, st.integers(0, 20), st.text(alphabet=st.characters(codec="utf-8"), max_size=12))
def test_a_record_replays_to_the_letter_whatever_order_the_list_came_in(
    people: dict[str, tuple[str, ...]], places: int, seed: str
) -> None:
    frozen = frozen_of(people, places=places)
    backwards = frozen_of(dict(reversed(people.items())), places=places)
    assert backwards.hash == frozen.hash
    text = record_text(frozen, seed=seed, seed_from="the coordinator")
    assert replay(text) == draw(frozen, seed=seed)
    assert record_text(backwards, seed=seed, seed_from="the coordinator") == text


def test_everybody_of_a_stratum_has_the_same_chance() -> None:
    """Chi-square over fixed seeds: the same every time, so it fails for a reason or never."""
    people = {f"p{number:02}": ("Stores",) if number < 10 else ("Office",) for number in range(15)}
    frozen = frozen_of(people, places=6)  # 4 of 10, 2 of 5
    seeds = 4_000
    times = Counter(person for seed in range(seeds) for person in draw(frozen, seed=str(seed)).drawn)
    expected = seeds * 6 / 15
    chance = 6 / 15
    statistic = sum((times[person] - expected) ** 2 / (expected * (1 - chance)) for person in people)
    assert statistic < 36.1  # the 99.9th percentile with 14 degrees of freedom


def test_tied_remainders_give_the_place_to_each_stratum_about_as_often() -> None:
    people = {"a": ("Office",), "b": ("Stores",)}
    frozen = frozen_of(people, places=1)
    times = Counter(draw(frozen, seed=str(seed)).drawn[0] for seed in range(2_000))
    assert 900 < times["a"] < 1_100


def test_the_draw_is_the_one_that_the_description_gives_by_hand() -> None:
    frozen = freeze(lottery="l", places=1, strata=[], entries=[Entry("b"), Entry("a"), Entry("c")])
    head = '{"lottery":"l","people":3,"places":1,"strata":[],"version":1}'
    listed = hashlib.sha256(f'{head}\n["a"]\n["b"]\n["c"]\n'.encode()).hexdigest()
    assert frozen.hash == listed
    order = sorted("abc", key=lambda one: hashlib.sha256(f"seven\n{listed}\n{one}".encode()).hexdigest())
    done = draw(frozen, seed="seven")
    assert [*done.drawn, *done.waiting] == order


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda record: record["entries"].pop(), "The hash of the list"),
        (lambda record: record.update(places=3), "The hash of the list"),
        (lambda record: record["entries"][1].__setitem__(1, "Office"), "The hash of the list"),
        (lambda record: record.update(seed="another"), "other people"),
        (lambda record: record["drawn"].reverse(), "other people"),
        (lambda record: record.pop("seed"), "not whole"),
        (lambda record: record.update(quotas=[]), "spelt in another way"),
    ],
)
def test_a_record_that_was_touched_is_found_out(change, says) -> None:  # type: ignore[no-untyped-def]
    people = {f"p{number}": ("Stores" if number % 3 else "Office",) for number in range(9)}
    record = json.loads(record_text(frozen_of(people, places=4), seed="seven", seed_from="said aloud"))
    change(record)
    with pytest.raises(RecordProblem) as refusal:
        replay(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    assert says in str(refusal.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"version": 2}'])
def test_what_is_no_record_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(RecordProblem, match=r"not JSON|not the record"):
        replay(text)


def test_a_list_with_a_doubled_id_is_refused() -> None:
    with pytest.raises(ValueError, match="twice on the list: a"):
        freeze(lottery="l", places=1, strata=[], entries=[Entry("a"), Entry("a")])
