"""Invented files in the shapes of the real ones that we try things on but do not carry with us."""

from __future__ import annotations

import random

HR_HEADINGS = (
    "Age,Attrition,BusinessTravel,Department,EmployeeCount,EmployeeNumber,Gender,JobLevel,JobRole,MaritalStatus,"
    "MonthlyIncome,Over18,OverTime,StandardHours,StockOptionLevel,YearsAtCompany,YearsWithCurrManager"
)
GRADES = ("AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2")


def attrition(rows: int = 80) -> bytes:
    """No names, no managers, a status that is called Attrition; with a byte order mark."""
    draw = random.Random(3)
    lines = [HR_HEADINGS]
    for number in range(1, rows + 1):
        left, level = draw.choice(("Yes", "No", "No", "No")), draw.randint(1, 5)
        unit = draw.choice(("Sales", "Research & Development", "Human Resources"))
        lines.append(
            f"{20 + level * 7},{left},Travel_Rarely,{unit},1,{number},Female,{level},Manager,Single,"
            f"{level * 3000},Y,No,80,0,{level},2"
        )
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def mentor_match(rows: int = 12) -> tuple[bytes, bytes]:
    """Two files, one a side: people known by e-mail, grades in words, a column that says who is both."""
    sides = []
    for side, more in (("mentor", "characteristics"), ("mentee", "match with similar identity,identity to match")):
        head = (
            f"first name,last name,email address,both mentor and mentee,job title,grade,organisation,profession,{more}"
        )
        lines = [head + ",biography"]
        for number in range(rows):
            # Who learns is senior: grades go up for mentees, and down for mentors.
            grade = GRADES[number % 3] if side == "mentor" else GRADES[6 + number % 3]
            cells = [
                side,
                f"{number:02}",
                f"{side}.{number:02}@gov.uk",
                "yes" if number % 4 == 0 else "no",
                "Some role",
            ]
            cells += [grade, f"Department {number % 3}", "Policy", *("" for _ in more.split(",")), '"I am, well, me. "']
            lines.append(",".join(cells))
        sides.append("\n".join(lines).encode())
    return sides[0], sides[1]
