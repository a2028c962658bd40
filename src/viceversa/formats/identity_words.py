"""Headings of columns that Viceversa does not take: identity, pay, and what is private.

Any of the words makes a column one of these; several languages, without accents and in small letters.
Too much left out can be asked for; what was taken in cannot be made unread. So the lists are generous.
"""

from typing import Final

_IDENTITY: Final = """
    gender sex age ages birth birthday birthdate birthyear dob ethnicity ethnicities ethnic race racial religion
    religious faith disability disabilities disabled sexuality lgbt lgbtq lgbtqia trans transgender marital
    nationality nationalities citizenship citizenships pronoun pronouns veteran generation characteristic
    characteristics identity pregnancy pregnant maternity caste tribe salutation honorific maiden ancestry
    spouse dependents dependants children
    geschlecht alter lebensalter geburtsdatum geburtstag geburtsjahr geburtsort geburtsland geburtsname gebdatum
    gebdat geb nationalitat staatsangehorigkeit staatsburgerschaft konfession familienstand behinderung
    schwerbehinderung schwerbehindert schwb gdb anrede ethnie herkunft kinder
    sexe genre naissance nationalite handicap handicape rqth civilite ethnie enfants
    sexo genero edad nacimiento nacionalidad discapacidad minusvalia etnia raza religiao religione hijos tratamiento
    sesso genere eta nascita nazionalita disabilita etnia
    idade nascimento nacionalidade deficiencia raca
    geslacht leeftijd geboortedatum geboorteplaats nationaliteit handicap godsdienst
    gesch gbdat famst natio konfe
"""
_PAY: Final = """
    salary salaries pay wage wages income compensation bonus rate stock hike remuneration earnings payroll
    gehalt lohn vergutung bezuge salaire remuneration sueldo salario retribuzione stipendio salaris loon
"""
_PRIVATE: Final = """
    ssn iban bank tax passport home emergency medical health sick union nino bsn
    krankenkasse steuer steuerid sozialversicherungsnummer steuernummer gewerkschaft privat
    domicile domicilio sindicato
"""

IDENTITY_WORDS: Final = frozenset(_IDENTITY.split())
PAY_WORDS: Final = frozenset(_PAY.split())
PRIVATE_WORDS: Final = frozenset(_PRIVATE.split())

# Said by several words together, written here without spaces; found anywhere in the heading.
IDENTITY_PHRASES: Final = (
    "over18", "sexualorientation", "similaridentity", "etatcivil", "estadocivil", "situationfamiliale",
    "situacionfamiliar", "statocivile", "burgerlijkestaat", "nomdejeunefille", "orientationsexuelle",
    "orientacionsexual", "protectedcharacteristic", "gebdatum", "firstlanguage", "mothertongue",
)  # fmt: skip
# The whole heading.
IDENTITY_HEADINGS: Final = frozenset({"orientation", "prefix", "civilstatus", "m/f", "mf", "mw", "mwd", "hf"})
PRIVATE_PHRASES: Final = (
    "socialsecurity", "nationalid", "nationalinsurance", "personalemail", "privateemail", "personalmail",
    "homeemail", "privatemail", "emailprivat", "emailpersonal", "emailpersonnel", "correopersonal",
    "personalphone", "homephone", "securitesociale", "seguridadsocial", "performancerating",
)  # fmt: skip
