"""What a Git folder is checked for before it is cloned."""

from __future__ import annotations

import pytest

from infra.local.provider.engine.resource import InvalidError
from infra.local.provider.resources.repos import Repo, find_provider


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://github.com/a/b.git", "gitHub"),
        ("https://DEV.azure.com/a/b", "azureDevOpsServices"),
        ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/a", "awsCodeCommit"),
    ],
)
def test_the_provider_follows_from_the_host(url: str, provider: str) -> None:
    """Of those that the official provider knows."""
    assert find_provider(url) == provider


def test_an_unknown_host_needs_a_provider() -> None:
    """As there."""
    with pytest.raises(InvalidError, match="can't detect provider"):
        find_provider("https://git.example.com/a/b")


@pytest.mark.parametrize(
    ("url", "path", "message"),
    [
        ("git@github.com:a/b.git", None, "none of the schemes"),
        ("https://github.com/a/b", "/Repos/b", "3 components"),
        ("https://github.com/a/b", "/Repos/a/b/c", "3 components"),
    ],
)
def test_mistakes_are_refused(url: str, path: str | None, message: str) -> None:
    """While planning."""
    with pytest.raises(InvalidError, match=message):
        Repo().check({"url": url, "path": path})


@pytest.mark.parametrize("path", ["/Repos/a/b", "/Repos/a/b/", "/Projects/b", None])
def test_anything_else_is_a_path(path: str | None) -> None:
    """Git folders may stand anywhere."""
    Repo().check({"url": "file:///tmp/a", "path": path})
