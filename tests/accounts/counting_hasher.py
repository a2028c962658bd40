"""A quick hasher that counts how often a password reaches it."""

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    reached = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.reached += 1
        return super().encode(password, salt)


NAME = f"{__name__}.CountingHasher"
