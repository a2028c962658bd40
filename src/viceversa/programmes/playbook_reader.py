"""One playbook file: from its bytes to a `Playbook`, or to everything that is wrong with it."""

import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from viceversa.programmes.checked_table import CheckedTable, TableProblem
from viceversa.programmes.playbook_content import (
    AgendaItem,
    Playbook,
    PlaybookMeasure,
    PlaybookMeeting,
    PlaybookObjective,
    PlaybookRisk,
    PlaybookTopic,
    PlaybookTraining,
    RuleValue,
)
from viceversa.programmes.survey_plan import INSTRUMENTS

TURNS = ("both", "mentor", "return")
TOPIC_FAMILIES = ("tool", "market", "culture", "strategy")
SIDES = ("mentor", "mentee")
DIRECTIONS = ("higher", "lower")

# The training modules, by who they are written for. The core is what nobody goes without.
FOR_EVERYONE = ("B1", "B2", "B3", "B4", "B5")
FOR_MENTORS = ("R1", "R2", "R3", "R4", "R5", "R6")
FOR_MENTEES = ("E1", "E2", "E3", "E4")
FOR_COORDINATORS = ("C1",)
CORE_FOR_EVERYONE = ("B1", "B2", "B3", "B4")
CORE_FOR_MENTORS = ("R1", "R2")
CORE_FOR_MENTEES = ("E1", "E2", "E3")

# The rules of the matching policy that a playbook may set, and what each may hold; docs/files.md.
# `reference_date` is left out: a playbook does not know when it will be used.
YES_OR_NO = "true or false"
RULE_VALUES: Mapping[str, str] = {
    "grade_gap_min": "a whole number",
    "reporting_line": '"any" or a whole number from 0',
    "same_manager": YES_OR_NO,
    "common_language": YES_OR_NO,
    "overlap_hours_min": "a number from 0 to 24",
    "must_teach": YES_OR_NO,
    "teach_level_min": "a whole number from 1 to 5",
    "score_min": "a number from 0 to 1",
}

DAYS_IN_A_LONG_MONTH = 31


