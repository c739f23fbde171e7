"""Names of experiments, inside the server and outside."""

from __future__ import annotations

import pytest

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.mlflow import names


def test_a_name_comes_back_as_it_went_in() -> None:
    """Workspace and path are found in what the server calls an experiment, deleted or not."""
    assert names.outside(names.inside(12, "/Shared/a:b")) == (12, "/Shared/a:b")
    assert names.outside(names.inside_deleted(12, "/Shared/a", "7")) == (12, "/Shared/a")
    assert names.outside("Default") is None


@pytest.mark.parametrize("path", ["flights", "", None, "/Shared/x/", "/a\x1fb"])
def test_a_name_must_be_an_absolute_path(path: str | None) -> None:
    """As on Databricks, where an experiment is an object of the workspace."""
    with pytest.raises(InvalidParameterError, match="must be an absolute path"):
        names.check(path)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", "name LIKE '5:%'"),
        ("name = '/a'", "name LIKE '5:%' AND name = '5:/a'"),
        ("attribute.name ILIKE '%x%'", "name LIKE '5:%' AND attribute.name ILIKE '5:%x%'"),
        ("tags.name = 'x'", "name LIKE '5:%' AND tags.name = 'x'"),
        ("tags.k = \"name = '/a'\"", "name LIKE '5:%' AND tags.k = \"name = '/a'\""),
        (
            "name != \"/a\" AND name LIKE '/b%'",
            "name LIKE '5:%' AND name != \"5:/a\" AND name LIKE '5:/b%'",
        ),
    ],
)
def test_filters_find_only_this_workspace(given: str, expected: str) -> None:
    """Names in a filter get the workspace's prefix; quoted text that looks like one does not."""
    assert names.inside_filter(5, given) == expected
