"""Headings that HR systems and people use, and what they mean in the people format.

Compared without case, spaces and punctuation.
Within a column of the format the more telling heading comes first: where a file has two, it wins.
"""

import re
import unicodedata
from typing import Final

FULL_NAME: Final = "full_name"
PREFERRED_NAME: Final = "preferred_name"

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "person_id": (
        "Person ID", "Employee ID", "Employee Number", "Employee No.", "Personnel Number", "Personnel No.",
        "Pers. No.", "Staff ID", "Staff Number", "Staff No.", "Worker ID", "Associate ID", "User ID",
        "Emp ID", "Emp No", "EmpID", "EEID", "ID", "Worker", "Personalnummer", "Pers.-Nr.", "Personal-Nr.",
        "Mitarbeiternummer", "Mitarbeiter-ID", "Matricule", "Numéro d'employé", "Número de empleado",
    ),
    "given_name": (
        "Given Name", "First Name", "Legal First Name", "Forename", "Vorname", "Rufname", "Prénom", "Nombre",
    ),
    PREFERRED_NAME: ("Preferred Name", "Preferred First Name", "Known As", "Nickname", "Chosen Name"),
    "family_name": (
        "Family Name", "Last Name", "Legal Last Name", "Surname", "Nachname", "Familienname", "Apellido",
        "Apellidos", "Nom de famille",
    ),
    FULL_NAME: (
        "Full Name", "Legal Name", "Display Name", "Employee Name", "Worker Name", "Name", "Mitarbeiter",
        "Vollständiger Name", "Nom complet", "Employee",
    ),
    "email": (
        "Email", "Work Email", "E-mail", "Email Address", "E-mail Address", "Work Email Address",
        "Business Email", "Email Work", "Primary Work Email", "Mail", "UPN", "User Principal Name",
        "E-Mail-Adresse", "Adresse e-mail", "Courriel", "Correo electrónico",
    ),
    "job_title": (
        "Job Title", "Business Title", "Position Title", "Title", "Job", "Position", "Role Title", "Job Role",
        "Job Profile", "Stelle", "Stellenbezeichnung", "Berufsbezeichnung", "Intitulé du poste", "Poste",
        "Puesto",
    ),
    "function": (
        "Function", "Job Function", "Profession", "Department", "Department Name", "Dept", "Job Family",
        "Job Family Group", "Division", "Business Unit", "Organisation", "Organization", "Team",
        "Supervisory Organization", "Cost Center", "Cost Centre", "Cost Center Name", "Abteilung", "Bereich",
        "Funktion", "Kostenstelle", "Département", "Service", "Departamento",
    ),
    "location": (
        "Location", "Work Location", "Office", "Office Location", "Site", "Work Site", "City", "Work City",
        "Country", "Work Country", "Standort", "Arbeitsort", "Dienstort", "Ort", "Lieu", "Lieu de travail",
        "Ubicación",
    ),
    "external_id": ("External ID", "Object ID", "Azure AD Object ID", "SCIM ID", "Workday ID", "WID", "GUID"),
    "manager_id": (
        "Manager ID", "Supervisor ID", "Manager Employee ID", "Manager Employee Number", "Manager Number",
        "Line Manager ID", "Reports To ID", "Supervisor Number", "Manager Worker ID", "Manager EEID",
        "Manager Email", "Manager's Email", "Supervisor Email", "Line Manager Email", "Manager", "Supervisor",
        "Line Manager", "Reports To", "Personalnummer Vorgesetzter", "Vorgesetzten-ID", "Vorgesetzter",
        "Vorgesetzte", "Führungskraft", "Responsable",
    ),
    "grade": (
        "Grade", "Job Grade", "Pay Grade", "Job Level", "Level", "Career Level", "Compensation Grade",
        "Management Level", "Seniority", "Band", "Career Band", "Salary Band", "Stufe", "Karrierestufe",
        "Entgeltgruppe", "Tarifgruppe", "Niveau", "Nivel",
    ),
    "role": (
        "Role", "Mentoring Role", "Programme Role", "Program Role", "Both Mentor And Mentee",
        "Mentor Or Mentee", "Participates As",
    ),
    "capacity": ("Capacity", "Max Partners", "Number Of Partners"),
    "offers": ("Offers", "Topics Offered"),
    "wants": ("Wants", "Topics Wanted"),
    "interests": ("Interests", "Hobbies", "Interessen", "Intérêts"),
    "languages": ("Languages", "Language Tags"),
    "time_zone": ("Time Zone", "Timezone", "TZ", "Zeitzone", "Fuseau horaire"),
    "hours": ("Hours",),
    "style_formality": ("Style Formality",),
    "style_structure": ("Style Structure",),
    "prefers": ("Prefers",),
    "excludes": ("Excludes",),
    "hire_date": (
        "Hire Date", "Original Hire Date", "Last Hire Date", "Start Date", "Date Of Hire", "Date Hired",
        "Joining Date", "Date Of Joining", "Continuous Service Date", "Eintrittsdatum", "Eintritt",
        "Einstellungsdatum", "Date d'embauche", "Date d'entrée", "Fecha de contratación",
    ),
    "leave_date": (
        "Leave Date", "Termination Date", "End Date", "Exit Date", "Last Day", "Last Day Of Work",
        "Leaving Date", "Contract End Date", "Date Of Termination", "Austrittsdatum", "Austritt",
        "Date de départ", "Fecha de baja",
    ),
}  # fmt: skip

