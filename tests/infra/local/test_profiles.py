"""The credentials file that every Databricks client reads."""

from __future__ import annotations

from pathlib import Path

from infra.local.profiles import Profiles


def test_what_is_put_is_read_by_clients(tmp_path: Path) -> None:
    """A profile is on disk at once, in the format of the SDK."""
    path = tmp_path / "databrickscfg"
    Profiles(path).put("dana-dev", host="http://127.0.0.1:1", token="100%secret")
    profiles = Profiles(path)
    assert profiles.names() == ["dana-dev"]
    assert profiles.get("dana-dev") == {"host": "http://127.0.0.1:1", "token": "100%secret"}
    assert "dana-prod" not in profiles


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    """Only the file's owner may read it, also while it is replaced."""
    path = tmp_path / "databrickscfg"
    for name in ("account", "dev"):
        Profiles(path).put(name, host="http://127.0.0.1:1")
        assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_removed_is_forgotten(tmp_path: Path) -> None:
    """A profile that is removed is gone from the disk; the others stay."""
    path = tmp_path / "databrickscfg"
    profiles = Profiles(path)
    for name in ("dana-qa", "dana-dev"):
        profiles.put(name, host="http://127.0.0.1:1")
    profiles.remove("dana-qa")
    assert Profiles(path).names() == ["dana-dev"]
