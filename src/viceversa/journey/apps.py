from django.apps import AppConfig


class JourneyConfig(AppConfig):
    name = "viceversa.journey"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
