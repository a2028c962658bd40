"""People files for the tests, small and written by hand."""

from __future__ import annotations

from datetime import datetime

from viceversa.outbox.worker import run_until_idle
from viceversa.people.actions import request_roster, upload_roster
from viceversa.people.models import RosterImport
from viceversa.people.roster_apply import preview_of

FULL = """\
person_id,given_name,family_name,email,job_title,function,location,external_id,manager_id,grade,role,capacity,\
offers,wants,interests,languages,time_zone,hours,style_formality,style_structure,prefers,excludes,hire_date,leave_date
e1,Ada,Byron,ada@files.example,Director,Operations,Leeds,x1,,9,mentee,1,,Python:3:1;SQL:1,chess;rowing,en;de,\
Europe/London,08:00-16:00,2,4,e3;zz,,2010-02-01,
e2,Ben,Ode,ben@files.example,Manager,Operations,York,,e1,6,,1,,,,en,,,,,,,,
e3,Cleo,Marsh,cleo@files.example,Analyst,Data,Leeds,,e2,2,both,2,python:5;Storytelling:3,How boards decide:2,chess,en,\
Asia/Tokyo,22:00-06:00,5,,,e1;e2,2024-09-01,2031-01-31
"""


def bring_in(
    text: str | bytes,
    *,
    clock,
    name: str = "people.csv",
    scope: str = "some",
    leavers_agreed: int = 0,
    by=None,
) -> RosterImport:
    """Upload, leave out whatever has problems, apply; the import as it stands then."""
    data = text.encode() if isinstance(text, str) else text
    now: datetime = clock()
    roster = upload_roster(data, file_name=name, by=by, now=now, scope=scope)
    left_out = preview_of(roster, now=now).left_out
    request_roster(roster, leave_out=left_out, leavers_agreed=leavers_agreed, by=by, now=now)
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    return roster


def every_row() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of people, but those about imports themselves."""
    from django.apps import apps

    models = apps.get_app_config("people").get_models()
    return {
        model.__name__: [tuple(map(_plain, row)) for row in model.objects.order_by("pk").values_list()]
        for model in models
        if not model.__name__.startswith("Roster")
    }


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
