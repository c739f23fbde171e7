"""What no official client sends: every request gets an answer that says what is wrong with it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

_FIELDS = (
    *("name", "catalog_name", "schema_name", "comment", "properties", "owner", "new_name", "changes", "add"),
    *("remove", "isolation_mode", "principal", "volume_type", "storage_location", "workspace_id"),
    *("assign_workspaces", "binding_type"),
)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["main", "flights", "SELECT"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=3),
    max_leaves=8,
)
_BODIES = st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=6)
_NAMES = st.sampled_from(
    ["main", "main.flights", "main.flights.x", "missing", "a.b.c.d", "", "é", "x" * 300]
) | st.text(max_size=6)
_PATHS = [
    ("POST", "catalogs"),
    ("PATCH", "catalogs/{}"),
    ("POST", "schemas"),
    ("PATCH", "schemas/{}"),
    ("GET", "schemas?catalog_name={}"),
    ("POST", "volumes"),
    ("GET", "volumes/{}"),
    ("GET", "tables/{}"),
    ("PATCH", "tables/{}"),
    ("POST", "models"),
    ("PATCH", "models/{}"),
    ("PATCH", "permissions/catalog/{}"),
    ("PATCH", "permissions/{}/main"),
    ("GET", "effective-permissions/schema/{}"),
    ("PATCH", "bindings/catalog/{}"),
    ("PATCH", "workspace-bindings/catalogs/{}"),
]


@pytest.mark.slow
def test_no_request_is_answered_with_an_internal_error(
    lakehouse: Lakehouse, make_catalog: Callable[[], str]
) -> None:
    """Bodies and names of any shape are refused in one line, or do what they say."""
    client = lakehouse.client("deployer")
    catalog = make_catalog()
    connection = http.client.HTTPConnection(urlsplit(client.config.host or "").netloc, timeout=10)
    headers = {"Authorization": f"Bearer {client.config.token}"}

    @settings(max_examples=150)
    @given(st.sampled_from(_PATHS), _NAMES, _BODIES)
    def ask(route: tuple[str, str], name: str, body: dict[str, Any]) -> None:
        method, path = route
        name = name.replace("main", catalog)
        url = f"/api/2.1/unity-catalog/{path.format(quote(name, safe='', errors='replace'))}"
        connection.request(method, url, json.dumps(body).replace('"main"', f'"{catalog}"'), headers)
        answer = connection.getresponse()
        document = json.loads(answer.read())
        assert answer.status < 500 or answer.status == 501, document
        if answer.status >= 400:
            assert document["error_code"]
            assert document["message"]
            assert answer.status == 501 or "\n" not in document["message"]

    try:
        ask()
    finally:
        connection.close()
        for each in client.catalogs.list():
            if each.name:
                client.catalogs.delete(each.name, force=True)
        client.catalogs.create(catalog)
