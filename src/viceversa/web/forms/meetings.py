"""Forms of a meeting: its date, one's own note, the minute afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.journey.actions import Plan
from viceversa.journey.models import CheckIn, Meeting

USUAL_MINUTES = (30, 45, 60, 75, 90)
SCALE = [(1, _("No")), (2, _("Hardly")), (3, _("Partly")), (4, _("Mostly")), (5, _("Yes"))]


class PlanForm(forms.Form):
    """When and where. The page's version of the meeting goes along, so that nobody overwrites the other's date."""

    date = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the date"), "invalid": _("Choose the date, such as 2026-06-30")},
    )
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Choose the time"), "invalid": _("Enter the time, such as 09:30")},
    )
    time_zone = forms.ChoiceField(
        label=_("On the clock of"), error_messages={"required": _("Choose whose clock you mean")}
    )
    minutes = forms.TypedChoiceField(
        label=_("How long"), coerce=int, error_messages={"required": _("Choose how long you meet")}
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False, help_text=_("A room, a café, a bench"))
    video_link = forms.URLField(
        label=_("Video link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Enter the whole address, beginning with https://")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        meeting: Meeting,
        zones: list[tuple[str, str]],
        start: datetime | None = None,
    ) -> None:
        """The form as the meeting stands, or with a suggested start on the wall of the first zone."""
        wall = start or meeting.starts_in(zones[0][0])
        initial = {
            "date": wall.date() if wall else None,
            "time": wall.time() if wall else None,
            "time_zone": zones[0][0],
            "minutes": meeting.minutes,
            "place": meeting.place,
            "video_link": meeting.video_link,
            "version": meeting.version,
        }
        super().__init__(data, initial=initial)
        lengths = sorted({*USUAL_MINUTES, meeting.minutes})
        words = [(minutes, _("%(n)d minutes") % {"n": minutes}) for minutes in lengths]
        self.fields["minutes"].choices = words  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]

    def clean_video_link(self) -> str:
        link: str = self.cleaned_data["video_link"]
        if link and not link.startswith("https://"):
            raise forms.ValidationError(_("Enter the whole address, beginning with https://"))
        return link

    def plan(self) -> Plan:
        told = self.cleaned_data
        return Plan(
            wall=datetime.combine(told["date"], told["time"]),
            time_zone=told["time_zone"],
            minutes=told["minutes"],
            place=told["place"].strip(),
            video_link=told["video_link"],
        )


class NoteForm(forms.Form):
    words = forms.CharField(
        label=_("Your own notes"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": _("Keep it to 20,000 characters; you wrote %(show_value)d")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class CheckInForm(forms.Form):
    """One minute afterwards."""

    could_say = forms.TypedChoiceField(
        label=_("I could say what I really think"),
        coerce=int,
        choices=SCALE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far you could say what you really think")},
    )
    useful = forms.TypedChoiceField(
        label=_("I learned something I can use"),
        coerce=int,
        choices=SCALE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far you learned something you can use")},
    )
    taught = forms.ChoiceField(
        label=_("Who taught today?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who taught today")},
    )
    wants_contact = forms.BooleanField(
        label=_("Ask the coordinator to contact me"),
        help_text=_("They learn that you asked, and nothing of what you answered"),
        required=False,
    )

    def __init__(self, *args: Any, side: str, partner: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own, other = (
            (CheckIn.Taught.MENTOR, CheckIn.Taught.MENTEE)
            if side == "mentor"
            else (CheckIn.Taught.MENTEE, CheckIn.Taught.MENTOR)
        )
        self.fields["taught"].choices = [  # type: ignore[attr-defined]
            (own, _("I did")),
            (CheckIn.Taught.BOTH, _("Both")),
            (other, partner),
        ]
