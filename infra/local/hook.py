"""The retraining hook beside the local account: the same service that runs anywhere else, as a process."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from infra.local.certificates import make_certificate
from infra.local.folder import PROJECT, Folder
from infra.local.profiles import Profiles

_SETTINGS = Path(__file__).with_name("hook.yaml")
_MODULE = "pipelines.hook"
USER = "databricks"
PASSWORD_VARIABLE = "TF_VAR_retraining_hook_password"  # noqa: S105 (a variable's name)
_STOP_SECONDS = 10


@dataclass(frozen=True)
class Address:
    """Where the hook answers, and what its callers prove themselves by."""

    environment: str
    url: str
    password: str

    @property
    def port(self) -> int:
        """The port of the address."""
        return int(self.url.rsplit(":", 1)[1].partition("/")[0])


def find_address(folder: Folder) -> Address | None:
    """The hook's address, as the account's profiles have it; None before the account first ran."""
    profiles, environment = Profiles(folder.profiles), _settings()["environment"]
    if _profile(environment) not in profiles:
        return None
    known = profiles.get(_profile(environment))
    return Address(environment, known["host"], known["password"])


class RetrainingHook:
    """The hook's process; its address and password are chosen once and kept in the profiles."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.address = find_address(folder) or self._choose_address()
        self._pid_file = folder.root / "hook.pid"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the service; one that a killed account left behind is ended first."""
        self._end_left_behind()
        with (self._folder.root / "hook.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (this repository's own module)
                [sys.executable, "-m", _MODULE],
                cwd=PROJECT,
                env={**os.environ, **self._variables()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._process.pid))

    def stop(self) -> None:
        """End the service, after what it has under way."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pid_file.unlink(missing_ok=True)

    def _choose_address(self) -> Address:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = _settings()["environment"]
        address = Address(environment, f"https://127.0.0.1:{port}/alerts", secrets.token_urlsafe(24))
        Profiles(self._folder.profiles).put(
            _profile(environment), host=address.url, username=USER, password=address.password
        )
        return address

    def _variables(self) -> dict[str, str]:
        certificate = make_certificate(self._folder.root / "tls", "retraining-hook")
        return {
            "HOOK_HOST": "127.0.0.1",
            "HOOK_PORT": str(self.address.port),
            "HOOK_CERTIFICATE": str(certificate.certificate),
            "HOOK_KEY": str(certificate.key),
            "HOOK_USERNAME": USER,
            "HOOK_PASSWORD": self.address.password,
            "HOOK_JOB": _settings()["job"],
            "HOOK_STATE": str(self._folder.root / "hook.db"),
            "DATABRICKS_CONFIG_FILE": str(self._folder.profiles),
            "DATABRICKS_CONFIG_PROFILE": f"retrain-{self.address.environment}",
        }

    def _end_left_behind(self) -> None:
        try:
            process = psutil.Process(int(self._pid_file.read_text()))
            if _MODULE in process.cmdline():
                process.kill()
                process.wait(_STOP_SECONDS)
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return


def _settings() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(_SETTINGS.read_text())
    return loaded


def _profile(environment: str) -> str:
    return f"hook-{environment}"
