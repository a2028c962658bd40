"""What is left before a programme can be launched. The action holds the gate; pages only read it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .models import Objective, Programme

PARTS = ("metric", "baseline", "target", "owner")


@dataclass(frozen=True)
class ObjectiveState:
    """An objective and the parts it still lacks: metric, baseline, target, owner, or "distance" (target = baseline)."""

    objective: Objective
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Readiness:
    """Whether a programme may be launched, and everything that stands in the way."""

    objectives: tuple[ObjectiveState, ...]
    dates_in_order: bool
    ends_in_future: bool

    @property
    def has_objective(self) -> bool:
        return any(state.is_complete for state in self.objectives)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Codes of what is missing: objective, dates, past."""
        gates = {
            "objective": self.has_objective,
            "dates": self.dates_in_order,
            "past": self.ends_in_future or not self.dates_in_order,
        }
        return tuple(code for code, open_ in gates.items() if not open_)

    @property
    def is_ready(self) -> bool:
        return not self.gaps


class NotReady(Exception):
    """The programme cannot be launched yet. Carries its ``Readiness``."""

    def __init__(self, readiness: Readiness) -> None:
        self.readiness = readiness
        super().__init__(", ".join(readiness.gaps))


def missing_parts(objective: Objective) -> tuple[str, ...]:
    """Which parts of an objective are still to be filled in, in the order of the form."""
    empty = tuple(part for part in PARTS if getattr(objective, part) in ("", None))
    if empty:
        return empty
    return () if objective.is_complete else ("distance",)


def readiness_of(programme: Programme, *, today: date) -> Readiness:
    cohort = programme.current_cohort
    return Readiness(
        objectives=tuple(ObjectiveState(each, missing_parts(each)) for each in programme.objectives.all()),
        dates_in_order=cohort.ends_on is None or cohort.starts_on < cohort.ends_on,
        ends_in_future=cohort.ends_on is None or cohort.ends_on > today,
    )
