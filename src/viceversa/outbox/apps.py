from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "viceversa.outbox"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
