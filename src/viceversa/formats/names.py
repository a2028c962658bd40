"""Names in one cell into given and family name."""

import re
from functools import lru_cache
from typing import Final

# Belong to the family name when written small: Ludwig van Beethoven, Ana de la Cruz.
_PARTICLE_LIST: Final = "van von der den de del della di da dos das du la le ten ter zu zum af av"
_PARTICLES: Final = frozenset(_PARTICLE_LIST.split())
# `Ada Lovelace (1042)`, `Ada Lovelace (On Leave)`: not part of the name.
_AFTER_NAME: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[str, str]:
    """Given and family name of `Ada Lovelace` or `Lovelace, Ada`; one word alone is the given name."""
    name = " ".join(_AFTER_NAME.sub("", name).split()) or " ".join(name.split())
    family, comma, given = name.partition(",")
    if comma:
        return given.strip(), family.strip()
    words = name.split()
    if len(words) < 2:
        return name.strip(), ""
    begin = len(words) - 1
    while begin > 1 and words[begin - 1] in _PARTICLES:
        begin -= 1
    return " ".join(words[:begin]), " ".join(words[begin:])
