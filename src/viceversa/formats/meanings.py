"""Words in cells of columns about taking part and about employment, and what they mean."""

from typing import Final

from viceversa.formats.mapping import HERE, LEFT
from viceversa.formats.spoken import NO, YES
from viceversa.formats.topics import normal

_ROLES: Final = {
    "mentor": ("mentor", "mentors", "reverse mentor", "mentorin", "mentor/in", "as mentor", "to mentor"),
    "mentee": ("mentee", "mentees", "leader", "reverse mentee", "mentee/leader", "as mentee", "mentoree", "protege"),
    "both": (
        "both", "mentor and mentee", "mentor & mentee", "mentor/mentee", "mentor, mentee", "mentor; mentee",
        "mentee/mentor", "mentee and mentor", "mentor + mentee", "mentor und mentee", "beides", "les deux", "ambos",
        "either", "mentee & mentor", "mentor or mentee",
    ),
    "": ("none", "neither", "not participating", "not taking part", "no", "nein", "non", "n/a", "-", "opted out",
         "declined", "keine", "aucun"),
}  # fmt: skip
_STATUSES: Final = {
    HERE: (
        "active", "current", "employed", "permanent", "on leave", "leave", "leave of absence", "paid leave",
        "unpaid leave", "parental leave", "maternity leave", "suspended", "probation", "hired", "a", "aktiv",
        "angestellt", "beschäftigt", "elternzeit", "mutterschutz", "probezeit", "actif", "active employee", "en poste",
        "activo", "activa", "full time", "part time", "contractor", "onboarding", "active - payroll eligible",
        "active assignment", "working", "here",
    ),
    LEFT: (
        "terminated", "inactive", "left", "leaver", "resigned", "retired", "dismissed", "deceased", "former", "t",
        "separated", "ex-employee", "withdrawn", "ended", "offboarded", "ausgeschieden", "ausgetreten", "inaktiv",
        "gekündigt", "rentner", "ruhestand", "parti", "sorti", "inactif", "baja", "inactivo", "inactiva", "termed",
        "discharged", "departed", "redundant", "inactive - payroll eligible", "terminated assignment", "gone",
    ),
}  # fmt: skip

ROLE_WORDS: Final = {normal(word): role for role, words in _ROLES.items() for word in words}
STATUS_WORDS: Final = {normal(word): status for status, words in _STATUSES.items() for word in words}


def yes_no(*, yes: str, no: str) -> dict[str, str]:
    """What yes and no mean in a column, in the words of several languages."""
    return dict.fromkeys(map(normal, YES), yes) | dict.fromkeys(map(normal, NO), no)
