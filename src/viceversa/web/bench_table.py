"""The table of the bench: runs as columns, figures as rows, and which of a row is best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from viceversa.pairing.bench_figures import Figures
from viceversa.pairing.models import MatchRun
from viceversa.pairing.words.bench import asked_otherwise, column_title, proof_words
from viceversa.pairing.words.obstacles import obstacle_sentences

NOTHING = "–"


@dataclass(frozen=True)
class Column:
    run: MatchRun
    figures: Figures | None
    """None until the run is done."""
    otherwise: tuple[str, ...]
    """What it asks otherwise than the programme."""
    stopped_by: tuple[str, ...]

    @property
    def title(self) -> str:
        return column_title(self.run)


@dataclass(frozen=True)
class Cell:
    words: str
    is_best: bool = False


@dataclass(frozen=True)
class Row:
    label: str
    hint: str
    cells: tuple[Cell, ...]


def columns_of(
    runs: Sequence[MatchRun], figures: Mapping[int, Figures], *, policy: Mapping[str, Any], leader: str
) -> list[Column]:
    return [
        Column(
            run=run,
            figures=figures.get(run.pk),
            otherwise=(*_sought_otherwise(run), *asked_otherwise(run.policy, than=policy, leader=leader)),
            stopped_by=tuple(obstacle_sentences(run.problems)) if run.state == MatchRun.State.FAILED else (),
        )
        for run in runs
    ]


def _sought_otherwise(run: MatchRun) -> tuple[str, ...]:
    return (_("Stable instead of best"),) if run.method == MatchRun.Method.STABLE else ()


def have_other_people(columns: Sequence[Column]) -> bool:
    """Whether who takes part, or a profile, has changed from one column to another; of wishes it tells nothing."""
    pools = {column.run.report.get("pool_sha256", "") for column in columns if column.figures}
    return len(pools - {""}) > 1


Value = Callable[[Column, Figures], float | None]
Words = Callable[[Column, Figures, float], str]


def rows_of(columns: Sequence[Column], *, leader: str) -> list[Row]:
    """Every figure of every column. Only a row in which more is better has a best."""
    return [
        _row(
            columns,
            _("%(leader)ss with a mentor") % {"leader": leader.capitalize()},
            value=lambda _column, one: one.mentees_paired,
            words=lambda column, one, _value: _of(one.mentees_paired, column.run.report.get("mentees")),
        ),
        _plain(
            columns,
            _("Pairs"),
            hint=_("of as many as the rules allow"),
            words=lambda column, one: _of(one.pairs, column.run.report.get("max_pairs")),
        ),
        _row(columns, _("Total fit"), value=lambda _column, one: one.total, words=lambda _c, _o, value: f"{value:.2f}"),
        _row(columns, _("Lowest pair"), value=lambda _column, one: one.lowest, words=_hundredths),
        _row(
            columns,
            _("5th percentile"),
            hint=_("one pair in twenty fits less"),
            value=lambda _column, one: one.fifth,
            words=_hundredths,
        ),
        _row(
            columns,
            _("Median"),
            hint=_("half of the pairs fit less"),
            value=lambda _column, one: one.median,
            words=_hundredths,
        ),
        _row(
            columns,
            _("First wishes met"),
            hint=_("learn what they want most"),
            value=lambda column, _one: column.run.report.get("first_wish_met"),
            words=_percent,
        ),
        _row(
            columns,
            _("Would rather swap"),
            hint=_("two who fit each other better than whom they have; fewer is better"),
            value=lambda column, _one: _negative(column.run.report.get("blocking_pairs")),
            words=lambda _column, _one, value: str(round(-value)),
        ),
        _row(columns, _("From two functions"), value=lambda _column, one: one.other_function, words=_percent),
        _row(columns, _("From two places"), value=lambda _column, one: one.other_location, words=_percent),
        _plain(
            columns,
            _("Pairs in common"),
            hint=_("with the first column"),
            words=lambda _column, one: str(len(one.sides & _first(columns))) if columns[0].figures else NOTHING,
        ),
        _plain(columns, _("How sure"), words=lambda column, _one: proof_words(column.run)),
    ]


def _first(columns: Sequence[Column]) -> frozenset[tuple[int, int]]:
    return columns[0].figures.sides if columns[0].figures else frozenset()


def _row(columns: Sequence[Column], label: str, *, value: Value, words: Words, hint: str = "") -> Row:
    values = [value(column, column.figures) if column.figures else None for column in columns]
    cells = [
        NOTHING if number is None or column.figures is None else words(column, column.figures, number)
        for column, number in zip(columns, values, strict=True)
    ]
    best = _best(values)
    shown = {words for place, words in enumerate(cells) if place in best}
    is_told = any(words not in shown for words, number in zip(cells, values, strict=True) if number is not None)
    return Row(label, hint, tuple(Cell(words, is_told and words in shown) for words in cells))


def _best(values: Sequence[float | None]) -> set[int]:
    known = [number for number in values if number is not None]
    return {place for place, number in enumerate(values) if number is not None and number == max(known)}


def _plain(columns: Sequence[Column], label: str, *, words: Callable[[Column, Figures], str], hint: str = "") -> Row:
    told = (words(column, column.figures) if column.figures else NOTHING for column in columns)
    return Row(label, hint, tuple(Cell(each) for each in told))


def _of(part: int, whole: object) -> str:
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole} if isinstance(whole, int) else str(part)


def _negative(count: float | None) -> float | None:
    """So that the fewest is best."""
    return None if count is None else -count


def _hundredths(_column: Column, _one: Figures, share: float) -> str:
    return str(round(100 * share))


def _percent(_column: Column, _one: Figures, share: float) -> str:
    return f"{round(100 * share)} %"


@dataclass(frozen=True)
class People:
    """How many people have a partner, by function or by place."""

    title: str
    rows: tuple[Row, ...]


def people_of(columns: Sequence[Column]) -> list[People]:
    """Both sides counted, each person once."""
    return [
        People(_("By function"), _counted(columns, lambda one: one.by_function)),
        People(_("By place"), _counted(columns, lambda one: one.by_location)),
    ]


def _counted(columns: Sequence[Column], by: Callable[[Figures], Mapping[str, int]]) -> tuple[Row, ...]:
    names = sorted({name for column in columns if column.figures for name in by(column.figures)})
    return tuple(
        _plain(columns, name or _("Not told"), words=lambda _column, one, name=name: str(by(one).get(name, 0)))  # type: ignore[misc]
        for name in names
    )
