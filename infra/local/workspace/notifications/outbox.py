"""What is to be delivered, kept until it is: by threads of its own, after a restart too."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from infra.local.workspace.notifications.webhooks import DeliveryError
from infra.local.workspace.store import Document, Store

_log = logging.getLogger(__name__)
_THREADS = 4


class Outbox:
    """Delivers each letter at least once: a killed account may repeat the last, with the same content.

    A letter that fails is tried again after each of `retry_seconds`, unless a repetition can't help;
    then it is given up, and the log says so.
    """

    def __init__(
        self, store: Store, deliver: Callable[[Document], None], *, retry_seconds: Sequence[float]
    ) -> None:
        self._store = store
        self._letters = store.collection("outbox")
        self._deliver = deliver
        self._retry_seconds = retry_seconds
        self._stopped = threading.Event()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="outbox")

    def start(self) -> None:
        """Deliver what the last account left."""
        for key, letter in self._letters.items():
            self._threads.submit(self._try_all, key, letter)

    def stop(self) -> None:
        """Deliver no more; what is left is delivered after the next start."""
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)

    def put(self, letter: Document) -> None:
        """Deliver a letter soon; it is kept when this returns."""
        key = f"{self._store.next_number('outbox'):012}"
        self._letters.put(key, letter)
        with suppress(RuntimeError):  # the account is being stopped: delivered after its next start
            self._threads.submit(self._try_all, key, letter)

    def _try_all(self, key: str, letter: Document) -> None:
        for wait in (*self._retry_seconds, None):
            if self._stopped.is_set() or self._is_settled(key, letter, last=wait is None):
                return
            self._stopped.wait(wait)

    def _is_settled(self, key: str, letter: Document, *, last: bool) -> bool:
        try:
            self._deliver(letter)
        except DeliveryError as error:
            if error.passing and not last:
                return False
            _log.warning("Could not deliver %r: %s", letter["subject"], error)
        except Exception:
            _log.exception("Could not deliver %r", letter["subject"])
        self._letters.delete(key)
        return True
