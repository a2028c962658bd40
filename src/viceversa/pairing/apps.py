from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "viceversa.pairing"

    def ready(self) -> None:
        from . import jobs, partner_questions, reminders, supply, trial  # noqa: F401
