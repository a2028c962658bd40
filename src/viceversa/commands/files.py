"""Files that people name on the command line: there, readable, and not too strange."""

from __future__ import annotations

from pathlib import Path

from viceversa.commands.outcome import FileProblem, InputRefused, WrongUsage


def require_files(*paths: Path | None) -> None:
    """Raise ``InputRefused`` naming every file that cannot be read."""
    problems = [problem for path in paths if path is not None and (problem := unreadable(path))]
    if problems:
        raise InputRefused(problems)


def unreadable(path: Path) -> FileProblem | None:
    """Why ``path`` cannot be read as a file, or None."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError:
        return _problem(path, "file_missing", "there is no such file; check the name and the folder")
    except IsADirectoryError:
        return _problem(path, "file_is_folder", "this is a folder; name a file in it")
    except PermissionError:
        return _problem(path, "file_forbidden", "you may not read this file; ask its owner or copy it")
    except (OSError, ValueError) as error:
        return _problem(path, "file_unreadable", f"the file cannot be read ({error}); try a copy of it")
    return None


def require_folder_or_nothing(path: Path, *, option: str) -> None:
    """Raise ``WrongUsage`` where something other than a folder stands at ``path``, or above it."""
    for place in (path, *path.parents):
        if place.is_dir():
            return
        if place.exists():
            raise WrongUsage(f"{option} {path}: {place} is a file; name a folder, new or existing.")


def _problem(path: Path, code: str, message: str) -> FileProblem:
    return FileProblem(file=str(path), line=0, column="", code=code, value=str(path), message=message)
