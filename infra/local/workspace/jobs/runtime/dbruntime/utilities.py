"""`dbutils`: task values and secrets, by the same names as on Databricks."""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

VALUE_BYTES = 48 * 1024
VALUE_COUNT = 250
CONTEXT = "DBRUNTIME_TASK_CONTEXT"
_REQUEST_SECONDS = 30


class DbUtils:
    """The utilities that jobs use; any other is not there locally."""

    def __init__(self) -> None:
        self.jobs = Jobs()
        self.secrets = Secrets()

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"dbutils.{name} is not served locally, only dbutils.jobs and dbutils.secrets.")


class Jobs:
    """`dbutils.jobs`."""

    def __init__(self) -> None:
        self.taskValues = TaskValues()


class TaskValues:
    """`dbutils.jobs.taskValues`: values that a task passes on to those after it.

    A task's values are a JSON file that the account reads when the task has ended; those of
    earlier tasks are a file that it has written before.
    """

    def set(self, key: str, value: Any) -> None:
        """Pass a value on. ValueError where it is no JSON, over 48 KiB, or one of over 250."""
        if not isinstance(key, str) or not key:
            raise ValueError("The key of a task value must be a string that is not empty.")
        try:
            size = len(json.dumps(value).encode())
        except (TypeError, ValueError) as error:
            raise ValueError(f"Task value {key} can't be written as JSON: {error}") from error
        if size > VALUE_BYTES:
            raise ValueError(f"Task value {key} has {size} bytes as JSON; {VALUE_BYTES} are allowed.")
        target = _context()["own"]
        values = {**_read(target), key: value}
        if len(values) > VALUE_COUNT:
            raise ValueError(f"A task can set {VALUE_COUNT} values.")
        written = target.with_suffix(".new")
        written.write_text(json.dumps(values))
        written.replace(target)

    def get(
        self,
        taskKey: str,  # noqa: N803 - the platform's own name
        key: str,
        default: Any = None,
        debugValue: Any = None,  # noqa: N803, ARG002 - likewise; counts outside of jobs only
    ) -> Any:
        """A value that an earlier task has set, or the default; ValueError where there is neither."""
        values = _read(_context()["earlier"]).get(taskKey, {})
        if key in values:
            return values[key]
        if default is None:
            raise ValueError(f"Task {taskKey} has set no value {key}, and no default is given.")
        return default


class Secrets:
    """`dbutils.secrets`, read with the job's own token."""

    def get(self, scope: str, key: str) -> str:
        """A secret's text; ValueError says why there is none to be had."""
        return self.getBytes(scope, key).decode()

    def getBytes(self, scope: str, key: str) -> bytes:  # noqa: N802 - the platform's own name
        """A secret's bytes; ValueError says why there is none to be had."""
        query = urllib.parse.urlencode({"scope": scope, "key": key})
        url = f"{os.environ['DATABRICKS_HOST']}/api/2.0/secrets/get?{query}"
        headers = {"Authorization": f"Bearer {os.environ['DATABRICKS_TOKEN']}"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the workspace's own address
        try:
            with urllib.request.urlopen(request, timeout=_REQUEST_SECONDS) as response:  # noqa: S310 - likewise
                return base64.b64decode(json.load(response)["value"])
        except urllib.error.HTTPError as error:
            raise ValueError(f"Secret {scope}/{key}: {error.read().decode(errors='replace')}") from error


def _context() -> dict[str, Path]:
    folder = Path(os.environ[CONTEXT])
    return {"own": folder / "values.json", "earlier": folder / "earlier.json"}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found
