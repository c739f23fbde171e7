"""Bringing people into the local account's groups."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from databricks.sdk import AccountClient

from infra.local import daemon
from infra.local.folder import Folder
from infra.local.people import IdentityProvider


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """A running account to which a stack without workspaces was deployed."""
    folder = Folder(tmp_path / "account")
    daemon.start(folder)
    state = folder.root / "state" / "account.tfstate"
    state.parent.mkdir(exist_ok=True)
    state.write_text(json.dumps({"outputs": {}}))
    try:
        yield folder
    finally:
        daemon.stop(folder)


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_people_wait_for_their_group(folder: Folder) -> None:
    """Who belongs to a group that the account lacks comes once it is there; the others come now."""
    account = AccountClient(profile="account", config_file=str(folder.profiles))
    account.groups.create(display_name="ml-engineers")
    IdentityProvider(folder).bring_in()
    assert [user.user_name for user in account.users.list()] == ["emil@example.com"]
    scientists = account.groups.create(display_name="data-scientists")
    os.utime(folder.root / "state" / "account.tfstate", (0, 0))  # as if the account were deployed again
    IdentityProvider(folder).bring_in()
    (dana,) = account.users.list(filter='userName eq "dana@example.com"')
    members = account.groups.get(scientists.id or "").members or []
    assert [member.value for member in members] == [dana.id]
