"""No figure of a run tells what people keep to themselves: how dear a wish was, whose, or an identity attribute."""

from __future__ import annotations

import io
import json
from typing import Any

from openpyxl import load_workbook

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_wishes import ask_gender, choose, pool, say  # noqa: F401 - pool is a fixture
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.comparing import compare
from viceversa.pairing.judging import judge_pairs
from viceversa.pairing.models import MatchRun, PairPrice, RunPrices
from viceversa.pairing.pricing import ask_price
from viceversa.pairing.sheets import pairs_csv, run_workbook
from viceversa.people.models import TopicWant

UNLIKE = ("seconds", "input_sha256")
"""Figures of a report that differ from run to run."""


def told_of(run: MatchRun, pool: pools.Pool, clock: MovableClock) -> dict[str, Any]:  # noqa: F811
    """Every figure of a run that a coordinator can come by."""
    columns = ("mentor_id", "mentee_id", "score", "criteria", "reasons", "cautions")
    two = [(mentor, mentee) for mentor in pool.mentors for mentee in pool.mentees]
    ask_price(run, mentor=pool.mentors[0], mentee=pool.mentees[2], now=clock())
    run_until_idle(clock=clock)
    sheets = load_workbook(io.BytesIO(run_workbook(run)), read_only=True)
    return {
        "proposals": list(run.proposals.order_by("mentor_id").values(*columns)),
        "alone": list(run.unmatched.order_by("enrolment_id").values("enrolment_id", "reason", "feasible_partners")),
        "report": {name: value for name, value in run.report.items() if name not in UNLIKE},
        "csv": pairs_csv(run),
        "book": [[cell for row in sheet.iter_rows(values_only=True) for cell in row] for sheet in sheets],
        "compared": [
            (verdict.status, verdict.score, verdict.criteria, verdict.why, verdict.against)
            for mentor, mentee in two
            for verdict in [compare(run, mentor=mentor, mentee=mentee)]
        ],
        "judged": [(one.score, one.against) for one in judge_pairs(run, two, now=clock())],
        "price": list(PairPrice.objects.filter(run=run).values("pairs", "points", "taken", "problem")),
    }


def everybody_fits(pool: pools.Pool, northmoor: Northmoor) -> None:  # noqa: F811
    """Rules so lenient that any two may be paired; what each wants decides."""
    rules = northmoor.programme.policy.setdefault("rules", {})
    rules |= {"must_teach": False, "score_min": 0.05}
    northmoor.programme.save(update_fields=["policy"])


def test_neither_how_dear_a_wish_was_nor_whose_is_told(northmoor: Northmoor, clock: MovableClock, pool) -> None:  # noqa: F811
    everybody_fits(pool, northmoor)
    mentor, mentee = pool.mentors[0], pool.mentees[0]
    told, digests = [], set()
    for mine, theirs in ((("s000",), ()), (("x", "y", "s000"), ()), ((), ("j000",)), (("s000",), ("x", "j000"))):
        choose(mentor, *mine, clock=clock)
        choose(mentee, *theirs, clock=clock)
        run = run_now(northmoor, clock)
        assert not RunPrices.objects.filter(run=run).exists()
        told.append(told_of(run, pool, clock))
        digests.add(run.input_sha256)
    assert told[0]["proposals"][0]["criteria"]["preference"] > 0.999
    assert all(one == told[0] for one in told)
    assert len(digests) == 4, "the solving does weigh it"


def test_wishes_decide_as_dear_as_they_are(northmoor: Northmoor, clock: MovableClock, pool) -> None:  # noqa: F811
    everybody_fits(pool, northmoor)
    TopicWant.objects.all().delete()
    for dear, lukewarm in ((0, 1), (1, 0)):
        choose(pool.mentees[dear], "j000", clock=clock)
        choose(pool.mentees[lukewarm], "x", "y", "j000", clock=clock)
        run = run_now(northmoor, clock)
        assert run.proposals.get(mentor=pool.mentors[0]).mentee == pool.mentees[dear]


def test_an_identity_attribute_moves_no_figure_below_a_least_fit(
    northmoor: Northmoor,
    clock: MovableClock,
    pool,  # noqa: F811
) -> None:
    everybody_fits(pool, northmoor)
    northmoor.programme.policy["rules"]["score_min"] = 0.33
    northmoor.programme.save(update_fields=["policy"])
    ask_gender(northmoor, clock)
    told = []
    for values in (("Woman", "Woman"), ("Womancanary", "Mancanary")):
        for enrolments, value in zip((pool.mentors, pool.mentees), values, strict=True):
            for enrolment in enrolments:
                say(northmoor, enrolment.person, value, clock=clock)
        run = run_now(northmoor, clock)
        assert not RunPrices.objects.filter(run=run).exists()
        told.append(told_of(run, pool, clock))
    assert told[0] == told[1]
    assert any(one[4] for one in told[0]["compared"]), "the least fit stops some"
    assert "canary" not in json.dumps(told)
