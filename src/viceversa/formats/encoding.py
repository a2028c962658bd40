"""Bytes into text, never into nonsense: read exactly, or refused with the line that cannot be read.

A byte order mark or valid UTF-8 settles the matter.
What is left is old exports, and there a wrong guess turns Dvořák into Dvoøák unseen.
So only Western European text (windows-1252 and its subset Latin-1) is read, and only when every word
looks like a word of one of its languages; anything else is refused.
General detectors were tried (2026-11): on files of a few hundred names they called Czech windows-1250
Danish windows-1252 and Chinese Korean, each with full confidence.
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from viceversa.formats.problems import ProblemLog

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16, whose mark is its beginning.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_WIDE_SAMPLE_BYTES: Final = 4096
# More damaged lines than this add nothing to the decision, only memory.
_ENOUGH_LINES: Final = 10_000
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

WESTERN: Final = "windows-1252"
# Letters beyond ASCII by language; a word may use those of one line only. The letters ð, þ and ý are
# missing on purpose: the same bytes are ğ, ş and ı in Turkish files, which are far more common.
_ALPHABETS: Final = tuple(
    map(
        frozenset,
        (
            "äöüß",  # German
            "àâæçéèêëîïôœùûüÿ",  # French
            "áéíñóúüç",  # Spanish
            "áâãàçéêíóôõúü",  # Portuguese
            "àèéìíîòóùúçïü",  # Italian, Catalan
            "æøåäöüéèêô",  # Danish, Norwegian, Swedish, Finnish
            "ëïéèöüáíóúêô",  # Dutch
        ),
    )
)
_SIGNS: Final = "“”‘’–—…€£§°·«»®©™¿¡ªº½¼¾×±\xa0"
_JOINTS: Final = re.compile("[’‘·–—]")
# Where the same byte is a letter of Central Europe (windows-1250), it stands at places where the Western
# letter never does: Erdős, tűz, Gdańsk, Brăila, Kovačević, Nović, Wiśniewski, Łukasz.
_CENTRAL: Final = re.compile(
    r"õ(?!e)|(?<!o)û|ñ(?![aeiouáéíóú])|ã(?![oe]|s?$)|è(?=[aeiouy])|(?<=.)è$|(?<=i)æ|œ(?!u|il)|[£§¼¾±][a-z]",
    re.IGNORECASE,
)
# A word with all that is not ASCII directly around it.
_FOREIGN_WORD: Final = re.compile(r"[A-Za-z]*[^\x00-\x7f](?:[A-Za-z]|[^\x00-\x7f])*")


def decoded(data: bytes, problems: ProblemLog) -> str | None:
    """The text of `data`, or None and the problems that name the lines."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, problems)
    wide = _wide_encoding(data)
    if wide:
        return _strictly(data, wide, problems)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, problems)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without its mark: in a table of mostly Latin letters every other byte is NUL."""
    sample = data[:_WIDE_SAMPLE_BYTES]
    nuls_at_even, nuls_at_odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = max(1, len(sample) // 5)
    if nuls_at_odd >= enough and not nuls_at_even:
        return "utf-16-le"
    if nuls_at_even >= enough and not nuls_at_odd:
        return "utf-16-be"
    return ""


def _strictly(data: bytes, encoding: str, problems: ProblemLog) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        readable = data[: fault.start].decode(encoding, errors="replace")
        line = 1 + len(_LINE_END.findall(readable.encode("utf-8", errors="replace")))
        value = data[fault.start : fault.end].hex(" ")
        problems.add("undecodable", line=line, value=value, at=line, encoding=encoding.upper())
        return None


def _not_utf8(data: bytes, problems: ProblemLog) -> str | None:
    damaged = list(islice(_damaged_lines(data), _ENOUGH_LINES))
    stray_bytes = sum(count for _, _, count in damaged)
    sequences = sum(1 for _ in _SEQUENCE.finditer(data))
    if sequences > stray_bytes:
        for line, value, _ in damaged:
            problems.add("undecodable", line=line, value=value, at=line, encoding="UTF-8")
        return None
    return _western(data, damaged, problems)


def _damaged_lines(data: bytes) -> Iterator[tuple[int, str, int]]:
    """Number of each line that is not UTF-8, its text around the first stray byte, and how many."""
    for number, line in enumerate(_lines(data), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as fault:
            around = line[max(0, fault.start - 16) : fault.end + 16].decode("utf-8", errors="replace")
            yield number, around, line.decode("utf-8", errors="replace").count("\ufffd")


def _lines(data: bytes) -> Iterator[bytes]:
    begin = 0
    for end in _LINE_END.finditer(data):
        yield data[begin : end.start()]
        begin = end.end()
    yield data[begin:]


def _western(data: bytes, damaged: list[tuple[int, str, int]], problems: ProblemLog) -> str | None:
    first_line, first_value, _ = damaged[0]
    try:
        text = data.decode(WESTERN)
    except UnicodeDecodeError:
        problems.add("encoding_unclear", line=first_line, value=first_value, at=first_line)
        return None
    example = ""
    for word in _FOREIGN_WORD.finditer(text):
        example = example or word[0]
        if not is_western_word(word[0]):
            line = 1 + len(_LINE_END.findall(text[: word.start()].encode(WESTERN)))
            problems.add("encoding_unclear", line=line, value=word[0], at=line)
            return None
    problems.add("encoding_guessed", line=first_line, value=example, at=first_line, encoding=WESTERN.capitalize())
    return text


@lru_cache(maxsize=65_536)
def is_western_word(word: str) -> bool:
    """Whether `word` can be Western European: one language's letters, capitals and signs in place."""
    # Inner apostrophes and dashes join words: l’été is two of them.
    return all(map(_is_one_western_word, _JOINTS.split(word)))


def _is_one_western_word(word: str) -> bool:
    if _CENTRAL.search(word):
        return False
    letters = word.strip(_SIGNS + "„")
    if "„" in word.lstrip(_SIGNS)[1:]:
        return False
    foreign = [letter for letter in letters if not letter.isascii()]
    if not foreign:
        return True
    used = frozenset("".join(foreign).lower())
    if not any(alphabet.issuperset(used) for alphabet in _ALPHABETS):
        return False
    if len(letters) > 3 and 2 * len(foreign) > len(letters):
        return False
    is_upper = all(letter.isupper() or letter == "ß" for letter in letters)
    return is_upper or not any(letter.isupper() for letter in foreign if letter is not letters[0])
