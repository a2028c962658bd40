from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "viceversa.programmes"

    def ready(self) -> None:
        from . import jobs, leaving, waiting_list  # noqa: F401
