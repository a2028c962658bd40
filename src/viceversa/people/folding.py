"""Text as a search compares it: without accents, without case, the same on every database."""

from __future__ import annotations

import unicodedata

# Letters of their own that Unicode does not take apart, as somebody without them on the keyboard types them.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)


def folded(text: str) -> str:
    """``Øystein Müller`` → ``oystein muller``; what stands between letters stays."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.casefold().translate(_LETTERS)
