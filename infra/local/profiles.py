"""Credentials by name, in a file of the format that every Databricks client reads."""

from __future__ import annotations

import configparser
from pathlib import Path


class Profiles:
    """Profiles of one file; only its owner may read it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parser = configparser.ConfigParser(interpolation=None)
        self._parser.read(path)

    def __contains__(self, name: str) -> bool:
        return self._parser.has_section(name)

    def names(self) -> list[str]:
        """All profiles, in the order in which they were made."""
        return self._parser.sections()

    def get(self, name: str) -> dict[str, str]:
        """A profile's keys and values, e.g. `host` and `token`."""
        return dict(self._parser[name])

    def put(self, name: str, **values: str) -> None:
        """Make or replace a profile; it is on disk when this returns."""
        self._parser[name] = values
        self._write()

    def remove(self, name: str) -> None:
        """Forget a profile; it is gone from the disk when this returns."""
        self._parser.remove_section(name)
        self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        with partial.open("w") as file:
            partial.chmod(0o600)
            self._parser.write(file)
        partial.replace(self._path)
