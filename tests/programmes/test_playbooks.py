"""The nine playbooks are complete, and a broken one says everything that is wrong with it."""

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from viceversa.matching.policy import Policy
from viceversa.programmes.playbook_reader import RULE_VALUES
from viceversa.programmes.playbooks import (
    Playbook,
    PlaybookMeeting,
    PlaybookProblems,
    UnknownPlaybook,
    all_playbooks,
    playbook,
    read_folders,
    read_playbook,
)

ENGLISH = Path(str(files("viceversa"))) / "playbooks" / "en"

# Slug, months and meetings as the programmes that inspired them are described.
THE_NINE = {
    "connected-leaders": (6, 9),
    "innovation-and-diversity": (8, 8),
    "emerging-finance-technology": (6, 8),
    "sustainability-lens": (7, 7),
    "next-generation-consumer": (6, 8),
    "executive-digital-fluency": (6, 9),
    "empower": (9, 9),
    "digital-care": (6, 8),
    "shop-floor-to-boardroom": (6, 8),
}
EXTRA_MODULES = {
    "connected-leaders": {"R3"},
    "innovation-and-diversity": {"R3", "B5", "E4"},
    "emerging-finance-technology": {"R3", "E4"},
    "sustainability-lens": {"R4", "E4"},
    "next-generation-consumer": {"R5", "E4"},
    "executive-digital-fluency": {"R3"},
    "empower": {"R4", "R5", "R6", "B5", "E4"},
    "digital-care": {"R3", "R4", "R6"},
    "shop-floor-to-boardroom": {"R3", "R5", "E4"},
}
CORE_MODULES = {"B1", "B2", "B3", "B4", "R1", "R2", "E1", "E2", "E3"}
WORDS_WE_DO_NOT_USE = (
    "digital native",
    "millennial",
    "boomer",
    "gen z",
    "protégé",
    "session",
    "pulse",
    "organization",
    "please",
    "oops",
    "!",
)

each_playbook = pytest.mark.parametrize("book", all_playbooks(), ids=lambda book: book.slug)
every_meeting = [
    pytest.param(meeting, id=f"{book.slug}-{meeting.number}") for book in all_playbooks() for meeting in book.meetings
]
each_meeting = pytest.mark.parametrize("meeting", every_meeting)


def the_file(slug: str) -> str:
    return (ENGLISH / f"{slug}.toml").read_text(encoding="utf-8")


def problems_of(text: str, *, file: str = "empower.toml") -> dict[str, str]:
    """Read a playbook that must be refused; return what was found and advised, by place."""
    with pytest.raises(PlaybookProblems) as refused:
        read_playbook(text.encode(), file=file, language="en")
    return {problem.where: f"{problem.found}. {problem.advice}" for problem in refused.value.problems}


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_the_nine_playbooks_come_in_their_own_order_and_length() -> None:
    found = {book.slug: (book.months, len(book.meetings)) for book in all_playbooks()}
    assert found == THE_NINE
    assert list(found) == list(THE_NINE)


@each_playbook
def test_a_playbook_takes_the_core_modules_and_its_extras_and_places_the_extras_in_meetings(
    book: Playbook,
) -> None:
    taken = set(book.training.everyone + book.training.mentor + book.training.mentee)
    placed = {code for meeting in book.meetings for code in meeting.modules}
    assert taken == CORE_MODULES | EXTRA_MODULES[book.slug]
    assert placed >= EXTRA_MODULES[book.slug]
    assert book.training.coordinator == ("C1",)


@each_playbook
def test_a_coordinator_finds_enough_to_launch_and_to_measure(book: Playbook) -> None:
    assert 2 <= len(book.objectives) <= 4
    assert len(book.measures) >= 3
    assert len(book.risks) >= 3
    assert len(book.before_launch) >= 5
    assert {topic.taught_by for topic in book.topics} == {"mentor", "mentee"}


@each_playbook
def test_the_source_note_says_who_wrote_the_meetings_and_claims_no_endorsement(book: Playbook) -> None:
    assert "written for Viceversa" in book.source_note
    assert "endorsed" in book.source_note
    assert re.search(r"article|report|confirmed|trade press|study", book.source_note)


