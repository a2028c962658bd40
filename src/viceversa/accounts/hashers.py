"""Argon2, one hash at a time in a process.

A hash is meant to cost a core a tenth of a second and tens of megabytes. A burst of sign-ins, or somebody
who guesses, would take every core from everybody else; here they queue, and the pages stay quick.
"""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

_one = threading.Semaphore(1)


class OneAtATime(Argon2PasswordHasher):
    """Django's Argon2 hasher behind a semaphore; its hashes are Django's own, so either reads the other's."""

    def encode(self, password: str, salt: str) -> str:
        with _one:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _one:
            return bool(super().verify(password, encoded))
