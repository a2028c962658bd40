"""The playbooks: everything a coordinator needs to run a programme, as data.

A playbook is one TOML file in `viceversa/playbooks/<language>/`.
The folder `en` holds all of them; another language may hold some, and the rest are shown in English.
Every file is checked completely when it is read, and `PlaybookProblems` carries all that is wrong with it.
What a playbook consists of stands in `playbook_content`, what a file must look like in `playbook_reader`.
"""

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
    "read_folder",
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
    found: dict[str, Playbook] = {}
    for folder in _folders(language):
        found = {book.slug: book for book in read_folder(folder)} | found
    return tuple(sorted(found.values(), key=lambda book: (book.number, book.slug)))


def playbook(slug: str, language: str = FALLBACK_LANGUAGE) -> Playbook:
    """Return one playbook; `UnknownPlaybook` names the known ones."""
    books = {book.slug: book for book in all_playbooks(language)}
    if slug not in books:
        raise UnknownPlaybook(slug, known=tuple(books))
    return books[slug]


def read_folder(folder: Traversable) -> tuple[Playbook, ...]:
    """Read all playbooks of a folder named for its language; `PlaybookProblems` when any has a problem."""
    books: list[Playbook] = []
    problems: list[TableProblem] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".toml"):
            continue
        try:
            books.append(read_playbook(entry.read_bytes(), file=entry.name, language=folder.name))
        except PlaybookProblems as refused:
            problems.extend(refused.problems)
    if problems:
        raise PlaybookProblems(tuple(problems))
    return tuple(books)


def _folders(language: str) -> tuple[Traversable, ...]:
    """Return the folders to look in, the nearest first: `pt-br`, then `pt`, then English."""
    wanted = language.lower().replace("_", "-")
    names = dict.fromkeys([wanted, wanted.partition("-")[0], FALLBACK_LANGUAGE])
    home = files("viceversa") / "playbooks"
    written = {entry.name: entry for entry in home.iterdir() if entry.is_dir()}
    return tuple(written[name] for name in names if name in written)