@each_playbook
def test_a_playbook_begins_with_the_compass_looks_back_halfway_and_ends_with_the_close(
    book: Playbook,
) -> None:
    titles = [meeting.title.lower() for meeting in book.meetings]
    middle = titles[len(titles) // 3 : len(titles) - len(titles) // 3]
    assert titles[0].startswith("compass")
    assert any("halfway" in title for title in middle)
    assert "close" in titles[-1]


@each_playbook
def test_the_engine_accepts_the_rules_of_a_playbook(book: Playbook) -> None:
    lines = [f"{key} = {_toml_value(value)}" for key, value in book.rules.items()]
    policy = Policy.from_toml("\n".join(["[rules]", *lines]))
    assert policy.to_dict()["rules"].items() >= dict(book.rules).items()


def test_a_playbook_may_set_every_rule_of_the_engine_but_the_date_and_no_other() -> None:
    numbers = set(Policy.default().to_dict()["rules"]) - {"at_most", "share"}
    assert set(RULE_VALUES) == numbers - {"reference_date"}


@each_meeting
def test_both_sides_lead_a_part_of_each_meeting_and_somebody_commits_to_something(
    meeting: PlaybookMeeting,
) -> None:
    turns = {item.turn for item in meeting.agenda}
    assert turns >= {"mentor", "return"}
    assert any("commitment" in f"{item.title} {item.text}".lower() for item in meeting.agenda)


@each_meeting
def test_the_return_leaves_the_mentor_room_unless_the_leader_teaches_a_team(
    meeting: PlaybookMeeting,
) -> None:
    minutes: Counter[str] = Counter()
    for item in meeting.agenda:
        minutes[item.turn] += item.minutes
    leader_teaches = "teach" in meeting.title.lower()
    longest_return = meeting.minutes if leader_teaches else meeting.minutes * 0.6
    assert minutes["return"] <= longest_return
    assert minutes["mentor"] >= 10


@each_meeting
def test_a_meeting_is_prepared_by_both_and_its_purpose_is_one_sentence(meeting: PlaybookMeeting) -> None:
    assert re.fullmatch(r"[^.?]+[.?]", meeting.purpose), meeting.purpose
    assert len(meeting.prepare_mentor) > 40
    assert len(meeting.prepare_mentee) > 40
    assert meeting.closing.endswith(".")


def test_every_prompt_is_a_question_and_none_is_asked_twice() -> None:
    prompts = Counter(
        prompt
        for book in all_playbooks()
        for meeting in book.meetings
        for item in meeting.agenda
        for prompt in item.prompts
    )
    assert [prompt for prompt in prompts if not prompt.endswith("?")] == []
    assert [prompt for prompt, times in prompts.items() if times > 1] == []


@pytest.mark.parametrize("slug", THE_NINE)
def test_a_playbook_keeps_to_our_words(slug: str) -> None:
    text = the_file(slug).lower()
    assert [word for word in WORDS_WE_DO_NOT_USE if word in text] == []


def test_a_language_that_is_not_written_yet_is_shown_in_english() -> None:
    assert all_playbooks("de-AT") == all_playbooks()
    assert playbook("empower", "pt_BR").language == "en"


def test_a_translated_playbook_stands_in_front_of_the_english_one_and_the_rest_stay(tmp_path: Path) -> None:
    german, english = tmp_path / "de", tmp_path / "en"
    german.mkdir()
    english.mkdir()
    for slug in ("empower", "digital-care"):
        (english / f"{slug}.toml").write_text(the_file(slug), encoding="utf-8")
    translated = changed(the_file("empower"), ('title = "Empower"', 'title = "Gehör finden"'))
    (german / "empower.toml").write_text(translated, encoding="utf-8")
    (german / "README.md").write_text("not a playbook", encoding="utf-8")
    found = [(book.title, book.language) for book in read_folders([german, english])]
    assert found == [("Gehör finden", "de"), ("Digital Care", "en")]


def test_an_unknown_playbook_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownPlaybook, match=r'"empowr".*connected-leaders.*empower'):
        playbook("empowr")


def test_the_rules_of_a_cached_playbook_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        playbook("empower").rules["grade_gap_min"] = 0  # type: ignore[index]


