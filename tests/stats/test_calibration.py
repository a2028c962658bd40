"""Predicted and lived: the lower side counts, nothing from few, nothing finer than may be told."""

import pytest

from viceversa.stats.calibration import Calibration, LivedPair, Side, calibrate, may_replace
from viceversa.stats.ranks import rank_correlation


def _pair(number: int, *, good: int, criteria: dict[str, float], mentor: int | None = None) -> LivedPair:
    """``good``: 0 to 16 points above the lowest on the mentee's side; the mentor is content."""
    points = [1 + min(4, max(0, good - 4 * place)) for place in range(4)]
    return LivedPair(
        mentor=1000 + number if mentor is None else mentor,
        mentee=number,
        predicted=number / 100,
        criteria=criteria,
        mentor_said=Side(5, 5, 5, 5),
        mentee_said=Side(*points),
    )


def _rising(count: int) -> list[LivedPair]:
    swapped = [place ^ 1 if place ^ 1 < count else place for place in range(count)]
    return [
        _pair(place, good=swapped[place] % 17, criteria={"fit": place / 100, "far": 1 - place / 100})
        for place in range(count)
    ]


def _told(pairs: list[LivedPair]) -> Calibration:
    found = calibrate(pairs, seed=1)
    assert found is not None
    return found


def test_a_side_is_the_mean_of_its_four_answers_from_0_to_100() -> None:
    assert Side(1, 1, 1, 1).score == 0
    assert Side(5, 5, 5, 5).score == 100
    assert Side(3, 4, 2, 4).score == 56.25


def test_every_answer_off_the_scale_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="respect is 0, go_on is 6; give 1 to 5"):
        Side(0, 3, 3, 6)


def test_a_pair_is_lived_as_well_as_its_lower_side_lives_it() -> None:
    content, unhappy = Side(5, 5, 5, 5), Side(2, 2, 2, 2)
    for one, other in ((content, unhappy), (unhappy, content)):
        assert LivedPair(1, 2, 0.5, {}, mentor_said=one, mentee_said=other).lived == 25


def test_nothing_is_told_below_ten_pairs() -> None:
    assert calibrate(_rising(9), seed=1) is None
    assert calibrate(_rising(10), seed=1) is not None


def test_nothing_is_told_of_ten_pairs_among_fewer_than_ten_people() -> None:
    few = [_pair(place % 5, good=place, criteria={}, mentor=100 + place // 5) for place in range(12)]
    assert len(few) >= 10
    assert calibrate(few, seed=1) is None


def test_what_is_told_is_rounded_and_never_surer_than_it_is() -> None:
    pairs = _rising(14)
    exact = rank_correlation([pair.predicted for pair in pairs], [pair.lived for pair in pairs], seed=1)
    found = _told(pairs)
    assert exact is not None
    assert found.whole is not None
    assert found.n == found.whole.n == 10
    for told in (found.whole.rho, found.whole.low95, found.whole.high95):
        assert told == round(told, 1)
    assert found.whole.low95 <= exact.low95 < exact.high95 <= found.whole.high95
    assert found.whole.p_value >= exact.p_value


def test_a_criterion_unknown_of_one_pair_is_left_out() -> None:
    pairs = [*_rising(12), _pair(12, good=12, criteria={"fit": 0.12})]
    found = _told(pairs)
    assert found.criteria["fit"] is not None
    assert found.criteria["far"] is None


def test_weights_move_towards_the_criterion_that_was_lived_and_keep_their_sum() -> None:
    weights = _told(_rising(16)).weights({"fit": 0.5, "far": 0.3, "other": 0.2})
    assert weights["fit"] > 0.5
    assert weights["far"] < 0.3
    assert weights["other"] == 0.2
    assert sum(weights.values()) == pytest.approx(1)


def test_it_says_how_many_more_pairs_it_takes_and_stops_where_it_can_be_told() -> None:
    flat = [_pair(place, good=8, criteria={}) for place in range(21)]
    assert _told(flat).whole is None
    assert _told(flat).more_pairs == 25  # 45 in all, 20 of them here
    assert _told(_rising(16)).more_pairs == 0


def test_a_kept_result_gives_way_only_when_ten_of_its_answers_came_changed_or_went() -> None:
    kept = dict.fromkeys(range(20), 1)
    came = {**kept, 20: 1, 21: 1, 22: 1}
    changed = {**came, 0: 2, 1: 2, 2: 2}
    went = {answer: revision for answer, revision in changed.items() if answer not in (3, 4, 5)}
    assert not may_replace(kept, went)
    del went[6]
    assert may_replace(kept, went)
