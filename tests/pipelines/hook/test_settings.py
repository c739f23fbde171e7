"""The hook's environment variables."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.hook.settings import SettingsError, read_settings
from tests.pipelines.hook.conftest import PASSWORD


@pytest.fixture
def environment(certificate: tuple[Path, Path], tmp_path: Path) -> dict[str, str]:
    """What must be set."""
    return {
        "HOOK_CERTIFICATE": str(certificate[0]),
        "HOOK_KEY": str(certificate[1]),
        "HOOK_USERNAME": "databricks",
        "HOOK_PASSWORD": PASSWORD,
        "HOOK_JOB": "flights-training",
        "HOOK_STATE": str(tmp_path / "hook.db"),
    }


def test_the_rest_has_defaults(environment: dict[str, str]) -> None:
    """Port and pause need not be given, and the password is in no representation."""
    settings = read_settings(environment)
    assert (settings.host, settings.port, settings.between_starts) == ("0.0.0.0", 8443, timedelta(hours=1))  # noqa: S104 - what it is by default
    assert PASSWORD not in repr(settings)


def test_everything_missing_is_told_at_once() -> None:
    """One line names every variable that is not set."""
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    assert str(caught.value) == "; ".join(
        f"HOOK_{name} is not set" for name in ("CERTIFICATE", "KEY", "USERNAME", "PASSWORD", "JOB", "STATE")
    )


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("HOOK_PORT", "0", "is no whole number from 1 to 65535: '0'"),
        ("HOOK_PORT", "https", "is no whole number from 1 to 65535: 'https'"),
        ("HOOK_MINUTES_BETWEEN_STARTS", "-1", "is no whole number from 0 to 43200: '-1'"),
        ("HOOK_CERTIFICATE", "/nowhere/cert.pem", "is no file: /nowhere/cert.pem"),
        ("HOOK_STATE", "/nowhere/hook.db", "is no file in a folder that exists: /nowhere/hook.db"),
        ("HOOK_USERNAME", "data:bricks", "has a colon, which basic authentication can't send"),
        ("HOOK_PASSWORD", "short", "has fewer than 16 characters"),
        ("HOOK_JOB", "", "is not set"),
    ],
)
def test_what_is_wrong_is_told(environment: dict[str, str], variable: str, text: str, problem: str) -> None:
    """A wrong value is named with its variable; a secret is not repeated."""
    with pytest.raises(SettingsError) as caught:
        read_settings(environment | {variable: text})
    assert str(caught.value) == f"{variable} {problem}"


def test_a_key_of_another_certificate_is_refused(environment: dict[str, str]) -> None:
    """A pair that doesn't fit is found before anything listens."""
    with pytest.raises(SettingsError, match="HOOK_CERTIFICATE and HOOK_KEY are no certificate and its key"):
        read_settings(environment | {"HOOK_KEY": environment["HOOK_CERTIFICATE"]})
