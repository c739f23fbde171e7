"""The account's outgoing e-mail: a Maildir, which any mail program opens."""

from __future__ import annotations

import mailbox
import threading
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path

_DOMAIN = "databricks.local"
_SENDER = f"Databricks <noreply@{_DOMAIN}>"


class Mail:
    """Puts messages into a folder instead of sending them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()  # of two who find no folder, one would fail to make it

    def deliver(self, addresses: Sequence[str], subject: str, text: str) -> None:
        """Write one message to all addresses; it is there whole or not at all."""
        message = EmailMessage()
        message["From"] = _SENDER
        message["To"] = ", ".join(addresses)
        message["Subject"] = " ".join(subject.split())
        message["Date"] = localtime()
        message["Message-ID"] = make_msgid(domain=_DOMAIN)
        message.set_content(text, cte="8bit")  # so that the file reads as the text does
        with self._lock:
            mailbox.Maildir(self._folder).add(message)
