"""One function an HR system: the same people in its headings, dates, names, encoding and clutter."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from openpyxl import Workbook

from .organisation import BY_NUMBER, EVERYBODY, Employee

Row = Sequence[str | int | date | None]


def _text(rows: Iterable[Row], *, separator: str = ",", end: str = "\r\n") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator=end)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return stream.getvalue()


def _us(day: date | None) -> str:
    return f"{day.month:02}/{day.day:02}/{day.year}" if day else ""


def _german(day: date | None) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year}" if day else ""


def _yes(it_is: bool) -> str:
    return "Yes" if it_is else "No"


def _manager(one: Employee) -> Employee | None:
    return BY_NUMBER.get(one.manager)


def _serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def workday() -> bytes:
    """Titles above the headings, a worker's name with the manager's number in brackets, a total below."""
    levels = {1: "P1", 2: "P2", 3: "M3", 4: "D4", 5: "E5"}
    head = ("Employee ID", "Worker", "Business Title", "Supervisory Organization", "Location", "Management Level",
            "Worker's Manager", "Original Hire Date", "Termination Date", "Worker Status", "Gender", "Date of Birth",
            "Primary Work Email", "Would like to mentor", "Wants to be mentored")  # fmt: skip
    rows = [
        (one.number, one.name, one.title, one.function, one.place, levels[one.grade],
         f"{manager.name} ({manager.number})" if (manager := _manager(one)) else "",
         _us(one.hired), _us(one.left), "Terminated" if one.left and one.left.year < 2026 else "Active",
         one.gender, _us(one.born), one.email, _yes(one.mentors), _yes(one.learns))
        for one in EVERYBODY
    ]  # fmt: skip
    above: list[Row] = [("RPT0042 All Workers",), ("Run by:", "hr.reports"), ("Effective date", "06/22/2026")]
    return _text([*above, head, *rows, ("Total", len(rows))]).encode("utf-8-sig")


def bamboohr() -> bytes:
    """American dates, the manager by name, no grade but a job level in words."""
    levels = {1: "Analyst", 2: "Senior", 3: "Manager", 4: "Director", 5: "C-Level"}
    head = ("Employee #", "First Name", "Last Name", "Hire Date", "Job Title", "Department", "Division", "Location",
            "Reporting to", "Work Email", "Status", "Termination Date", "Ethnicity", "Birth Date", "Job Level",
            "Mentor?", "Mentee?")  # fmt: skip
    rows = [
        (one.number, f" {one.given} ", f"{one.family}  ", _us(one.hired), one.title, one.function, "", one.place,
         manager.name if (manager := _manager(one)) else "", one.email,
         "Inactive" if one.left and one.left.year < 2026 else "Active", _us(one.left), "prefer not to say",
         _us(one.born), levels[one.grade], "X" if one.mentors else "", "X" if one.learns else "")
        for one in EVERYBODY
    ]  # fmt: skip
    return _text([head, *rows]).encode()


def successfactors() -> bytes:
    """Technical headings, semicolons, dates without separators, no end written as the year 9999."""
    head = ("userId", "firstName", "lastName", "jobTitle", "department", "location", "managerId", "payGrade",
            "hireDate", "endDate", "gender", "nationality", "email", "status")  # fmt: skip
    rows = [
        (one.number, one.given, one.family, one.title, one.function, one.place, one.manager or "NO_MANAGER",
         f"GR-{one.grade + 10}", one.hired.strftime("%Y%m%d"), one.left.strftime("%Y%m%d") if one.left else "99991231",
         one.gender[0], "GBR", one.email, "t" if one.left and one.left.year < 2026 else "active")
        for one in EVERYBODY
    ]  # fmt: skip
    return _text([head, *rows], separator=";").replace("NO_MANAGER", "").encode()


def personio() -> bytes:
    """German, Windows' encoding, semicolons, days before months."""
    levels = {1: "Sachbearbeiter", 2: "Senior", 3: "Teamleiter", 4: "Bereichsleiter", 5: "Vorstand"}
    head = ("Personalnummer", "Vorname", "Nachname", "E-Mail", "Position", "Abteilung", "Standort",
            "Vorgesetzter", "Karrierestufe", "Eintrittsdatum", "Austrittsdatum", "Geschlecht", "Geburtsdatum",
            "Familienstand", "Mentor", "Mentee")  # fmt: skip
    rows = [
        (one.number, one.given, one.family, one.email, one.title, one.function, one.place,
         manager.sorted_name if (manager := _manager(one)) else "", levels[one.grade], _german(one.hired),
         _german(one.left), "weiblich", _german(one.born), "ledig", "ja" if one.mentors else "nein",
         "ja" if one.learns else "nein")
        for one in EVERYBODY
    ]  # fmt: skip
    return _text([head, *rows], separator=";").encode("windows-1252")


def adp() -> bytes:
    """Names in one cell with the family name first, a heading that stands there twice, totals below."""
    head = ("Associate ID", "Legal Name", "Job Title Description", "Home Department Description",
            "Location Description", "Pay Grade", "Reports To Legal Name", "Hire Date", "Termination Date",
            "Position Status", "Work Contact: Work Email", "Annual Salary", "Tax ID (SSN)", "Legal Name")  # fmt: skip
    rows = [
        (one.number, one.sorted_name, one.title, one.function, one.place, f"Grade {one.grade}",
         manager.sorted_name if (manager := _manager(one)) else "", _us(one.hired), _us(one.left),
         "Terminated" if one.left and one.left.year < 2026 else "Active", one.email, "50,000.00", "000-00-0000",
         one.sorted_name)
        for one in EVERYBODY
    ]  # fmt: skip
    return _text([head, *rows, ("Grand Total:", "", "", "", "", "", "", "", "", "", "", "550,000.00")]).encode()


