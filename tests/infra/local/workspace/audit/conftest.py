"""An account whose audit table can be read."""

from __future__ import annotations

import pytest

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.audit.changes import Changes


@pytest.fixture(scope="module")
def changes(local_account: LocalAccount) -> Changes:
    """People who change things, and an auditor who reads of it."""
    return Changes(local_account)
