"""The playbooks: everything a coordinator needs to run a programme, as data.

A playbook is one TOML file in `viceversa/playbooks/<language>/`.
The folder `en` holds all of them; another language may hold some, and the rest are shown in English.
Every file is checked completely when it is read, and `PlaybookProblems` carries all that is wrong with it.
What a playbook consists of stands in `playbook_content`, what a file must look like in `playbook_reader`.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from viceversa.programmes.checked_table import TableProblem
from viceversa.programmes.playbook_content import (
    AgendaItem,
    Playbook,
    PlaybookMeasure,
    PlaybookMeeting,
    PlaybookObjective,
    PlaybookRisk,
    PlaybookTopic,
    PlaybookTraining,
)
from viceversa.programmes.playbook_reader import PlaybookProblems, read_playbook

__all__ = [
    "AgendaItem",
    "Playbook",
    "PlaybookMeasure",
    "PlaybookMeeting",
    "PlaybookObjective",
    "PlaybookProblems",
    "PlaybookRisk",
    "PlaybookTopic",
    "PlaybookTraining",
    "UnknownPlaybook",
    "all_playbooks",
    "playbook",
    "read_folders",
    "read_playbook",
]

FALLBACK_LANGUAGE = "en"


class UnknownPlaybook(LookupError):
    """There is no playbook under this slug. Carries the slug and the known ones."""

    def __init__(self, slug: str, *, known: tuple[str, ...]) -> None:
        self.slug = slug
        self.known = known
        super().__init__(f'There is no playbook "{slug}". Known are {", ".join(known)}.')


@cache
def all_playbooks(language: str = FALLBACK_LANGUAGE) -> tuple[Playbook, ...]:
    """Return every playbook in `language` where it is written, in English otherwise, in their own order.

    Raises
    ------
    PlaybookProblems
        With every problem of every file.
    """
    return read_folders(_folders(language))


def playbook(slug: str, language: str = FALLBACK_LANGUAGE) -> Playbook:
    """Return one playbook; `UnknownPlaybook` names the known ones."""
    books = {book.slug: book for book in all_playbooks(language)}
    if slug not in books:
        raise UnknownPlaybook(slug, known=tuple(books))
    return books[slug]


def read_folders(folders: Sequence[Traversable]) -> tuple[Playbook, ...]:
    """Read the playbooks of folders named for their languages; the first folder that has one wins.

    Raises
    ------
    PlaybookProblems
        With every problem of every file in every folder.
    """
    found: dict[str, Playbook] = {}
    problems: list[TableProblem] = []
    for folder in folders:
        for entry in _playbook_files(folder):
            try:
                book = read_playbook(entry.read_bytes(), file=entry.name, language=folder.name)
            except PlaybookProblems as refused:
                problems.extend(refused.problems)
            else:
                found.setdefault(book.slug, book)
    if problems:
        raise PlaybookProblems(tuple(problems))
    return tuple(sorted(found.values(), key=lambda book: (book.number, book.slug)))


def _playbook_files(folder: Traversable) -> list[Traversable]:
    entries = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return sorted(entries, key=lambda entry: entry.name)


def _folders(language: str) -> tuple[Traversable, ...]:
    """Return the folders to look in, the nearest first: `pt-br`, then `pt`, then English."""
    wanted = language.lower().replace("_", "-")
    names = dict.fromkeys([wanted, wanted.partition("-")[0], FALLBACK_LANGUAGE])
    home = files("viceversa") / "playbooks"
    written = {entry.name: entry for entry in home.iterdir() if entry.is_dir()}
    return tuple(written[name] for name in names if name in written)