def oracle() -> bytes:
    """Days with the name of the month, the end of time in the year 4712, the manager by address, pipes."""
    head = ("PERSON_NUMBER", "DISPLAY_NAME", "ASSIGNMENT_NAME", "DEPARTMENT_NAME", "LOCATION_NAME", "GRADE_NAME",
            "MANAGER_EMAIL", "HIRE_DATE", "TERMINATION_DATE", "MARITAL_STATUS", "DATE_OF_BIRTH",
            "WORK_EMAIL")  # fmt: skip
    rows = [
        (f"00{one.number}", one.name, one.title, one.function, one.place, f"Band {one.grade}",
         manager.email.upper() if (manager := _manager(one)) else "", one.hired.strftime("%d-%b-%Y").upper(),
         one.left.strftime("%d-%b-%Y").upper() if one.left else "31-DEC-4712", "S", one.born.strftime("%d-%b-%Y"),
         one.email)
        for one in EVERYBODY
    ]  # fmt: skip
    return _text([head, *rows], separator="|", end="\n").encode()


def hibob() -> bytes:
    """A workbook with a title, real dates, languages by name and topics in one cell."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["People directory"])
    sheet.append([])
    sheet.append(["Employee ID", "Display name", "Email", "Job title", "Department", "Site", "Reports to", "Level",
                  "Start date", "Last day of work", "Pronouns", "Date of birth", "Languages", "Skills",
                  "Mentoring role"])  # fmt: skip
    for one in EVERYBODY:
        manager = _manager(one)
        role = {(True, False): "Mentor", (False, True): "Mentee", (True, True): "Both"}.get((one.mentors, one.learns))
        sheet.append([int(one.number), one.name, one.email, one.title, one.function, one.place,
                      manager.name if manager else None, f"L{one.grade}", one.hired, one.left, "they/them", one.born,
                      "English, German (B2)", ", ".join(f"{topic} ({level})" for topic, level in one.topics),
                      role])  # fmt: skip
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ukg() -> bytes:
    """Tabs in UTF-16 as Excel saves "Unicode text", the headings again on the second page."""
    head = ("Employee Number", "Employee Name (Last Suffix, First MI)", "Job", "Org Level 1", "Work Location",
            "Job Grade", "Supervisor Employee Number", "Last Hire Date", "Termination Date", "Employment Status",
            "Ethnic Origin", "Age", "E-mail Address")  # fmt: skip
    rows: list[Row] = [
        (one.number, one.sorted_name, one.title, one.function, one.place, str(one.grade), one.manager,
         f"{one.hired.month}/{one.hired.day}/{one.hired.year} 12:00:00 AM", _us(one.left),
         "Terminated" if one.left and one.left.year < 2026 else "Active", "W", "40", one.email)
        for one in EVERYBODY
    ]  # fmt: skip
    rows.insert(6, head)
    return _text([head, *rows], separator="\t").encode("utf-16")


def cezanne() -> bytes:
    """No number at all: people are known by their address, the manager by theirs; British dates, a column a topic."""
    levels = {1: "Entry level", 2: "Senior", 3: "Manager", 4: "Director", 5: "Executive"}
    head = ("Known As", "Forename", "Surname", "Work Email Address", "Role", "Organisational Unit", "Work Location",
            "Line Manager Email", "Seniority", "Continuous Service Date", "Leaving Date", "Religion", "Disability",
            "Skill: Python", "Skill: Short video", "Willing to mentor", "Looking for a mentor")  # fmt: skip
    rows = [
        ("", one.given, one.family, one.email, one.title, one.function, one.place,
         manager.email if (manager := _manager(one)) else "", levels[one.grade], one.hired.strftime("%d/%m/%Y"),
         one.left.strftime("%d/%m/%Y") if one.left else "", "none", "no",
         dict(one.topics).get("Python", ""), dict(one.topics).get("Short video", ""),
         "Y" if one.mentors else "N", "Y" if one.learns else "N")
        for one in EVERYBODY
    ]  # fmt: skip
    return _text([head, *rows]).encode()


def plain_excel() -> bytes:
    """What somebody keeps by hand: numbers for dates, a row of groups above, a remark below, no person number."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Person", None, None, "Job", None, None, None, "Mentoring", None])
    sheet.append(["Name", "E-mail", "Sex", "Team", "Office", "Grade", "Manager", "Since when here", "Mentor or mentee"])
    for one in EVERYBODY:
        manager = _manager(one)
        role = {(True, False): "mentor", (False, True): "leader", (True, True): "mentor & mentee"}
        sheet.append([f"  {one.name} ", one.email, one.gender[0], one.function, one.place, one.grade,
                      manager.name if manager else "-", _serial(one.hired),
                      role.get((one.mentors, one.learns), "none")])  # fmt: skip
    sheet.append([None, None, None, None, None, None, None, None, None])
    sheet.append(["Please keep this list confidential"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


SYSTEMS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "workday": ("All_Workers.csv", workday),
    "bamboohr": ("bamboohr.csv", bamboohr),
    "successfactors": ("employees_sf.csv", successfactors),
    "personio": ("mitarbeiter.csv", personio),
    "adp": ("adp roster.csv", adp),
    "oracle": ("hcm_extract.txt", oracle),
    "hibob": ("people directory.xlsx", hibob),
    "ukg": ("ukg.txt", ukg),
    "cezanne": ("cezanne.csv", cezanne),
    "plain_excel": ("our list.xlsx", plain_excel),
}
