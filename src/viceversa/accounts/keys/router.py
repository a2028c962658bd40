from typing import Any


class KeyRouter:
    """Keys live in the database ``keys`` and nothing else does."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "keys" if model._meta.app_label == "keys" else None

    db_for_write = db_for_read

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool | None:
        if "keys" in (first._meta.app_label, second._meta.app_label):
            return bool(first._meta.app_label == second._meta.app_label)
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (app_label == "keys") == (db == "keys")
