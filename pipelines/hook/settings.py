"""What the hook is started with: environment variables, read here alone."""

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

SHORTEST_PASSWORD = 16
_MINUTES_BETWEEN_STARTS = "60"


class SettingsError(Exception):
    """The hook can't start with these variables; the message is one line for all that is wrong."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the hook listens, whom it believes, what it starts and how often at most."""

    host: str
    port: int
    certificate: Path
    key: Path
    username: str
    password: str = field(repr=False)
    job: str
    between_starts: timedelta
    state: Path


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings of HOOK_… variables.

    Raises SettingsError, naming each variable that is missing or wrong; secrets are not repeated in it.
    """
    values: dict[str, Any] = {}
    problems = []
    for name, (variable, read, default) in _VARIABLES.items():
        text = environment.get(variable) or default
        if text is None:
            problems.append(f"{variable} is not set")
            continue
        try:
            values[name] = read(text)
        except ValueError as error:
            problems.append(f"{variable} {error}")
    if not problems:
        problems += _find_unfit_pair(values["certificate"], values["key"])
    if problems:
        raise SettingsError("; ".join(problems))
    return Settings(**values)


def _find_unfit_pair(certificate: Path, key: Path) -> list[str]:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except OSError as error:  # ssl's own errors are such, too
        return [f"HOOK_CERTIFICATE and HOOK_KEY are no certificate and its key in PEM: {error}"]
    return []


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"is no file: {text}")
    return path


def _new_file(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir() or path.is_dir():
        raise ValueError(f"is no file in a folder that exists: {text}")
    return path


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if re.fullmatch(r"\d{1,9}", text) is None or not lowest <= int(text) <= highest:
            raise ValueError(f"is no whole number from {lowest} to {highest}: {text!r}")
        return int(text)

    return read


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=_whole(0, 60 * 24 * 30)(text))


def _user(text: str) -> str:
    if ":" in text:
        raise ValueError("has a colon, which basic authentication can't send")
    return text


def _password(text: str) -> str:
    if len(text) < SHORTEST_PASSWORD:
        raise ValueError(f"has fewer than {SHORTEST_PASSWORD} characters")
    return text


_VARIABLES: Mapping[str, tuple[str, Callable[[str], Any], str | None]] = {
    "host": ("HOOK_HOST", str, "0.0.0.0"),  # noqa: S104 - callers come from outside, over HTTPS only
    "port": ("HOOK_PORT", _whole(1, 65535), "8443"),
    "certificate": ("HOOK_CERTIFICATE", _file, None),
    "key": ("HOOK_KEY", _file, None),
    "username": ("HOOK_USERNAME", _user, None),
    "password": ("HOOK_PASSWORD", _password, None),
    "job": ("HOOK_JOB", str, None),
    "between_starts": ("HOOK_MINUTES_BETWEEN_STARTS", _minutes, _MINUTES_BETWEEN_STARTS),
    "state": ("HOOK_STATE", _new_file, None),
}
