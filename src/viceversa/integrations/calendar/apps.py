from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "viceversa.integrations.calendar"
    label = "calendar_integration"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
