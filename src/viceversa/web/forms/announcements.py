"""The form of an announcement: to whom, what, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.journey.announcements import Draft
from viceversa.journey.models import Announcement
from viceversa.journey.wall_time import NoSuchTime, moment_of

FURTHEST = timedelta(days=365)


class AnnouncementForm(forms.Form):
    """Everything at once; the page after it shows the letter and the number before anything leaves."""

    circle = forms.ChoiceField(
        label=_("To whom"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose to whom you write"),
            "invalid_choice": _("Choose to whom you write from the list"),
        },
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=150,
        error_messages={"required": _("Enter a subject"), "max_length": _("Keep the subject to 150 characters")},
    )
    words = forms.CharField(
        label=_("What you want to tell them"),
        help_text=_("Plain text. Leave a line empty between paragraphs; whole web addresses become links."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Enter what you want to tell them"),
            "max_length": _("Keep it to 5,000 characters; you wrote %(show_value)d"),
        },
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("now", _("Now")), ("later", _("At a time"))],
        initial="now",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when it leaves")},
    )
    date = forms.DateField(
        label=_("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "data-fit": ""}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter the date, such as 2026-06-30")},
    )
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "data-fit": ""}, format="%H:%M"),
        error_messages={"invalid": _("Enter the time, such as 09:30")},
    )

    def __init__(
        self, *args: Any, circles: list[tuple[str, str]], time_zone: str, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._zone, self._now = time_zone, now
        self._send_at: datetime | None = None
        self.fields["circle"].choices = circles  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("when") == "later" and not ({"date", "time"} & set(self.errors)):
            self._read_moment(told)
        return told

    def _read_moment(self, told: dict[str, Any]) -> None:
        if not told.get("date"):
            self.add_error("date", _("Enter the date on which it leaves"))
        if not told.get("time"):
            self.add_error("time", _("Enter the time at which it leaves"))
        if not (told.get("date") and told.get("time")):
            return
        days_ahead = told["date"] - self._now.date()
        if days_ahead > FURTHEST or days_ahead < -timedelta(days=1):
            self.add_error("date", _("Choose a date within the coming year"))
            return
        try:
            moment = moment_of(datetime.combine(told["date"], told["time"]), time_zone=self._zone)
        except NoSuchTime as gap:
            words = _("The clocks are put forward over this time; choose %(instead)s or later")
            self.add_error("time", words % {"instead": gap.instead.strftime("%H:%M")})
            return
        if moment <= self._now:
            self.add_error("time", _("Choose a time that is still to come"))
        self._send_at = moment

    @property
    def draft(self) -> Draft:
        told = self.cleaned_data
        later = self._send_at if told["when"] == "later" else None
        return Draft(Announcement.Circle(told["circle"]), told["subject"], told["words"], later)
