from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "viceversa.programmes"

    def ready(self) -> None:
        from . import closing_letters, jobs, leaving, waiting_list  # noqa: F401
