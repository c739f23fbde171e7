"""Wheels, unpacked once per content, and what their metadata says."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from infra.local.workspace.errors import ApiError, InvalidParameterError


class LibraryError(ApiError):
    """A library that a task needs can't be installed."""

    status = 400
    code = "LIBRARY_INSTALLATION_ERROR"


class Wheels:
    """A folder of unpacked wheels, one per SHA-256 of the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unpack(self, wheel: Path, name: str) -> str:
        """Unpack a wheel unless it is there already; returns its SHA-256 in hex.

        LibraryError where it is missing, no wheel, or asks for libraries that are not installed.
        """
        try:
            content = wheel.read_bytes()
        except OSError as error:
            raise LibraryError(f"Library {name} does not exist or can't be read.") from error
        digest = hashlib.sha256(content).hexdigest()
        if not self.path(digest).exists():
            self._unpack(wheel, name, digest)
        for distribution in metadata.distributions(path=[str(self.path(digest))]):
            for requirement in distribution.requires or []:
                check_installed(requirement, name)
        return digest

    def path(self, digest: str) -> Path:
        """The folder of an unpacked wheel."""
        return self._folder / digest

    def entry(self, digests: Iterable[str], package: str, entry_point: str) -> str:
        """What a task calls, as `module:function`; LibraryError where no wheel has the package.

        An entry point that the package does not name is taken for a function of the package.
        """
        for digest in digests:
            for distribution in metadata.distributions(path=[str(self.path(digest))]):
                if _normalized(distribution.metadata["Name"]) == _normalized(package):
                    for point in distribution.entry_points:
                        if point.name == entry_point:
                            return point.value.partition("[")[0].strip()
                    return f"{package.replace('-', '_')}:{entry_point}"
        raise LibraryError(f"Python wheel with name {package} could not be found among the task's libraries.")

    def _unpack(self, wheel: Path, name: str, digest: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=self._folder, prefix=".unpacking-"))
        try:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(staging)  # zipfile keeps members inside the folder
            staging.rename(self.path(digest))
        except zipfile.BadZipFile as error:
            raise LibraryError(f"Library {name} is not a wheel: {error}") from error
        except OSError:
            if not self.path(digest).exists():  # otherwise another run was faster
                raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def check_installed(requirement: str, wanted_by: str) -> None:
    """LibraryError where a requirement is not fulfilled by what is installed on this machine.

    Databricks would install it; a local run has this interpreter's libraries.
    """
    try:
        parsed = Requirement(requirement)
    except InvalidRequirement as error:
        raise InvalidParameterError(f"{wanted_by}: {requirement!r} is no requirement: {error}") from error
    if parsed.marker and not parsed.marker.evaluate({"extra": ""}):
        return
    try:
        version = metadata.version(parsed.name)
    except metadata.PackageNotFoundError:
        raise LibraryError(f"{wanted_by} needs {requirement}, which is not installed locally.") from None
    if not parsed.specifier.contains(version, prereleases=True):
        raise LibraryError(f"{wanted_by} needs {requirement}; installed locally is {version}.")


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
