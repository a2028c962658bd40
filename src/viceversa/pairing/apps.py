from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "viceversa.pairing"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
