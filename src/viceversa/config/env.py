"""Reads the environment once, and refuses nonsense in one sentence that names the variable."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from difflib import get_close_matches
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from viceversa.accounts.secret_files import write_secret

PREFIX = "VICEVERSA_"
A_WEB_ADDRESS = "an address such as https://mentoring.example.org, without a query or a fragment"
A_DATABASE = "sqlite:///path/to/file or postgresql://user:password@host/name"
A_MAIL_SERVER = "smtps://user:password@host:465, smtp+starttls:// or smtp://"
A_SENDER = "one mail address, such as Mentoring <mentoring@example.org>"


class EnvironmentProblem(SystemExit):
    """A variable holds nonsense. The start stops; the message names the variable and what it may hold."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name} is {value!r}; it must be {expected}.")


class Environment:
    """The process's variables, each readable from itself or from the file named by ``<NAME>_FILE``."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The variable's text; a ``_FILE`` twin wins, because secrets come that way."""
        self._known |= {name, f"{name}_FILE"}
        file_name = self._variables.get(f"{name}_FILE", "")
        if not file_name:
            return self._variables.get(name, default).strip()
        try:
            return Path(file_name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise EnvironmentProblem(f"{name}_FILE", file_name, "a text file that can be read") from problem

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise EnvironmentProblem(name, value, "one of " + ", ".join(allowed))
        return value

    def folder(self, name: str, default: Path) -> Path:
        value = self.text(name)
        path = Path(value).expanduser().resolve() if value else default
        if path.exists() and not path.is_dir():
            raise EnvironmentProblem(name, value, "a folder, and a file stands there")
        return path

    def base_url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        parts = _address(name, value, expected=A_WEB_ADDRESS)
        whole = parts.scheme in ("http", "https") and parts.hostname
        if not whole or "@" in parts.netloc or re.search(r"[?#\s]", value):
            raise EnvironmentProblem(name, _without_password(value), A_WEB_ADDRESS)
        return value.rstrip("/")

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Django's settings for ``sqlite:///path`` or ``postgresql://user:password@host:port/name``."""
        value = self.text(name, default)
        parts = _address(name, value, expected=A_DATABASE)
        if parts.scheme == "sqlite" and parts.path:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path)}
        path = unquote(parts.path.lstrip("/"))
        if parts.scheme not in ("postgres", "postgresql") or "://" not in value or not path:
            raise EnvironmentProblem(name, _without_password(value), A_DATABASE)
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": path,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": options.pop("port", str(parts.port or "")),
            "OPTIONS": options,
        }

    def smtp(self, name: str) -> dict[str, Any]:
        """Django's mail settings for ``smtp://`` (STARTTLS where offered by name), ``smtps://`` or nothing."""
        value = self.text(name)
        if not value:
            return {}
        parts = _address(name, value, expected=A_MAIL_SERVER)
        if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
            raise EnvironmentProblem(name, _without_password(value), A_MAIL_SERVER)
        return {
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or {"smtp": 25, "smtps": 465}.get(parts.scheme, 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        }

    def sender(self, name: str, default: str) -> str:
        """Whom letters come from: one address, with or without a name before it."""
        value = self.text(name, default)
        found = getaddresses([value])
        if len(found) != 1 or not re.fullmatch(r"[^@\s]+@[^@\s]+", found[0][1]) or re.search(r"[\r\n]", value):
            raise EnvironmentProblem(name, value, A_SENDER)
        return value

    def long_secret(self, name: str) -> str:
        """The secret given, or nothing; one short enough to be guessed is refused."""
        given = self.text(name)
        if given and len(given) < 32:
            raise EnvironmentProblem(name, "…", "at least 32 characters long")
        return given

    def secret_key(self, name: str, kept_in: Path) -> str:
        """The given secret, or one made once and kept in a file that only its owner can read."""
        if given := self.long_secret(name):
            return given
        if not kept_in.exists():
            kept_in.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_secret(kept_in, secrets.token_urlsafe(48))
        return kept_in.read_text(encoding="ascii").strip()

    def unknown(self) -> dict[str, str]:
        """Names with our prefix that nothing has asked for, each with the nearest that was, or nothing.

        Complete once the settings are read, because every variable is read there.
        """
        names = sorted(name for name in self._variables if name.upper().startswith(PREFIX) and name not in self._known)
        known = [name.removeprefix(PREFIX) for name in sorted(self._known)]
        near = {name: get_close_matches(name.upper().removeprefix(PREFIX), known, n=1) for name in names}
        return {name: PREFIX + found[0] if found else "" for name, found in near.items()}


def _address(name: str, value: str, *, expected: str) -> SplitResult:
    """The parts of an address, whose ``port`` can be read. Brackets and ports that are none are refused here."""
    try:
        parts = urlsplit(value)
        readable = parts.port != 0 and not parts.fragment  # a bare # ends a password or a path too early
    except ValueError:
        readable = False
    if not readable:
        raise EnvironmentProblem(name, _without_password(value), expected)
    return parts


def _without_password(value: str) -> str:
    """The value as it may be shown, also where it is too broken to know which part is the password."""
    scheme, slashes, rest = value.partition("://") if "://" in value else ("", "", value)
    shown = f"…@{rest.rpartition('@')[2]}" if "@" in rest else re.sub(r":(?!\d*(?:/|$)).*", ":…", rest)
    return re.sub(r"(?i)(password=)[^&]*", r"\1…", scheme + slashes + shown)
