"""What people write in cells of lists: topics with a level in words, languages by name, X for yes."""

import re
from functools import lru_cache
from typing import Final

from viceversa.formats.topics import normal

# A topic that says no level counts as this; the page where columns are mapped says so.
DEFAULT_LEVEL: Final = 3
DEFAULT_PRIORITY: Final = 2

YES: Final = ("yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "o", "vrai", "sí", "si", "s", "✓", "✔", "☑", "on")
NO: Final = ("no", "n", "false", "0", "-", "nein", "falsch", "non", "faux", "✗", "✘", "☐", "off")
# Instead of an empty cell; a surname may be None, so names are not asked.
_BLANK_LIST = "#n/a n/a na null none nil - -- – — . ? (blank) (none) (null) #ref! #value! unknown k.a. keine kein"
_BLANK: Final = frozenset(_BLANK_LIST.split())

_SEPARATORS: Final = re.compile(r"\s*[;|\n\r•·]+\s*")
_COMMAS: Final = re.compile(r"\s*,\s*(?![^()]*\))")
_LEVEL_WORDS: Final = {
    word: level
    for level, names in enumerate(
        (
            "beginner novice basic low anfänger grundkenntnisse débutant principiante básico",
            "elementary developing foundation fundamentals some",
            "intermediate medium competent good working mittel gut intermédiaire intermedio practitioner skilled",
            "advanced proficient strong high fortgeschritten avancé avanzado",
            "expert master guru excellent experte experto specialist",
        ),
        start=1,
    )
    for word in names.split()
}
_PRIORITY_WORDS: Final = {
    word: priority
    for priority, names in enumerate(
        (
            "low niedrig faible baja nice optional",
            "medium mittel moyen media normal",
            "high hoch haute alta top must urgent",
        ),
        start=1,
    )
    for word in names.split()
}
# `Python (4)`, `Python - Expert`, `Python: 4/5`.
_WITH_LEVEL: Final = re.compile(r"(.*?\S)\s*(?:[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]|(?::|\s[-–—])\s*([^:]{1,20}?))")
_OUT_OF_FIVE: Final = re.compile(r"([1-5])(?:\s*/\s*5)?")

_LANGUAGES: Final = """
    en english englisch anglais inglés ingles
    de german deutsch allemand alemán aleman
    fr french französisch franzosisch français francais francés frances
    es spanish spanisch espagnol español espanol castellano
    it italian italienisch italien italiano
    pt portuguese portugiesisch portugais portugués portugues português
    nl dutch niederländisch niederlandisch néerlandais neerlandais nederlands holandés flemish
    pl polish polnisch polonais polaco polski
    cs czech tschechisch tchèque checo čeština
    sk slovak slowakisch slovaque eslovaco
    hu hungarian ungarisch hongrois húngaro magyar
    ro romanian rumänisch rumanisch roumain rumano română
    bg bulgarian bulgarisch bulgare búlgaro
    el greek griechisch grec griego
    tr turkish türkisch turkisch turc turco türkçe
    ru russian russisch russe ruso
    uk ukrainian ukrainisch ukrainien ucraniano
    sv swedish schwedisch suédois sueco svenska
    da danish dänisch danisch danois danés dansk
    no norwegian norwegisch norvégien noruego norsk
    fi finnish finnisch finnois finlandés suomi
    et estonian estnisch
    lv latvian lettisch
    lt lithuanian litauisch
    hr croatian kroatisch croate croata
    sr serbian serbisch serbe serbio
    sl slovenian slowenisch slovène esloveno
    ar arabic arabisch arabe árabe
    he hebrew hebräisch hébreu hebreo
    fa persian farsi persisch persan
    hi hindi
    bn bengali
    ta tamil
    te telugu
    ur urdu
    pa punjabi
    mr marathi
    gu gujarati
    zh chinese chinesisch chinois chino mandarin
    yue cantonese kantonesisch
    ja japanese japanisch japonais japonés
    ko korean koreanisch coréen coreano
    vi vietnamese vietnamesisch
    th thai thailändisch
    id indonesian indonesisch
    ms malay malaiisch
    tl tagalog filipino
    sw swahili
    af afrikaans
    ca catalan katalanisch catalán català
    ga irish gälisch
    cy welsh walisisch
"""
_TAG: Final = {word: line.split()[0] for line in _LANGUAGES.strip().splitlines() for word in line.split()[1:]}
_AFTER_LANGUAGE: Final = re.compile(r"\s*(?:[(\[:].*|\s[-–—].*|\s+[ABC][12]\b.*)$")


def is_blank(cell: str) -> bool:
    """Whether the cell says in some way that nothing is known."""
    return not cell or normal(cell) in _BLANK


@lru_cache(maxsize=4096)
def items(cell: str) -> tuple[str, ...]:
    """The items of a list; by commas where nothing else separates them."""
    parts = _SEPARATORS.split(cell)
    if len(parts) == 1:
        parts = _COMMAS.split(cell)
    return tuple(part.strip() for part in parts if not is_blank(part.strip()))


@lru_cache(maxsize=4096)
def offers(cell: str) -> str:
    """A list of topics with levels in the people format, from one in anybody's words."""
    return ";".join(f"{topic}:{level or DEFAULT_LEVEL}" for topic, level in map(_topic_and_level, items(cell)) if topic)


@lru_cache(maxsize=4096)
def wants(cell: str) -> str:
    """A list of wanted topics with priorities in the people format, from one in anybody's words."""
    return ";".join(map(_wanted, items(cell)))


def _wanted(item: str) -> str:
    topic, word = _parts(item)
    if re.fullmatch(r"[1-3](?::[0-4])?", word):
        return f"{topic}:{word}"
    priority = _PRIORITY_WORDS.get(normal(word), 0) if word else 0
    return f"{topic if priority else item.replace(':', ' –')}:{priority or DEFAULT_PRIORITY}"


def _topic_and_level(item: str) -> tuple[str, int]:
    topic, word = _parts(item)
    found = level(word)
    # What stands in brackets may be part of the topic: `Cloud (AWS)`.
    return (topic, found) if found else (item.replace(":", " –"), 0)


def _parts(item: str) -> tuple[str, str]:
    topic, colon, last = item.partition(":")
    if colon and re.fullmatch(r"\s*[0-9](?::[0-9])?\s*", last):
        return topic.strip(), last.strip()
    match = _WITH_LEVEL.fullmatch(item)
    return (match[1].strip(), (match[2] or match[3] or "").strip()) if match else (item, "")


def level(word: str) -> int:
    """The level 1 to 5 that a word or number says, 0 for none."""
    match = _OUT_OF_FIVE.fullmatch(word)
    return int(match[1]) if match else _LEVEL_WORDS.get(normal(word), 0)


def offered_level(cell: str) -> int:
    """The level of a topic that has a column of its own: X and yes count as usual, no and 0 as none."""
    word = normal(cell)
    if is_blank(cell) or (word in NO):
        return 0
    # In such a column 1 is a level.
    return level(cell) or DEFAULT_LEVEL


def wanted_priority(cell: str) -> int:
    """The priority 1 to 3 of a wanted topic with a column of its own, 0 for none."""
    word = normal(cell)
    if is_blank(cell) or word in NO:
        return 0
    if word in ("1", "2", "3"):
        return int(word)
    return _PRIORITY_WORDS.get(word, DEFAULT_PRIORITY)


@lru_cache(maxsize=4096)
def languages(cell: str) -> str:
    """Tags in place of the names of languages; what is not known stays as it is, to be asked for at its row."""
    return ";".join(dict.fromkeys(map(_tag, _language_items(cell))))


def _language_items(cell: str) -> tuple[str, ...]:
    found = items(cell)
    return found if len(found) > 1 else tuple(filter(None, re.split(r"\s*/\s*|\s+(?:and|und|et|y)\s+|\s*&\s*", cell)))


def _tag(item: str) -> str:
    return _TAG.get(item.lower()) or _TAG.get(_AFTER_LANGUAGE.sub("", item).strip().lower()) or item
