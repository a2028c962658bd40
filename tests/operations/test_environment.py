"""The environment is read once, and nonsense stops the start with one sentence that names the variable."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from viceversa.config.env import Environment, EnvironmentProblem


def refusal(ask, **variables):
    with pytest.raises(EnvironmentProblem) as stopped:
        ask(Environment(variables))
    sentence = str(stopped.value.code)
    assert sentence.count("; it must be ") == 1
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    "value",
    [
        "mentoring.example.org",
        "ftp://mentoring.example.org",
        "https://",
        "//x",
        "http:/x",
        "http://[bad",
        "https://m.example:99999",
        "https://m.example:0",
        "https://m.example?a=b",
        "https://m.example/?",
        "https://m.example/#top",
        "https://m .example",
    ],
)
def test_an_address_must_be_a_whole_one(value):
    sentence = refusal(lambda env: env.base_url("VICEVERSA_BASE_URL", ""), VICEVERSA_BASE_URL=value)
    assert sentence.startswith(f"VICEVERSA_BASE_URL is {value!r}")
    assert "https://mentoring.example.org" in sentence


def test_an_address_that_carries_a_password_is_refused_and_does_not_show_it():
    assert "hunter2" not in refusal(lambda env: env.base_url("B", ""), B="https://anna:hunter2@m.example")


def test_an_address_loses_its_last_stroke():
    assert Environment({"B": " https://m.example/ "}).base_url("B", "") == "https://m.example"


@pytest.mark.parametrize(
    "value",
    [
        "mysql://u@h/n",
        "postgresql://u@h",
        "sqlite:",
        "viceversa.sqlite3",
        "postgres:///",
        "postgresql://h:abc/x",
        "postgresql://[bad/x",
        "sqlite:////tmp/a#b.sqlite3",
    ],
)
def test_a_database_must_be_one_of_two_kinds(value):
    sentence = refusal(lambda env: env.database("VICEVERSA_DATABASE_URL", ""), VICEVERSA_DATABASE_URL=value)
    assert "sqlite:///path/to/file or postgresql://" in sentence


@pytest.mark.parametrize(
    "value",
    [
        "mysql://u:hunter2@h/n",
        "postgresql://u:hunter2@h:abc/x",
        "postgresql://u:hunter2/more@h/x",
        "postgresql://u:12#hunter2@h/x",
        "postgresql://u:more@hunter2@h:abc/x",
        "postgresql://u:hunter2",
        "postgresql://[h?password=hunter2",
        "postgresql:u:hunter2@h/x",
    ],
)
def test_a_refused_address_does_not_show_its_password(value):
    assert "hunter2" not in refusal(lambda env: env.database("D", ""), D=value)
    assert "hunter2" not in refusal(lambda env: env.smtp("S"), S=value.replace("postgresql", "smtps"))


def test_a_database_s_parts_are_read_and_decoded():
    found = Environment({"D": "postgresql://us%40er:p%2Fw@db.example:5433/vice?sslmode=require"}).database("D", "")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("us@er", "p/w", "db.example", "5433")
    assert (found["NAME"], found["OPTIONS"]) == ("vice", {"sslmode": "require"})


def test_a_path_with_a_space_is_a_path():
    assert Environment({"D": "sqlite:////tmp/a%20b/v.sqlite3"}).database("D", "")["NAME"] == "//tmp/a b/v.sqlite3"


@pytest.mark.parametrize(
    "value", ["mail.example.org:25", "http://mail.example.org", "smtp://", "smtp://h:abc", "smtp://[h"]
)
def test_a_mail_server_must_be_one(value):
    sentence = refusal(lambda env: env.smtp("VICEVERSA_SMTP_URL"), VICEVERSA_SMTP_URL=value)
    assert sentence.startswith("VICEVERSA_SMTP_URL is")
    assert "smtps://user:password@host:465" in sentence


@pytest.mark.parametrize(
    ("value", "port", "ssl", "tls"),
    [
        ("smtp://m", 25, False, False),
        ("smtps://u:p@m", 465, True, False),
        ("smtp+starttls://u:p@m", 587, False, True),
        ("smtp://m:1025", 1025, False, False),
    ],
)
def test_a_mail_server_s_parts_are_read(value, port, ssl, tls):
    found = Environment({"S": value}).smtp("S")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("m", port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)


@pytest.mark.parametrize(
    "value", ["Mentoring", "Mentoring <mentoring>", "Mentoring, Team <a@b.example>", "a@b.example, c@d.example", "a@"]
)
def test_a_sender_must_be_one_address(value):
    sentence = refusal(lambda env: env.sender("VICEVERSA_MAIL_FROM", ""), VICEVERSA_MAIL_FROM=value)
    assert sentence.startswith(f"VICEVERSA_MAIL_FROM is {value!r}")


@pytest.mark.parametrize("value", ["Mentoring <m@b.example>", "m@b.example", "viceversa@localhost", '"A, B" <a@b>'])
def test_a_sender_is_kept_as_it_was_given(value):
    assert Environment({"M": value}).sender("M", "") == value


def test_a_name_that_nothing_asked_for_is_unknown_and_has_a_nearest():
    env = Environment({"VICEVERSA_DATABSE_URL": "x", "VICEVERSA_LOG_FORMAT_FILE": "", "VICEVERSA_QQQ": "", "HOME": "/"})
    env.text("VICEVERSA_DATABASE_URL")
    env.text("VICEVERSA_LOG_FORMAT")
    assert env.unknown() == {"VICEVERSA_DATABSE_URL": "VICEVERSA_DATABASE_URL", "VICEVERSA_QQQ": ""}


@pytest.mark.parametrize("name", ["VICEVERSA_SECRET_KEY", "VICEVERSA_METRICS_TOKEN"])
def test_a_short_secret_is_refused_and_not_shown(name):
    sentence = refusal(lambda env: env.long_secret(name), **{name: "hunter2"})
    assert "hunter2" not in sentence
    assert "at least 32 characters" in sentence


def test_a_choice_must_be_among_those_offered():
    sentence = refusal(
        lambda env: env.choice("VICEVERSA_LOG_FORMAT", ("text", "json"), "text"), VICEVERSA_LOG_FORMAT="xml"
    )
    assert sentence == "VICEVERSA_LOG_FORMAT is 'xml'; it must be one of text, json."


def test_a_folder_must_not_be_a_file(tmp_path):
    place = tmp_path / "file"
    place.write_text("")
    sentence = refusal(lambda env: env.folder("VICEVERSA_DATA_DIR", tmp_path), VICEVERSA_DATA_DIR=str(place))
    assert "a folder, and a file stands there" in sentence


def test_a_secret_comes_from_its_file_which_wins(tmp_path):
    place = tmp_path / "secret"
    place.write_text("  from the file\n", encoding="utf-8")
    assert Environment({"S": "from the variable", "S_FILE": str(place)}).text("S") == "from the file"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_secret_s_file_that_cannot_be_read_is_named(content, tmp_path):
    place = tmp_path / "secret"
    if content is not None:
        place.write_bytes(content)
    sentence = refusal(lambda env: env.text("VICEVERSA_SECRET_KEY"), VICEVERSA_SECRET_KEY_FILE=str(place))
    assert sentence.startswith("VICEVERSA_SECRET_KEY_FILE is ")


def test_a_secret_is_made_once_and_its_owner_s_to_read(tmp_path):
    place = tmp_path / "new" / "secret-key"
    made = Environment({}).secret_key("VICEVERSA_SECRET_KEY", place)
    assert len(made) >= 32
    assert Environment({}).secret_key("VICEVERSA_SECRET_KEY", place) == made
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VICEVERSA_BASE_URL", "http://[bad"),
        ("VICEVERSA_DATABASE_URL", "postgresql://h:99999/x"),
        ("VICEVERSA_SMTP_URL", "smtp://[h"),
        ("VICEVERSA_MAIL_FROM", "nonsense"),
        ("VICEVERSA_LOG_FORMAT", "nonsense"),
    ],
)
def test_the_start_stops_with_the_sentence_and_no_traceback(name, value, tmp_path):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VICEVERSA_")}
    environment = kept | {"VICEVERSA_DATA_DIR": str(tmp_path), name: value}
    command = [sys.executable, "-m", "viceversa.cli", "doctor"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{name} is {value!r}; it must be ")
    assert done.stderr.count("\n") == 1
