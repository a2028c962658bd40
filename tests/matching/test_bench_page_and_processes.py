"""The benchmark stops what takes too much and says so, and puts a run in its own place on the page."""

import sys

import pytest
from bench.figures.fresh import finished
from bench.figures.page import replaced

PAGE = "# A\n\n<!-- one -->\n```text\nold\n```\n\nwords\n\n<!-- two -->\n```text\nkept\n```\n"
PATIENT = 60.0
ROOMY = 4000.0


def test_a_run_takes_the_place_of_its_own_block_alone():
    page = replaced(PAGE, "one", "new  \nlines\n")
    assert page == PAGE.replace("old\n", "new\nlines\n")
    assert replaced(page, "one", "") == PAGE.replace("old\n", "")


@pytest.mark.parametrize("page", [PAGE.replace("one", "three"), PAGE + PAGE])
def test_a_page_without_exactly_one_block_is_refused(page):
    with pytest.raises(ValueError, match="<!-- one -->"):
        replaced(page, "one", "new")


def test_a_process_that_ends_well_has_nothing_to_explain():
    ended = finished([sys.executable, "-c", "print('fine')"], limit=PATIENT, memory_mb=ROOMY)
    assert ended.why == ""
    assert ended.peak_mb > 1


def test_a_process_that_fails_is_told_by_its_last_line():
    ended = finished([sys.executable, "-c", "raise SystemExit('no such peer')"], limit=PATIENT, memory_mb=ROOMY)
    assert ended.why == "no such peer"
    silent = finished([sys.executable, "-c", "raise SystemExit(3)"], limit=PATIENT, memory_mb=ROOMY)
    assert silent.why == "ended with 3"


def test_a_process_that_takes_too_long_is_stopped_and_told():
    endless = [sys.executable, "-c", "import time; time.sleep(600)"]
    assert finished(endless, limit=0.2, memory_mb=ROOMY).why == "stopped after 0.2 s"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory of another process")
def test_a_process_that_takes_too_much_memory_is_stopped_and_told():
    greedy = [sys.executable, "-c", "import time; held = bytearray(b'x') * 150_000_000; time.sleep(600)"]
    assert finished(greedy, limit=PATIENT, memory_mb=100).why == "stopped at 0.1 GB"
