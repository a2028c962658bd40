"""Headings that HR systems and people use, and what they mean in the people format.

Compared without case, spaces and punctuation.
Within a column of the format the more telling heading comes first: where a file has two, it wins.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from viceversa.formats.heading_words import by_words, role_by_words
from viceversa.formats.identity_words import (
    IDENTITY_HEADINGS,
    IDENTITY_PHRASES,
    IDENTITY_WORDS,
    PAY_WORDS,
    PRIVATE_PHRASES,
    PRIVATE_WORDS,
)

# What a column can mean besides the columns of the people format.
FULL_NAME: Final = "full_name"
PREFERRED_NAME: Final = "preferred_name"
STATUS: Final = "status"  # who has left
OFFERED_TOPIC: Final = "offered_topic"  # the heading is a topic, the cell how well somebody knows it
WANTED_TOPIC: Final = "wanted_topic"  # the same, how much somebody wants it

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "person_id": (
        "Person ID", "Employee ID", "Employee Number", "Employee No.", "Personnel Number", "Personnel No.",
        "Pers. No.", "Staff ID", "Staff Number", "Staff No.", "Worker ID", "Associate ID", "User ID",
        "Emp ID", "Emp No", "EmpID", "EEID", "ID", "Worker", "Personalnummer", "Pers.-Nr.", "Personal-Nr.",
        "Mitarbeiternummer", "Mitarbeiter-ID", "Matricule", "Numéro d'employé", "Número de empleado",
        "PERNR", "MA-Nr.", "N° employé", "N.º empleado", "Username",
    ),
    "given_name": (
        "Given Name", "First Name", "Legal First Name", "Forename", "Vorname", "Rufname", "Prénom", "Nombre", "VORNA",
        "First", "Voornaam", "Nome",
    ),
    PREFERRED_NAME: ("Preferred Name", "Preferred First Name", "Known As", "Nickname", "Chosen Name"),
    "family_name": (
        "Family Name", "Last Name", "Legal Last Name", "Surname", "Nachname", "Familienname", "Apellido",
        "Apellidos", "Nom de famille", "NACHN", "Last", "Achternaam", "Cognome", "Nom",
    ),
    FULL_NAME: (
        "Full Name", "Legal Name", "Display Name", "Employee Name", "Worker Name", "Name", "Mitarbeiter",
        "Vollständiger Name", "Nom complet", "Employee", "Nombre completo", "Nom et prénom", "Nombre y apellidos",
        "Person", "Colleague", "Staff Member", "Team Member",
    ),
    "email": (
        "Email", "Work Email", "E-mail", "Email Address", "E-mail Address", "Work Email Address",
        "Business Email", "Email Work", "Primary Work Email", "Mail", "UPN", "User Principal Name",
        "E-Mail-Adresse", "Adresse e-mail", "Courriel", "Correo electrónico",
    ),
    "job_title": (
        "Job Title", "Business Title", "Position Title", "Title", "Job", "Position", "Role Title", "Job Role",
        "Job Profile", "STELL", "PLANS", "Stelle", "Stellenbezeichnung", "Berufsbezeichnung", "Intitulé du poste",
        "Poste", "Puesto",
    ),
    "function": (
        "Function", "Job Function", "Profession", "Department", "Department Name", "Dept", "Job Family",
        "Job Family Group", "Division", "Business Unit", "Organisation", "Organization", "Team",
        "Supervisory Organization", "Org Unit", "Organisational Unit", "Organizational Unit", "ORGEH", "Orgeinheit",
        "Organisationseinheit", "Directorate", "Area", "Cost Center", "Cost Centre", "Cost Center Name", "Abteilung",
        "Bereich", "Funktion", "Kostenstelle", "Département", "Service", "Departamento",
    ),
    "location": (
        "Location", "Work Location", "Office", "Office Location", "Site", "Work Site", "City", "Work City",
        "Country", "Work Country", "Standort", "Arbeitsort", "Dienstort", "Ort", "Lieu", "Lieu de travail",
        "Ubicación", "Site de travail", "Centro de trabajo", "WERKS",
    ),
    "external_id": ("External ID", "Object ID", "Azure AD Object ID", "SCIM ID", "Workday ID", "WID", "GUID"),
    "manager_id": (
        "Manager ID", "Supervisor ID", "Manager Employee ID", "Manager Employee Number", "Manager Number",
        "Line Manager ID", "Reports To ID", "Supervisor Number", "Manager Worker ID", "Manager EEID",
        "Manager Email", "Manager's Email", "Supervisor Email", "Line Manager Email", "Manager", "Supervisor",
        "Line Manager", "Reports To", "Personalnummer Vorgesetzter", "Vorgesetzten-ID", "Vorgesetzter",
        "Vorgesetzte", "Führungskraft", "Vorgesetzte Person", "Responsable", "Supérieur", "Supérieur hiérarchique",
        "Jefe", "Superior", "Reporting Manager", "Reports To Name", "Manager Name", "Boss",
    ),
    "grade": (
        "Grade", "Job Grade", "Pay Grade", "Job Level", "Level", "Career Level", "Compensation Grade",
        "Management Level", "Seniority", "Band", "Career Band", "Salary Band", "Stufe", "Karrierestufe",
        "Entgeltgruppe", "Tarifgruppe", "Niveau", "Nivel", "TRFGR", "Hierarchy Level", "Hierarchieebene",
        "Échelon", "Categoría", "Rank",
    ),
    "role": (
        "Role", "Mentoring Role", "Programme Role", "Program Role", "Both Mentor And Mentee",
        "Mentor Or Mentee", "Mentor/Mentee", "Mentor / Leader", "Participates As", "Participation", "Mentoring",
        "Mentoring Programme", "Mentoring Program", "Rolle im Mentoring", "Rôle de mentorat",
    ),
    "capacity": ("Capacity", "Max Partners", "Number Of Partners"),
    "offers": (
        "Offers", "Topics Offered", "Can Teach", "Can Help With", "Can Offer", "Skills", "Skill", "Expertise",
        "Areas Of Expertise", "Strengths", "Topics", "Topics I Can Teach", "Kenntnisse", "Fähigkeiten",
        "Kompetenzen", "Compétences", "Competencias", "Habilidades",
    ),
    "wants": (
        "Wants", "Topics Wanted", "Wants To Learn", "Would Like To Learn", "Learning Goals", "Learning Interests",
        "Learning Topics", "Development Areas", "Development Goals", "Wants Help With", "Interested In Learning",
        "Topics I Want To Learn", "Lernziele", "Lernwünsche", "Möchte lernen", "Objectifs d'apprentissage",
        "Souhaite apprendre", "Quiere aprender",
    ),
    "interests": ("Interests", "Hobbies", "Interessen", "Intérêts"),
    "languages": (
        "Languages", "Language Tags", "Spoken Languages", "Languages Spoken", "Language", "Preferred Language",
        "Sprachen", "Sprache", "Sprachkenntnisse", "Langues", "Idiomas",
    ),
    "time_zone": ("Time Zone", "Timezone", "TZ", "Zeitzone", "Fuseau horaire", "Zona horaria"),
    "hours": ("Hours",),
    "style_formality": ("Style Formality",),
    "style_structure": ("Style Structure",),
    "prefers": ("Prefers",),
    "excludes": ("Excludes",),
    "hire_date": (
        "Hire Date", "Original Hire Date", "Last Hire Date", "Start Date", "Date Of Hire", "Date Hired",
        "Joining Date", "Date Of Joining", "Continuous Service Date", "Eintrittsdatum", "Eintritt",
        "Einstellungsdatum", "Date d'embauche", "Date d'entrée", "Fecha de contratación", "Fecha de ingreso",
        "Fecha de alta", "Hired On", "Joined", "Started", "BEGDA", "Company Entry Date",
        "Start", "DOH", "DOJ",
    ),
    "leave_date": (
        "Leave Date", "Termination Date", "End Date", "Exit Date", "Last Day", "Last Day Of Work",
        "Leaving Date", "Contract End Date", "Date Of Termination", "Austrittsdatum", "Austritt",
        "Date de départ", "Date de sortie", "Fecha de baja", "Fecha de salida", "Left On", "ENDDA", "Last Working Day",
        "Last Day Worked", "Separation Date", "Resignation Date",
    ),
    STATUS: (
        "Status", "Employment Status", "Employee Status", "Worker Status", "Person Status", "Assignment Status",
        "HR Status", "Employment State", "Active", "Is Active", "Active Status", "Currently Active",
        "Currently Employed", "Attrition", "Terminated", "Is Terminated", "Leaver", "Left Company",
        "Beschäftigungsstatus", "Aktiv", "Statut", "Actif", "Estado", "Activo", "Situación laboral",
    ),
}  # fmt: skip

# Yes/no columns that each say one role; two of them together say `both`.
ROLE_FLAGS: Final[dict[str, tuple[str, ...]]] = {
    "mentor": ("Mentor", "Is Mentor", "Wants To Mentor", "Willing To Mentor", "Mentor?", "Reverse Mentor"),
    "mentee": ("Mentee", "Is Mentee", "Wants A Mentor", "Wants To Be Mentored", "Mentee?"),
}  # fmt: skip
BOTH_ROLES: Final = "bothmentorandmentee"

# Columns where yes means gone; in the other columns of status yes means here.
YES_MEANS_LEFT: Final = frozenset({"attrition", "terminated", "isterminated", "leaver", "leftcompany", "left"})

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECOND: Final = re.compile(r" \([0-9]+\)$")
# `Skill: Python`, `Wants to learn - SQL`: what stands before says what the column is, the rest is the topic.
_TOPIC: Final = re.compile(r"(.{3,40}?)\s*(?::|\s[-–—>/]|\[|\()\s*(.{1,80}?)[\])]?")


def _spelled_out(heading: str) -> str:
    return heading.replace("#", " number ").replace("№", " number ")


def plain(heading: str) -> str:
    """The heading without case, accents, spaces and punctuation."""
    decomposed = unicodedata.normalize("NFKD", _spelled_out(heading).casefold())
    return "".join(character for character in decomposed if character.isalnum())


def words(heading: str) -> frozenset[str]:
    """The words of the heading in small letters and without accents; `JobLevel` has two."""
    unaccented = "".join(
        character
        for character in unicodedata.normalize("NFKD", _spelled_out(heading))
        if not unicodedata.combining(character)
    )
    return frozenset(word.lower() for word in _WORD.findall(unaccented))


@lru_cache(maxsize=4096)
def reason_to_leave_out(heading: str) -> str:
    """`identity`, `pay` or `private` for a column that Viceversa does not take, else empty."""
    form, said = plain(heading), words(heading)
    if form in IDENTITY_HEADINGS or said & IDENTITY_WORDS or any(phrase in form for phrase in IDENTITY_PHRASES):
        return "identity"
    if any(phrase in form for phrase in PRIVATE_PHRASES):
        return "private"
    # `Pay Grade` is a grade.
    if column_meant(heading)[0] or role_flag(heading):
        return ""
    if said & PAY_WORDS:
        return "pay"
    return "private" if said & PRIVATE_WORDS else ""


@lru_cache(maxsize=4096)
def column_meant(heading: str) -> tuple[str, int]:
    """What `heading` means and how telling it is (0 most), or ("", 0).

    A heading that stands there twice counts as itself: `Name (2)` means what `Name` means.
    """
    heading = _SECOND.sub("", heading)
    listed = _COLUMN_BY_HEADING.get(plain(heading))
    if listed or topic_in(heading)[0]:
        return listed or ("", 0)
    return by_words(words(heading)) or ("", 0)


@lru_cache(maxsize=4096)
def role_flag(heading: str) -> str:
    """`mentor` or `mentee` for a yes/no column that says who takes part, else empty."""
    heading = _SECOND.sub("", heading)
    form = plain(heading)
    if form in _COLUMN_BY_HEADING:
        return ""
    return _ROLE_BY_FLAG.get(form, "") or role_by_words(words(heading))


@lru_cache(maxsize=4096)
def topic_in(heading: str) -> tuple[str, str]:
    """(`offered_topic` or `wanted_topic`, the topic) of a heading such as `Skill: Python`, else two empty words."""
    match = _TOPIC.fullmatch(heading.strip())
    if match is None:
        return "", ""
    column = _COLUMN_BY_HEADING.get(plain(match[1]), ("", 0))[0]
    meant = {"offers": OFFERED_TOPIC, "wants": WANTED_TOPIC}.get(column, "")
    return (meant, match[2].strip()) if meant else ("", "")


@lru_cache(maxsize=4096)
def is_known(heading: str) -> bool:
    """Whether the words look like a heading of a people list."""
    return 0 < len(heading) <= _LONGEST_HEADING and bool(
        column_meant(heading)[0] or role_flag(heading) or reason_to_leave_out(heading) or topic_in(heading)[0]
    )


_LONGEST_HEADING: Final = 80
_COLUMN_BY_HEADING: Final = {
    plain(heading): (column, place)
    for column, headings in HEADINGS.items()
    for place, heading in enumerate((column, *headings))
}
_ROLE_BY_FLAG: Final = {plain(heading): role for role, headings in ROLE_FLAGS.items() for heading in headings}
