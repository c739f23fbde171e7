"""A project's volumes, and the files in them."""

from __future__ import annotations

import io
from functools import partial

from databricks.sdk.service.catalog import VolumeType

from infra.config.settings import AllSettings
from tests.e2e.access.hand import Hand
from tests.e2e.access.operations import MANAGED, Operation


def _describe(hand: Hand) -> None:
    assert hand.sdk.volumes.read(hand.names.volume.removeprefix("/Volumes/").replace("/", ".")).name


def _list(hand: Hand) -> None:
    assert list(hand.sdk.files.list_directory_contents(hand.scratch.file.rpartition("/")[0]))


def _download(hand: Hand) -> None:
    contents = hand.sdk.files.download(hand.scratch.file).contents
    assert contents is not None
    with contents:
        assert contents.read()


def _upload(hand: Hand) -> None:
    path = f"{hand.names.volume}/{hand.mine}.txt"
    hand.sdk.files.upload(path, io.BytesIO(b"tried"), overwrite=True)
    hand.sdk.files.delete(path)


def _create(hand: Hand) -> None:
    catalog, schema = hand.names.schema.split(".")
    made = hand.sdk.volumes.create(catalog, schema, hand.mine, VolumeType.MANAGED)
    hand.sdk.volumes.delete(made.full_name or "")


def _volumes(settings: AllSettings, _: str, project: str) -> bool:
    return bool(settings.projects[project].volumes)


volumes = partial(Operation, asset="volumes", exists=_volumes)

OPERATIONS: tuple[Operation, ...] = (
    volumes(level="read", verb="describe", door="rest", attempt=_describe, or_=MANAGED),
    volumes(level="read", verb="list", door="files", attempt=_list, or_=("maker",)),
    volumes(level="read", verb="download", door="files", attempt=_download, or_=("maker",), shared=True),
    volumes(
        level="write", verb="upload", door="files", attempt=_upload, or_=("maker",), changes=True, shared=True
    ),
    volumes(level="manage", verb="create", door="rest", attempt=_create, or_=("maker",), changes=True),
)