class PlaybookProblems(Exception):
    """One or more playbook files cannot be used. Carries every problem of every file."""

    def __init__(self, problems: tuple[TableProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def read_playbook(content: bytes, *, file: str, language: str) -> Playbook:
    """Read one playbook from the bytes of the file called `file`.

    Raises
    ------
    PlaybookProblems
        With every problem, each with its place in the file, what stands there and what to do.
    """
    problems: list[TableProblem] = []
    root = CheckedTable(file=file, values=_toml(content, file=file), problems=problems)
    book = _playbook(root, language=language)
    _check_whole(root, book)
    if problems:
        raise PlaybookProblems(tuple(problems))
    return book


def _toml(content: bytes, *, file: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as fault:
        advice = "Save the file as UTF-8"
        problem = TableProblem(file, "", f"byte {fault.start} is not UTF-8", advice)
    except tomllib.TOMLDecodeError as fault:
        problem = TableProblem(file, "", f"is not TOML: {fault}", "Correct it at that place")
    raise PlaybookProblems((problem,))


def _playbook(root: CheckedTable, *, language: str) -> Playbook:
    who = root.table("who")
    book = Playbook(
        slug=root.text("slug"),
        language=language,
        number=root.whole("number", least=1, most=999),
        title=root.text("title"),
        inspired_by=root.text("inspired_by"),
        source_note=root.text("source_note"),
        summary=root.text("summary"),
        purpose=root.text("purpose"),
        mentors=who.text("mentors"),
        mentees=who.text("mentees"),
        months=root.whole("months", least=1, most=36),
        cadence=root.text("cadence"),
        cadence_days=root.whole("cadence_days", least=1, most=92),
        meeting_minutes=root.whole("meeting_minutes", least=15, most=240),
        before_launch=root.texts("before_launch", least=1),
        training=_training(root.table("training")),
        limits=root.text("limits"),
        instruments=root.choices("instruments", tuple(INSTRUMENTS)),
        rules_note=root.text("rules_note"),
        rules=_rules(root.table("rules")),
        topics=tuple(_topic(table) for table in root.tables("topics")),
        objectives=tuple(_objective(table) for table in root.tables("objectives")),
        measures=tuple(_measure(table) for table in root.tables("measures")),
        risks=tuple(_risk(table) for table in root.tables("risks")),
        meetings=tuple(_meeting(table) for table in root.tables("meetings")),
    )
    who.nothing_else()
    root.nothing_else()
    return book


def _training(table: CheckedTable) -> PlaybookTraining:
    training = PlaybookTraining(
        everyone=table.choices("everyone", FOR_EVERYONE),
        mentor=table.choices("mentor", FOR_MENTORS),
        mentee=table.choices("mentee", FOR_MENTEES),
        coordinator=table.choices("coordinator", FOR_COORDINATORS),
    )
    table.nothing_else()
    _check_core(table, "everyone", has=training.everyone, needs=CORE_FOR_EVERYONE)
    _check_core(table, "mentor", has=training.mentor, needs=CORE_FOR_MENTORS)
    _check_core(table, "mentee", has=training.mentee, needs=CORE_FOR_MENTEES)
    return training


def _check_core(table: CheckedTable, key: str, *, has: tuple[str, ...], needs: tuple[str, ...]) -> None:
    missing = [code for code in needs if code not in has]
    if missing:
        table.note(key, found=f"leaves out {', '.join(missing)}", advice="Add the core modules")


def _rules(table: CheckedTable) -> Mapping[str, RuleValue]:
    table.read.update(RULE_VALUES)
    table.nothing_else()
    for key, value in table.values.items():
        if key in RULE_VALUES and not _fits_rule(key, value):
            table.note(key, found=f"is {value!r}", advice=f"Give {RULE_VALUES[key]}")
    return MappingProxyType(dict(table.values))


def _fits_rule(key: str, value: object) -> bool:
    if RULE_VALUES[key] == YES_OR_NO:
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if key == "reporting_line":
        return value == "any" or (isinstance(value, int) and value >= 0)
    if key == "grade_gap_min":
        return isinstance(value, int)
    if key == "teach_level_min":
        return isinstance(value, int) and 1 <= value <= 5
    most = 24 if key == "overlap_hours_min" else 1
    return isinstance(value, int | float) and 0 <= value <= most


def _topic(table: CheckedTable) -> PlaybookTopic:
    topic = PlaybookTopic(
        name=table.text("name"),
        family=table.choice("family", TOPIC_FAMILIES),
        taught_by=table.choice("taught_by", SIDES),
    )
    table.nothing_else()
    return topic


def _objective(table: CheckedTable) -> PlaybookObjective:
    objective = PlaybookObjective(
        title=table.text("title"),
        metric=table.text("metric"),
        unit=table.text("unit"),
        better=table.choice("better", DIRECTIONS),
        how=table.text("how"),
        example=table.text("example"),
    )
    table.nothing_else()
    return objective


def _measure(table: CheckedTable) -> PlaybookMeasure:
    measure = PlaybookMeasure(name=table.text("name"), how=table.text("how"), when=table.text("when"))
    table.nothing_else()
    return measure


def _risk(table: CheckedTable) -> PlaybookRisk:
    risk = PlaybookRisk(title=table.text("title"), sign=table.text("sign"), answer=table.text("answer"))
    table.nothing_else()
    return risk


def _meeting(table: CheckedTable) -> PlaybookMeeting:
    meeting = PlaybookMeeting(
        number=table.whole("number", least=1, most=99),
        title=table.text("title"),
        day=table.whole("day", least=0, most=1200),
        minutes=table.whole("minutes", least=15, most=240),
        purpose=table.text("purpose"),
        prepare_mentor=table.text("prepare_mentor"),
        prepare_mentee=table.text("prepare_mentee"),
        modules=table.choices("modules", FOR_EVERYONE + FOR_MENTORS + FOR_MENTEES),
        agenda=tuple(_agenda_item(item) for item in table.tables("agenda")),
        closing=table.text("closing"),
    )
    table.nothing_else()
    planned = sum(item.minutes for item in meeting.agenda)
    if meeting.agenda and planned != meeting.minutes:
        found = f"adds up to {planned} minutes, and the meeting has {meeting.minutes}"
        table.note("agenda", found=found, advice="Change the items or the meeting")
    return meeting


def _agenda_item(table: CheckedTable) -> AgendaItem:
    item = AgendaItem(
        minutes=table.whole("minutes", least=1, most=240),
        title=table.text("title"),
        turn=table.choice("turn", TURNS),
        text=table.text("text"),
        prompts=table.texts("prompts", least=1),
    )
    table.nothing_else()
    return item


def _check_whole(root: CheckedTable, book: Playbook) -> None:
    """Check what can only be seen with the whole playbook in view."""
    _check_slug(root, book.slug)
    _check_topics(root, book.topics)
    _check_numbers(root, book.meetings)
    _check_days(root, book)
    _check_meeting_modules(root, book)


def _check_slug(root: CheckedTable, slug: str) -> None:
    if not slug:
        return
    stem = root.file.removesuffix(".toml")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        root.note("slug", found=f'is "{slug}"', advice="Use small letters, digits and single hyphens")
    elif slug != stem:
        root.note("slug", found=f'is "{slug}"', advice=f'Make it "{stem}", or rename the file')


def _check_topics(root: CheckedTable, topics: tuple[PlaybookTopic, ...]) -> None:
    for place, topic in enumerate(topics, 1):
        # The people file writes a topic as `name:level`, in a list separated by semicolons.
        if re.search("[:;]", topic.name):
            root.note(
                f"topics[{place}].name",
                found=f'is "{topic.name}"',
                advice="Leave out colons and semicolons, which the people file uses to separate topics",
            )
    names = [topic.name.casefold() for topic in topics if topic.name]
    for name in sorted({name for name in names if names.count(name) > 1}):
        root.note("topics", found=f'lists "{name}" twice', advice="Keep one of them")
    if topics and not any(topic.taught_by == "mentor" for topic in topics):
        root.note("topics", found="has nothing that the mentor teaches", advice="Add what the leader came for")


def _check_numbers(root: CheckedTable, meetings: tuple[PlaybookMeeting, ...]) -> None:
    for place, meeting in enumerate(meetings, 1):
        if meeting.number != place:
            root.note(f"meetings[{place}].number", found=f"is {meeting.number}", advice=f"Make it {place}")


def _check_days(root: CheckedTable, book: Playbook) -> None:
    days = [meeting.day for meeting in book.meetings]
    if not days:
        return
    if days[0] != 0:
        root.note("meetings[1].day", found=f"is {days[0]}", advice="Begin on day 0")
    for place, (before, day) in enumerate(pairwise(days), 2):
        where = f"meetings[{place}].day"
        if day <= before:
            root.note(where, found=f"is {day}, and the meeting before is on day {before}", advice="Go later")
        elif day - before > book.cadence_days:
            found = f"is {day}, which is {day - before} days after the meeting before"
            root.note(where, found=found, advice=f"Keep to cadence_days ({book.cadence_days}), or raise it")
    if max(days) > book.months * DAYS_IN_A_LONG_MONTH:
        found = f"reaches day {max(days)} of a programme of {book.months} months"
        root.note("meetings", found=found, advice="Bring the meetings forward or lengthen the programme")


def _check_meeting_modules(root: CheckedTable, book: Playbook) -> None:
    taken = book.training.everyone + book.training.mentor + book.training.mentee
    for place, meeting in enumerate(book.meetings, 1):
        for code in meeting.modules:
            if code not in taken:
                advice = "Add it to [training] or leave it out here"
                root.note(
                    f"meetings[{place}].modules",
                    found=f"names {code}, which nobody here takes",
                    advice=advice,
                )
