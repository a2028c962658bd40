"""What a playbook consists of: frozen records that every part of the product may read and none may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

RuleValue = bool | int | float | str


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A few minutes of a meeting; `turn` says who leads them: both, mentor, or return (the leader gives)."""

    minutes: int
    title: str
    turn: str
    text: str
    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaybookMeeting:
    """One meeting of a pair.

    `day` counts from the pair's first meeting, which is on day 0.
    `modules` are the training modules worth another look before this meeting.
    """

    number: int
    title: str
    day: int
    minutes: int
    purpose: str
    prepare_mentor: str
    prepare_mentee: str
    modules: tuple[str, ...]
    agenda: tuple[AgendaItem, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class PlaybookTopic:
    """A subject of the playbook; `taught_by` is the side that usually knows more: mentor or mentee."""

    name: str
    family: str
    taught_by: str


@dataclass(frozen=True, slots=True)
class PlaybookObjective:
    """A suggested aim. Baseline and target stay with the programme; `example` shows what they look like."""

    title: str
    metric: str
    unit: str
    better: str
    how: str
    example: str


@dataclass(frozen=True, slots=True)
class PlaybookMeasure:
    """Something to count or to ask during the programme, how, and when."""

    name: str
    how: str
    when: str


@dataclass(frozen=True, slots=True)
class PlaybookRisk:
    """What may go wrong, and what the product and the programme do about it."""

    title: str
    sign: str
    answer: str


@dataclass(frozen=True, slots=True)
class PlaybookTraining:
    """Codes of the training modules by who takes them."""

    everyone: tuple[str, ...]
    mentor: tuple[str, ...]
    mentee: tuple[str, ...]
    coordinator: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Playbook:
    """A programme written out in full, ready to be opened and changed.

    `cadence_days` is the longest gap that the plan itself leaves between two meetings, so that a pair
    which waits much longer has fallen behind. `number` is the place in the list of playbooks.
    `limits` is what its subject adds to the limits of confidentiality; `instruments` are the codes of what
    it measures before and after.
    """

    slug: str
    language: str
    number: int
    title: str
    inspired_by: str
    source_note: str
    summary: str
    purpose: str
    mentors: str
    mentees: str
    months: int
    cadence: str
    cadence_days: int
    meeting_minutes: int
    before_launch: tuple[str, ...]
    training: PlaybookTraining
    limits: str
    instruments: tuple[str, ...]
    rules_note: str
    rules: Mapping[str, RuleValue]
    topics: tuple[PlaybookTopic, ...]
    objectives: tuple[PlaybookObjective, ...]
    measures: tuple[PlaybookMeasure, ...]
    risks: tuple[PlaybookRisk, ...]
    meetings: tuple[PlaybookMeeting, ...] = field(repr=False)

    @property
    def minutes_in_meetings(self) -> int:
        """What the programme asks of each person in meetings alone, in minutes."""
        return sum(meeting.minutes for meeting in self.meetings)
