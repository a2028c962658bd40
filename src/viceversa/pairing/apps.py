from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "viceversa.pairing"

    def ready(self) -> None:
        from . import jobs, reminders, supply, trial  # noqa: F401
