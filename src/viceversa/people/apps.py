from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "viceversa.people"

    def ready(self) -> None:
        from . import jobs  # noqa: F401 - registers the handlers
