"""What a heading means that no list holds, told by its words: `Primary Work Email Address`, `empJobGradeLevel`.

Each rule needs one word of every group and none of `never`; the first rule that fits wins.
"""

from dataclasses import dataclass
from typing import Final

# After every heading of a list: what is listed is more telling than what is put together.
_LESS_TELLING: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Rule:
    column: str
    needs: tuple[frozenset[str], ...]
    never: frozenset[str]


def _rule(column: str, *needs: str, never: str = "") -> _Rule:
    return _Rule(column, tuple(frozenset(group.split()) for group in needs), frozenset(never.split()))


_MANAGER: Final = """
    manager managers mgr supervisor supervisors superior boss vorgesetzter vorgesetzte vorgesetzten fuhrungskraft
    responsable superieur jefe leidinggevende reports reporting
"""
_OTHER_MANAGER: Final = """
    hr matrix dotted skip second 2 2nd functional secondary level levels is people flag count type since
    date title job position grade department location phone former previous product project account years year months
"""
_PERSON: Final = """
    employee employees emp worker person personnel personal staff associate user mitarbeiter ma member colleague
    payroll eeid employe empleado medewerker
"""
_CODE: Final = "id ids number num no nr code key matricule nummer kennung identifier numero"
_NAME: Final = "name names nom nombre"
_NOT_A_PERSON: Final = """
    manager managers supervisor job position department organization organisation org unit cost location company
    entity site grade national count type class group emergency contact phone tax bank
"""

_RULES: Final = (
    _rule("manager_id", _MANAGER, _CODE, never="hr matrix dotted skip second 2 2nd functional secondary"),
    _rule("manager_id", _MANAGER, "email mail", never="hr matrix dotted skip second 2 2nd functional secondary"),
    _rule("manager_id", _MANAGER, never=_OTHER_MANAGER + " first last given family"),
    _rule("email", "email mail courriel correo upn", never="personal private home secondary hr privat emergency"),
    _rule("status", "status state estado statut", _PERSON + " employment work active hr assignment position",
          never="marital"),
    _rule("full_name", "first given forename", "last family surname", never=_MANAGER),
    _rule("given_name", "first given forename fore vorname prenom", _NAME, never="preferred middle maiden"),
    _rule("family_name", "last family surname sur", _NAME, never="preferred maiden"),
    _rule("preferred_name", "preferred known chosen nick nickname calling", _NAME + " as", never="last family"),
    _rule("full_name", "full display legal formatted complete whole", _NAME, never="entity company job"),
    _rule("full_name", _PERSON, _NAME, never="middle first last " + _NOT_A_PERSON + " user file"),
    _rule("person_id", _PERSON, _CODE, never=_NOT_A_PERSON + " external"),
    _rule("grade", "grade level band seniority rank stufe echelon", "job pay career management grade band employee role"
          " compensation position corporate global salary hierarchy seniority level corp person work current name",
          never="education satisfaction access clearance security skill language english stock option involvement"
          " manager supervisor risk since date step range midpoint performance"),
    _rule("grade", "grade band", never="education satisfaction access clearance stock step range midpoint performance"
          " manager supervisor date code school exam " + _MANAGER),
    _rule("job_title", "job position business role working assignment", "title name profile position description",
          never="code id number family category since start date status"),
    _rule("function", "department dept division function family unit organization organisation team abteilung"
          " bereich departement departamento directorate", "name description desc job business level home work org"
          " department current primary",
          never="code id number manager head lead size count date"),
    _rule("function", "org organization organisation", "level unit", never="code id number head"),
    _rule("location", "location site office city country standort", "name work office primary current job employee"
          " city base description", never="code id number birth home date"),
    _rule("hire_date", "hire hired hiring joining joined join entry onboarding employment service start", "date day on",
          never="end birth probation position job contract manager leave termination role grade"),
    _rule("leave_date", "termination term terminated leaving leave exit separation departure resignation end last",
          "date day", never="birth absence parental sick probation position job return start hire promotion review"
          " update updated modified changed login name increase training"),
    _rule("time_zone", "timezone zone", "time timezone"),
    _rule("languages", "languages", "spoken known work skills"),
    _rule("offers", "skills expertise strengths topics competencies", "offer offered teach share mentor key own top"
          " main professional my can", never="wanted learn develop gap"),
    _rule("wants", "learn learning develop development wanted", "goals goal areas topics interests want wants wish"
          " skills like", never="date completed hours budget plan status"),
)  # fmt: skip

_MENTEE_LIST = "mentee mentees mentored mentoree protege mentore"
_MENTEE: Final = frozenset(_MENTEE_LIST.split())
_ASKS_FOR_ONE_LIST = "need needs want wants looking seeking seek like receive find request"
_ASKS_FOR_ONE: Final = frozenset(_ASKS_FOR_ONE_LIST.split())
_GIVES_LIST = "become being be as willing is act available volunteer to can will registered"
_GIVES: Final = frozenset(_GIVES_LIST.split())
_NOT_A_FLAG_LIST = "name id email count number date capacity notes comments match group pair"
_NOT_A_FLAG: Final = frozenset(_NOT_A_FLAG_LIST.split())


def by_words(words: frozenset[str]) -> tuple[str, int] | None:
    """The column that these words mean and how telling they are, or None."""
    for place, rule in enumerate(_RULES):
        if words & rule.never or not all(words & group for group in rule.needs):
            continue
        # One word may not fill two groups alone: `level` is not a level of anything.
        if len(rule.needs) > 1 and len(words & frozenset().union(*rule.needs)) < len(rule.needs):
            continue
        return rule.column, _LESS_TELLING + place
    return None


def role_by_words(words: frozenset[str]) -> str:
    """`mentor`, `mentee`, `both` or empty, for a heading such as `Would you like to be a mentor?`."""
    if words & _NOT_A_FLAG:
        return ""
    mentor, mentee = bool(words & {"mentor", "mentors", "mentoring", "mentorin"}), bool(words & _MENTEE)
    if mentor and mentee:
        return "both" if "both" in words else ""
    if mentee:
        return "mentee"
    if "mentor" in words or "mentors" in words:
        # `Wants a mentor` asks for one; `Wants to be a mentor` offers to be one.
        return "mentee" if words & _ASKS_FOR_ONE and not words & _GIVES else "mentor"
    return ""
