"""The tests' own installation: a data folder of their own, SQLite by default, PostgreSQL where asked.

``VICEVERSA_DATABASE_URL`` and ``VICEVERSA_KEY_STORE_URL`` choose the databases; `make test` runs the suite on
both. No test reads the system's clock through the product: ``clock`` is theirs to move.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

_folder = tempfile.mkdtemp(prefix="viceversa-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["VICEVERSA_DATA_DIR"] = _folder
os.environ.setdefault("VICEVERSA_DATABASE_URL", f"sqlite://{_folder}/tests.sqlite3")
os.environ.setdefault("VICEVERSA_KEY_STORE_URL", f"sqlite://{_folder}/test-keys.sqlite3")
os.environ["VICEVERSA_SECRET_KEY"] = "for-tests-only-" + "x" * 40
os.environ["VICEVERSA_BASE_URL"] = "http://testserver"
os.environ["VICEVERSA_ORGANISATION"] = "Northmoor"
for _name in ("VICEVERSA_SMTP_URL", "VICEVERSA_FIELD_KEY_FILE"):
    os.environ.pop(_name, None)
# Named here and not in pyproject.toml: pytest-django would read the settings before this file has spoken.
os.environ["DJANGO_SETTINGS_MODULE"] = "viceversa.config.settings"
(Path(_folder) / "static").mkdir()  # whitenoise warns where it is missing, and a warning fails a test

BOTH = ["default", "keys"]


class MovableClock:
    """The time, as the tests say it is."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


NOON = datetime(2026, 6, 23, 9, 0, tzinfo=UTC)


def pytest_configure() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; argon2 has its own test
    settings.AXES_ENABLED = False
    settings.ALLOWED_HOSTS = ["*"]
    for alias, database in settings.DATABASES.items():
        if database["ENGINE"].endswith("sqlite3"):  # a file, so that threads and a browser's server share it
            database.setdefault("TEST", {})["NAME"] = f"{_folder}/{alias}-under-test.sqlite3"
        if database["ENGINE"].endswith("postgresql"):
            database["OPTIONS"].pop("pool", None)  # a pool keeps connections that the test database must lose


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whoever uses both databases before pytest-django decides which ones to make."""
    for item in items:
        if "db_both" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=BOTH))


@pytest.fixture
def clock(settings: object) -> MovableClock:
    movable = MovableClock(NOON)
    settings.CLOCK = movable  # type: ignore[attr-defined]
    return movable


@pytest.fixture
def data_dir() -> Path:
    return Path(_folder)


@pytest.fixture(autouse=True)
def keys_of_its_own(tmp_path: Path, settings: object) -> None:
    """Each test has a master key of its own, so none can lean on another's."""
    settings.FIELD_KEY_FILE = tmp_path / "field-key"  # type: ignore[attr-defined]


@pytest.fixture
def northmoor(db_both: None, clock: MovableClock) -> Northmoor:
    """A small organisation in mid-programme, with everybody the access table speaks of."""
    from tests.personas import build_northmoor

    return build_northmoor(now=clock())


@pytest.fixture
def db_both(request: pytest.FixtureRequest) -> None:
    """Both databases: the product's and the key store."""
    request.applymarker(pytest.mark.django_db(databases=BOTH))
    request.getfixturevalue("db")


from tests.personas import Northmoor  # noqa: E402
