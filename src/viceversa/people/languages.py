"""Languages as people write them, and the tags by which they are compared."""

from __future__ import annotations

from functools import cache

from django.conf.locale import LANG_INFO

from viceversa.formats.cells import CellFault
from viceversa.formats.cells import language as language_tag


@cache
def _tags_by_name() -> dict[str, str]:
    """Every known language by its English name, its own name and its tag."""
    tags: dict[str, str] = {}
    for tag, info in LANG_INFO.items():
        for name in (info.get("name"), info.get("name_local"), tag):
            if name:
                tags.setdefault(str(name).casefold(), tag)
    return tags


def tag_of(words: str) -> str:
    """The tag for a name such as “Polish” or “polski”, or for a tag; "" when we do not know it."""
    known = _tags_by_name().get(words.strip().casefold())
    if known:
        return known
    if len(words.strip().split("-")[0]) > 3:
        return ""
    try:
        return str(language_tag(words.strip()))
    except CellFault:
        return ""


def name_of(tag: str) -> str:
    """How the language is called in English; the tag itself where nobody told us."""
    info = LANG_INFO.get(tag.lower(), {})
    return str(info.get("name") or tag)
