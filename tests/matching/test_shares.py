"""The share that is done never falls, ends whole, and is near the share of the time that has passed."""

from tests.matching.test_large_pools import organisation
from viceversa.formats.people import write_people
from viceversa.matching.files import match_files
from viceversa.matching.shares import Whole, parts


def test_a_run_tells_one_share_that_grows_to_the_end(tmp_path):
    (tmp_path / "people.csv").write_bytes(write_people(organisation(520, 510, seed=3)))
    told = []
    match_files(tmp_path / "people.csv", None, tmp_path / "run", progress=lambda *one: told.append(one))
    stages = [stage for stage, _ in told]
    shares = [share for _, share in told]
    assert list(dict.fromkeys(stages)) == ["reading", "encoding", "search", "certificate", "explaining", "writing"]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.9 < shares[-1] <= 1
    assert len(set(shares)) >= 6


def test_what_is_known_better_moves_the_share_only_forward():
    told = []
    whole = Whole(lambda stage, share: told.append(share), parts(rows=1e5, people=1e5, pairs=1e8))
    whole("search", 0.5)
    whole.expect(parts(rows=1e5, people=1e5, pairs=1e10))
    whole("search", 0.6)
    whole("fairness", 0.7)
    whole("writing", 1.0)
    assert told == sorted(told)
    assert told[-1] == 1


def test_the_search_is_the_greater_part_of_a_great_pool():
    small, great = (parts(rows=3 * n, people=2 * n, pairs=n * n) for n in (1_000, 100_000))
    assert small["search"] / sum(small.values()) < great["search"] / sum(great.values())
