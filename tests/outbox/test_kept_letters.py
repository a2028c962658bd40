"""Without a mail server every letter is a file: a mail program opens it, and nobody but its owner."""

from __future__ import annotations

import email
import stat
from email import policy

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from viceversa.outbox.installation import mail_leaves


@pytest.fixture
def folder(settings, tmp_path, clock):
    settings.EMAIL_BACKEND = "viceversa.outbox.kept_letters.KeptLetters"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def letter(*, to="anna@example.org", number="01J/../x"):
    headers = {"Message-ID": f"<{number}@viceversa>"}
    message = EmailMultiAlternatives("Grüße", "Your link: https://m.example/x", "m@m.example", [to], headers=headers)
    message.attach_alternative("<p>Your link</p>", "text/html")
    return message


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_letter_is_one_file_that_reads_as_mail(folder):
    assert get_connection().send_messages([letter(number="1"), letter(number="2")]) == 2
    names = sorted(path.name for path in folder.iterdir())
    assert [name.partition("Z-")[2] for name in names] == ["1-viceversa.eml", "2-viceversa.eml"]
    content = (folder / names[0]).read_bytes()
    read = email.message_from_bytes(content, policy=policy.default)
    assert content.count(b"\n") == content.count(b"\r\n")
    assert (read["Subject"], read["To"], read["Message-ID"]) == ("Grüße", "anna@example.org", "<1@viceversa>")
    assert "https://m.example/x" in read.get_body(("plain",)).get_content()


def test_a_name_never_leaves_the_folder(folder):
    get_connection().send_messages([letter(number="../../../etc/x")])
    assert [path.name.partition("Z-")[2] for path in folder.iterdir()] == ["etc-x-viceversa.eml"]


def test_only_the_owner_reads_letters_also_in_a_folder_that_stood_open(folder):
    folder.mkdir(mode=0o755)
    get_connection().send_messages([letter()])
    assert mode(folder) == 0o700
    assert [mode(path) for path in folder.iterdir()] == [0o600]


def test_a_letter_to_nobody_is_not_kept(folder):
    nobody = letter()
    nobody.to = []
    assert get_connection().send_messages([nobody]) == 0
    assert list(folder.iterdir()) == []


def test_kept_letters_have_not_left(folder, settings):
    assert not mail_leaves()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert mail_leaves()