def test_a_broken_playbook_names_every_problem_at_once() -> None:
    broken = changed(
        the_file("empower"),
        ('slug = "empower"', 'slug = "empower-2"'),
        ("months = 9", "months = 7"),
        ("cadence_days = 35", 'cadence_days = "35"'),
        ("grade_gap_min = 3", "grade_gap = 3"),
        ("teach_level_min = 1", "teach_level_min = 9"),
        ('everyone = ["B1", "B2", "B3", "B4", "B5"]', 'everyone = ["B1", "B3", "B4", "B5", "B9"]'),
        ('family = "culture"', 'family = "cultural"'),
        ('better = "higher"', 'better = "more"'),
        ('name = "Seeing through other eyes"', 'name = "  "'),
        ("number = 2\n", "number = 3\n"),
        ('turn = "both"', 'turn = "leader"'),
        ("minutes = 20", "minutes = 25"),
        ('modules = ["R5", "E2"]', 'modules = ["R3", "E2"]'),
        ("day = 63", "day = 20"),
    )
    found = problems_of(broken)
    assert found["slug"] == 'is "empower-2". Make it "empower", or rename the file'
    assert found["cadence_days"] == "is '35'. Give a whole number"
    assert found["rules.grade_gap"].endswith('Did you mean "grade_gap_min"? Otherwise take it out')
    assert found["rules.teach_level_min"] == "is 9. Give a whole number from 1 to 5"
    assert found["training.everyone"] == "leaves out B2. Add the core modules"
    assert found["topics[1].family"].startswith('is "cultural". Did you mean "culture"?')
    assert found["objectives[1].better"] == 'is "more". Known are higher, lower'
    assert found["measures[1].name"] == "is empty. Write it out"
    assert found["meetings[2].number"] == "is 3. Make it 2"
    assert found["meetings[1].agenda[1].turn"].startswith('is "leader". Known are both, mentor, return')
    assert found["meetings[1].agenda"].startswith("adds up to 80 minutes, and the meeting has 75")
    assert found["meetings[2].modules"].startswith("names R3, which nobody here takes")
    assert found["meetings[3].day"] == "is 20, and the meeting before is on day 28. Go later"
    assert found["meetings"].startswith("reaches day 245 of a programme of 7 months")


def test_a_module_that_does_not_exist_is_named() -> None:
    broken = changed(the_file("empower"), ('"R5", "R6"]', '"R5", "R6", "R7"]'))
    assert problems_of(broken)["training.mentor"] == 'names "R7". Known are R1, R2, R3, R4, R5, R6'


def test_a_topic_that_the_people_file_could_not_carry_is_named() -> None:
    broken = changed(the_file("empower"), ('name = "Being new here"', 'name = "Here: being new"'))
    assert problems_of(broken)["topics[3].name"].startswith('is "Here: being new". Leave out colons')


def test_topics_that_differ_in_capitals_only_are_named() -> None:
    broken = changed(the_file("empower"), ('name = "Being new here"', 'name = "BELONGING at work"'))
    assert problems_of(broken) == {"topics": 'lists "belonging at work" twice. Keep one of them'}


def test_a_gap_longer_than_the_cadence_is_named() -> None:
    broken = changed(the_file("empower"), ("day = 182", "day = 181"))
    assert list(problems_of(broken)) == ["meetings[8].day"]


def one_line_for_each_key() -> list[tuple[int, str]]:
    """Return line and key of the first appearance of each key in each kind of table."""
    found: dict[tuple[str, str], int] = {}
    table = ""
    inside_text = False
    for place, line in enumerate(the_file("empower").splitlines()):
        if line.startswith("["):
            table = line
        elif not inside_text and (key := re.match(r"(\w+) = ", line)):
            found.setdefault((table, key[1]), place)
        inside_text ^= line.count('"""') == 1
    return [(place, key) for (_, key), place in found.items()]


@pytest.mark.parametrize(("place", "key"), one_line_for_each_key())
def test_no_key_can_be_misspelt_unnoticed(place: int, key: str) -> None:
    lines = the_file("empower").splitlines()
    lines[place] = lines[place].replace(f"{key} = ", f"{key}x = ", 1)
    found = problems_of("\n".join(lines))
    misspelt = [words for where, words in found.items() if where.rpartition(".")[2] == f"{key}x"]
    assert misspelt == [f'is not a known key. Did you mean "{key}"? Otherwise take it out']


def test_an_empty_file_lists_what_a_playbook_needs_and_each_missing_table_once() -> None:
    found = problems_of("")
    assert {"slug", "who", "training", "rules", "topics", "objectives", "meetings"} <= set(found)
    assert not any(where.startswith(("who.", "training.")) for where in found)


def test_what_is_no_toml_or_no_utf8_is_refused_with_its_place() -> None:
    assert "at line 2" in problems_of('slug = "empower"\ntitle = Empower\n')[""]
    with pytest.raises(PlaybookProblems, match=r"byte 8 is not UTF-8\. Save the file as UTF-8"):
        read_playbook(b'slug = "\xff"', file="empower.toml", language="en")


def test_the_problems_of_all_files_come_together(tmp_path: Path) -> None:
    english = tmp_path / "en"
    english.mkdir()
    (english / "empower.toml").write_text(changed(the_file("empower"), ("months = 9", "months = 0")), encoding="utf-8")
    (english / "digital-care.toml").write_text("title = 3", encoding="utf-8")
    with pytest.raises(PlaybookProblems) as refused:
        read_folders([english])
    assert {problem.file for problem in refused.value.problems} == {"digital-care.toml", "empower.toml"}


def _toml_value(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
