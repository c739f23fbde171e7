"""Reads what the account has mailed."""

from __future__ import annotations

import mailbox
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

_WAIT_SECONDS = 10


def wait_for_mail(account_folder: Path, subject: str = "") -> EmailMessage:
    """The first message whose subject contains a text, taken out of the box; TimeoutError without one."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        for key, message in _messages(account_folder):
            if subject in str(message["Subject"]):
                mailbox.Maildir(account_folder / "mail").remove(key)
                return message
        time.sleep(0.02)
    raise TimeoutError(f"no mail about {subject!r}")


def subjects(account_folder: Path) -> list[str]:
    """The subjects of all messages that lie in the box."""
    return sorted(str(message["Subject"]) for _, message in _messages(account_folder))


def _messages(account_folder: Path) -> list[tuple[str, EmailMessage]]:
    folder = account_folder / "mail"
    if not (folder / "new").exists():
        return []
    box = mailbox.Maildir(folder, create=False)
    found = []
    for key in box.keys():  # noqa: SIM118 (a mailbox iterates over messages, not keys)
        with box.get_file(key) as file:
            message = message_from_bytes(file.read(), policy=default)
        assert isinstance(message, EmailMessage)
        found.append((key, message))
    return found
