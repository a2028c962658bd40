"""The rows of one sheet as text, read as a stream; formulas stay what was typed."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from viceversa.formats.caps import MAX_COLUMNS
from viceversa.formats.workbook_xml import Attributes, Handler, Text, unescaped

_PLACE: Final = re.compile(r"([A-Z]{1,3})[0-9]+")
# Formats such as 00000 pad personnel numbers; what a person sees is what counts.
_PADDED: Final = re.compile(r"0{2,20}")
# Beyond 15 digits a spreadsheet's numbers are not exact and would only look whole.
_EXACT_BELOW: Final = 1e15


class Rows(Handler):
    """Gathers finished rows; `take()` hands them over as (row number, cells)."""

    def __init__(self, strings: Sequence[str], formats: Sequence[str], *, counts_from_1904: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._epoch = CALENDAR_MAC_1904 if counts_from_1904 else CALENDAR_WINDOWS_1900
        self._finished: list[tuple[int, list[str]]] = []
        self._cells: dict[int, str] = {}
        self._shared_formulas: dict[str, str] = {}
        self._value, self._formula, self._inline = Text(), Text(), Text()
        self._present: Text | None = None
        self._row = 0
        self._column = -1
        self._type = "n"
        self._style = 0
        self._has_formula = False
        self._formula_group = ""
        self._in_phonetic = False

    def take(self) -> Iterator[tuple[int, list[str]]]:
        finished, self._finished = self._finished, []
        return iter(finished)

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._present = self._value
        elif name == "t":
            self._present = None if self._in_phonetic else self._inline
        elif name == "f":
            self._has_formula = True
            self._formula_group = attributes.get("si", "")
            self._present = self._formula
        elif name == "rPh":
            self._in_phonetic = True
        elif name == "row":
            self._row = _whole(attributes.get("r"), self._row + 1)
            self._cells = {}
            self._column = -1

    def end(self, name: str) -> None:
        if name in ("v", "t", "f"):
            self._present = None
        elif name == "rPh":
            self._in_phonetic = False
        elif name == "c":
            text = self._cell_text()
            if text:
                # Everything too far right is kept as one cell too many, so that it is not lost unseen.
                self._cells.setdefault(min(self._column, MAX_COLUMNS), text)
        elif name == "row" and self._cells:
            width = max(self._cells) + 1
            self._finished.append((self._row, [self._cells.get(place, "") for place in range(width)]))

    def text(self, text: str) -> None:
        if self._present is not None:
            self._present.add(text)

    def _begin_cell(self, attributes: Attributes) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = _column(place[1]) if place else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = _whole(attributes.get("s"), 0)
        self._has_formula = False

    def _cell_text(self) -> str:
        value, formula, inline = self._value.take(), self._formula.take(), self._inline.take()
        if self._has_formula:
            return "=" + (self._formula_text(formula) or value)
        if self._type == "s":
            return self._shared(value)
        if self._type == "inlineStr":
            return unescaped(inline)
        if self._type == "str":
            return unescaped(value)
        if self._type == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if self._type == "d":
            return value.removesuffix("Z").removesuffix("T00:00:00")
        return self._number_text(value) if self._type == "n" else value

    def _formula_text(self, formula: str) -> str:
        if not self._formula_group:
            return formula
        # The cells of a filled-down formula carry its text once.
        return self._shared_formulas.setdefault(self._formula_group, formula)

    def _shared(self, value: str) -> str:
        number = _whole(value, -1)
        return self._strings[number] if 0 <= number < len(self._strings) else f"#{value}"

    def _number_text(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        code = self._formats[self._style] if self._style < len(self._formats) else "General"
        if code != "General" and is_date_format(code):
            return self._moment_text(number, code) or value
        if not number.is_integer() or abs(number) >= _EXACT_BELOW:
            return repr(number) if number == number else value
        whole = str(int(number))
        return whole.zfill(len(code)) if _PADDED.fullmatch(code) and number >= 0 else whole

    def _moment_text(self, number: float, code: str) -> str:
        try:
            moment = from_excel(number, self._epoch, timedelta=is_timedelta_format(code))
        except (OverflowError, ValueError):
            return ""
        if isinstance(moment, datetime):
            midnight = moment.time() == time()
            return moment.date().isoformat() if midnight else moment.isoformat(sep=" ")
        if isinstance(moment, time):
            return moment.isoformat(timespec="minutes")
        return moment.isoformat() if isinstance(moment, date) else str(moment)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _whole(text: str | None, otherwise: int) -> int:
    if text and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return otherwise
