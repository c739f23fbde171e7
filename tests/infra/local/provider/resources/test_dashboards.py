"""When the content of a dashboard is a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.local.provider.engine.resource import InvalidError, NotServedError
from infra.local.provider.resources.contents import checksum
from infra.local.provider.resources.dashboards import Dashboard
from infra.local.provider.wire.msgpack import UNKNOWN

ONE, TWO = '{"pages": []}', '{"pages": [{}]}'
STATE: dict[str, Any] = {
    "display_name": "flights",
    "parent_path": "/Shared",
    "warehouse_id": "w1",
    "serialized_dashboard": ONE,
    "file_path": None,
    "embed_credentials": True,
    "dashboard_change_detected": None,
    "md5": checksum(ONE.encode()),
    "etag": "1",
    "update_time": "then",
    "path": "/Shared/flights.lvdash.json",
}


def plan(prior: dict[str, Any], **declared: Any) -> dict[str, Any]:
    """What is planned for a declaration."""
    planned = {**prior, "dashboard_change_detected": None, **declared}
    config = {"serialized_dashboard": None, "file_path": None, **declared}
    Dashboard().plan(config, prior, planned)
    return planned


def test_the_same_content_is_no_change_however_the_api_spells_it() -> None:
    """By its MD5: what was read back may have other blanks."""
    told = {**STATE, "serialized_dashboard": '{ "pages": [ ] }'}
    planned = plan(told, serialized_dashboard=ONE)
    assert planned == told


def test_another_content_is_written() -> None:
    """The MD5 stands in the plan; the etag is known once that is done."""
    planned = plan(STATE, serialized_dashboard=TWO)
    assert (planned["md5"], planned["etag"]) == (checksum(TWO.encode()), UNKNOWN)
    assert planned["path"] == STATE["path"]
    assert plan(STATE, serialized_dashboard=ONE, display_name="other")["path"] is UNKNOWN


def test_what_somebody_changed_is_written_again() -> None:
    """An etag that is not Terraform's own says so, though the declaration is the same."""
    changed = {**STATE, "serialized_dashboard": TWO, "dashboard_change_detected": True}
    planned = plan(changed, serialized_dashboard=ONE)
    assert planned["serialized_dashboard"] == ONE
    assert planned["etag"] is UNKNOWN


def test_content_may_come_from_a_file(tmp_path: Path) -> None:
    """By an absolute path, as the provider runs elsewhere; a change of the file is one of the dashboard."""
    file = tmp_path / "flights.lvdash.json"
    with pytest.raises(InvalidError, match="no file"):
        Dashboard().check({"file_path": str(file)})
    with pytest.raises(NotServedError, match="relative"):
        Dashboard().check({"file_path": "flights.lvdash.json"})
    file.write_text(ONE)
    Dashboard().check({"file_path": str(file)})
    state = {**STATE, "serialized_dashboard": None, "file_path": str(file)}
    assert plan(state, file_path=str(file)) == state
    file.write_text(TWO)
    assert plan(state, file_path=str(file))["md5"] == checksum(TWO.encode())


def test_content_that_is_not_known_yet_has_no_checksum() -> None:
    """It names what another resource will tell."""
    assert plan(STATE, serialized_dashboard=UNKNOWN)["md5"] is UNKNOWN