# Yes/no columns that each say one role; two of them together say `both`.
ROLE_FLAGS: Final[dict[str, tuple[str, ...]]] = {
    "mentor": ("Mentor", "Is Mentor", "Wants To Mentor", "Willing To Mentor", "Mentor?", "Reverse Mentor"),
    "mentee": ("Mentee", "Is Mentee", "Wants A Mentor", "Wants To Be Mentored", "Mentee?"),
}  # fmt: skip
BOTH_ROLES: Final = "bothmentorandmentee"

# Headings of manager columns that often hold names: used only where the cells are ids of the file.
MANAGER_MAYBE_NAME: Final = frozenset(
    {"manager", "supervisor", "linemanager", "reportsto", "vorgesetzter", "vorgesetzte", "fuhrungskraft",
     "responsable", "manageremail", "managersemail", "supervisoremail", "linemanageremail"}
)  # fmt: skip

# Any of these words in a heading makes the column one about identity.
_IDENTITY_WORD_LIST: Final = """
    gender sex age ages birth birthday birthdate birthyear dob ethnicity ethnic race racial religion
    religious faith disability disabilities disabled sexuality lgbt lgbtq lgbtqia trans transgender marital
    nationality nationalities citizenship pronoun pronouns veteran generation characteristic characteristics
    identity pregnancy pregnant maternity caste
    geschlecht alter geburtsdatum geburtstag geburtsjahr geburtsort nationalitat staatsangehorigkeit konfession
    familienstand behinderung schwerbehinderung schwerbehindert anrede
    sexe naissance nationalite handicap civilite sexo edad nacimiento nacionalidad
"""
_IDENTITY_WORDS: Final = frozenset(_IDENTITY_WORD_LIST.split())
_IDENTITY_HEADINGS: Final = frozenset({"over18", "orientation", "sexualorientation", "matchwithsimilaridentity"})
_PAY_WORD_LIST: Final = """
    salary salaries pay wage wages income compensation bonus rate stock hike remuneration earnings payroll
    gehalt lohn vergutung salaire sueldo salario
"""
_PAY_WORDS: Final = frozenset(_PAY_WORD_LIST.split())
_PRIVATE_WORD_LIST: Final = """
    ssn iban bank tax passport home emergency medical health sick union
    krankenkasse steuer sozialversicherungsnummer steuernummer gewerkschaft
"""
_PRIVATE_WORDS: Final = frozenset(_PRIVATE_WORD_LIST.split())
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def plain(heading: str) -> str:
    """The heading without case, accents, spaces and punctuation."""
    decomposed = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def _words(heading: str) -> frozenset[str]:
    unaccented = "".join(
        character for character in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(character)
    )
    return frozenset(word.lower() for word in _WORD.findall(unaccented))


def reason_to_leave_out(heading: str) -> str:
    """`identity`, `pay` or `private` for a column that Viceversa does not take, else empty."""
    if plain(heading) in _IDENTITY_HEADINGS or _words(heading) & _IDENTITY_WORDS:
        return "identity"
    # `Pay Grade` is a grade.
    if column_meant(heading)[0]:
        return ""
    if _words(heading) & _PAY_WORDS:
        return "pay"
    return "private" if _words(heading) & _PRIVATE_WORDS else ""


def column_meant(heading: str) -> tuple[str, int]:
    """The column of the format that `heading` means and how telling it is (0 most), or ("", 0)."""
    return _COLUMN_BY_HEADING.get(plain(heading), ("", 0))


def role_flag(heading: str) -> str:
    """`mentor` or `mentee` for a yes/no column that says who takes part, else empty."""
    return _ROLE_BY_FLAG.get(plain(heading), "")


_COLUMN_BY_HEADING: Final = {
    plain(heading): (column, place)
    for column, headings in HEADINGS.items()
    for place, heading in enumerate((column, *headings))
}
_ROLE_BY_FLAG: Final = {plain(heading): role for role, headings in ROLE_FLAGS.items() for heading in headings}
