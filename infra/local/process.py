"""The account's process: it answers for the account and its workspaces until it is told to stop."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.folder import Folder
from infra.local.hook import RetrainingHook
from infra.local.people import IdentityProvider
from infra.local.profiles import Profiles
from infra.local.provider.server import ProviderServer
from infra.local.workspace.platform import LocalAccount


class AlreadyRunningError(Exception):
    """Another process serves this folder."""


def serve(folder: Folder) -> None:
    """Serve the account in the foreground until SIGTERM or SIGINT."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with _only_one(folder), _account(folder) as account:
        server = ProviderServer(
            cache_dir=folder.root / "provider",
            config_file=folder.profiles,
            prepare=IdentityProvider(folder).prepare,
        )
        with server as provider:
            _announce(folder, account.host, provider.reattach())
            stopped.wait()
            folder.ready.unlink(missing_ok=True)


@contextmanager
def _only_one(folder: Folder) -> Iterator[None]:
    folder.root.mkdir(parents=True, exist_ok=True)
    with folder.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(f"{folder.root} is served by another process already") from error
        yield


@contextmanager
def _account(folder: Folder) -> Iterator[LocalAccount]:
    account = LocalAccount(folder.root)
    account.start()
    account.mlflow.start()  # takes seconds; whoever comes first need not wait for all of them
    profiles = Profiles(folder.profiles)
    if "account" not in profiles:
        first = account.first_principal()
        profiles.put(
            "account",
            host=account.host,
            account_id=account.account_id,
            client_id=first.client_id,
            client_secret=first.client_secret,
        )
    hook = RetrainingHook(folder)
    hook.start()
    try:
        yield account
    finally:
        account.stop()
        hook.stop()


def _announce(folder: Folder, host: str, reattach: str) -> None:
    partial = folder.ready.with_suffix(".partial")
    partial.write_text(json.dumps({"pid": os.getpid(), "host": host, "reattach": reattach}))
    partial.replace(folder.ready)
