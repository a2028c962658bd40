"""The skills file of ESCO, the European classification of skills, as rows of our own catalogue.

Read from the file that ESCO offers for download in each language (``skills_en.csv``): ``conceptUri``,
``preferredLabel``, ``altLabels`` (one a line), ``skillType``, ``reuseLevel``, ``description``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

HEADINGS = ("concepturi", "preferredlabel", "altlabels", "skilltype", "reuselevel", "description", "status")
NEEDED = frozenset({"concepturi", "preferredlabel"})
MOST_SYNONYMS = 30
_LONGEST = 300
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_KINDS = {"skill/competence": "Skills", "knowledge": "Knowledge"}
_REACHES = {
    "transversal": "everywhere",
    "cross-sector": "in several sectors",
    "sector-specific": "in one sector",
    "occupation-specific": "in one occupation",
}


def is_esco(headings: Collection[str]) -> bool:
    return {heading.casefold() for heading in headings} >= NEEDED


def family_of(cells: Mapping[str, str]) -> str:
    """What kind of skill it is and how widely it is used; the part of the file that one chooses by."""
    kind = _KINDS.get(cells.get("skilltype", "").casefold(), "ESCO")
    reach = _REACHES.get(cells.get("reuselevel", "").casefold(), "")
    return f"{kind} used {reach}" if reach else kind


def synonyms_of(cells: Mapping[str, str]) -> tuple[str, ...]:
    words = (word.strip() for word in cells.get("altlabels", "").splitlines())
    return tuple(word for word in words if word)[:MOST_SYNONYMS]


def description_of(cells: Mapping[str, str]) -> str:
    """The first sentences that have room."""
    text = " ".join(cells.get("description", "").split())
    if len(text) <= _LONGEST:
        return text
    kept = ""
    for sentence in _SENTENCE_END.split(text):
        if len(kept) + len(sentence) + 1 > _LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text[: _LONGEST - 1].rstrip() + "…"
