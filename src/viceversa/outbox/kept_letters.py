"""Mail where no server is set: every letter is kept as a file that a mail program opens.

Letters carry links that sign people in, so nobody but the owner of the process may read them.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

ID_SHOWN = 80  # characters of the Message-ID in a file's name


class KeptLetters(BaseEmailBackend):
    """Keeps one ``.eml`` file a letter in ``EMAIL_FILE_PATH``, named by when it left and by its Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each letter; how many there were. Raises ``OSError`` where the folder cannot be written."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)  # one that stood before may have been open
        addressed = [message for message in email_messages if message.recipients()]
        for message in addressed:
            _keep(message, folder=folder)
        return len(addressed)


def _keep(message: EmailMessage, *, folder: Path) -> None:
    """Write beside and rename, so that a letter is there whole or not at all."""
    letter = message.message()
    at = settings.CLOCK().strftime("%Y%m%dT%H%M%S.%fZ")
    name = re.sub(r"[^A-Za-z0-9]+", "-", str(letter["Message-ID"])).strip("-")[:ID_SHOWN]
    handle, beside = tempfile.mkstemp(dir=folder, suffix=".part")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(letter.as_bytes(linesep="\r\n"))  # type: ignore[call-arg]  # Django's own has it
        Path(beside).replace(folder / f"{at}-{name}.eml")
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
