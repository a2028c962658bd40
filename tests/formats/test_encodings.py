"""Names must never turn into nonsense unseen: they are read as they were, or the file is refused."""

import tracemalloc

import pytest

from viceversa.formats.encoding import decoded, is_western_word
from viceversa.formats.problems import ProblemLog

WESTERN_NAMES = (
    "Søren Ångström", "José Núñez", "Thérèse L’Hôpital", "ÄRZTE – “Größe”", "João Conceição", "Françoise",
    "Niccolò", "Jürgen Groß", "Märta Öberg", "Chargé d’études", "Été", "coût",
)  # fmt: skip
OTHERS = (
    ("Dvořák", "cp1250"), ("Łukasz Wiśniewski", "cp1250"), ("Erdős", "cp1250"), ("Fűzfa", "cp1250"),
    ("Gdańsk", "cp1250"), ("Kovačević", "cp1250"), ("Brăila", "cp1250"), ("Doğan Yıldız", "cp1254"),
    ("Bērziņš", "cp1257"), ("Иванов", "cp1251"), ("Иванов", "koi8-r"), ("Ελένη", "cp1253"),
    ("שלום", "cp1255"), ("فاطمة", "cp1256"), ("田中太郎", "cp932"), ("王小明", "gb18030"), ("王小明", "big5"),
    ("김민수", "cp949"), ("Jörg Bär", "cp437"), ("Chargé", "cp850"), ("Müller", "mac-roman"),
)  # fmt: skip


@pytest.mark.parametrize("name", WESTERN_NAMES)
def test_western_names_in_windows_1252_are_read_as_they_were(name: str) -> None:
    problems = ProblemLog("people.csv")
    assert decoded(f"person_id,given_name\np1,{name}\n".encode("cp1252"), problems) == (
        f"person_id,given_name\np1,{name}\n"
    )
    assert [problem.code for problem in problems.listed()] == ["encoding_guessed"]


@pytest.mark.parametrize(("name", "encoding"), OTHERS)
def test_names_in_other_old_encodings_are_refused_with_their_line(name: str, encoding: str) -> None:
    problems = ProblemLog("people.csv")
    assert decoded(f"person_id,given_name\np0,Ann\np1,{name}\n".encode(encoding), problems) is None
    assert [(problem.line, problem.code) for problem in problems.listed()] == [(3, "encoding_unclear")]


def test_a_capital_in_the_middle_of_a_word_gives_the_wrong_encoding_away() -> None:
    assert is_western_word("MÜLLER")
    assert is_western_word("Östlund")
    assert not is_western_word("MÜller")


def test_a_large_file_of_stray_bytes_is_refused_without_listing_them_all() -> None:
    problems = ProblemLog("people.csv")
    tracemalloc.start()
    try:
        assert decoded(b"a\xfea\n" * 200_000, problems) is None
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    assert [(problem.line, problem.code) for problem in problems.listed()] == [(1, "encoding_unclear")]
