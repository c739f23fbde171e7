"""What a running account's parts are called in settings."""

from __future__ import annotations

import pytest

from infra.adoption.running import environment_names


@pytest.mark.parametrize(
    ("workspaces", "names"),
    [
        (["acme-ml-dev", "acme-ml-prod"], {"acme-ml-dev": "dev", "acme-ml-prod": "prod"}),
        (["Dev", "Prod"], {"Dev": "dev", "Prod": "prod"}),
        (["acme prod 1", "acme preprod 1"], {"acme prod 1": "prod_1", "acme preprod 1": "preprod_1"}),
        (["acme-prod"], {"acme-prod": "prod"}),
        (["team-1", "team-2"], {"team-1": "env_1", "team-2": "env_2"}),
    ],
    ids=lambda value: "-".join(value).replace(" ", "_"),
)
def test_environments_are_named_by_what_tells_them_apart(
    workspaces: list[str], names: dict[str, str]
) -> None:
    """What all workspaces' names begin with is left out, and the rest can be a file's name."""
    assert environment_names(workspaces) == names
