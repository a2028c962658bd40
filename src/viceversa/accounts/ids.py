"""Public ids: what stands in an address. Unguessable, so that knowing one id says nothing about another."""

import secrets

ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"  # nothing that is misread aloud: no 0/o, 1/l


def new_public_id() -> str:
    """20 characters out of 32: 100 bits of chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(20))
