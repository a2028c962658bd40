"""What compiled code prints is kept out of our answers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from viceversa.commands.own_words import own_words

PRINTS_IN_C = """
import ctypes, os
from viceversa.commands.own_words import own_words
print("before")
with own_words():
    ctypes.CDLL(None).printf(b"noise in C's buffer\\n")
    os.write(1, b"noise at once\\n")
print("after")
"""


def test_what_c_prints_meanwhile_is_thrown_away_and_ours_is_told():
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    told = subprocess.run([sys.executable, "-c", PRINTS_IN_C], env=buffered, capture_output=True, text=True, check=True)
    assert told.stdout == "before\nafter\n"


def test_a_fault_gives_the_output_back(capfd):
    with pytest.raises(ValueError, match="told"), own_words():
        raise ValueError("told")
    os.write(1, b"heard\n")
    assert capfd.readouterr().out == "heard\n"
