"""A project's registered model."""

from __future__ import annotations

from functools import partial

import mlflow

from tests.e2e.access.hand import Hand
from tests.e2e.access.names import SCRATCH
from tests.e2e.access.operations import MANAGED, Operation


def _describe(hand: Hand) -> None:
    assert hand.sdk.registered_models.get(hand.names.model).full_name == hand.names.model


def _version(hand: Hand) -> None:
    version = hand.scratch.version
    with hand.mlflow() as client:
        assert client.get_model_version(hand.names.model, version).version == version


def _download(hand: Hand) -> None:
    uri = f"models:/{hand.names.model}/{hand.scratch.version}"
    with hand.mlflow():
        mlflow.artifacts.download_artifacts(f"{uri}/MLmodel", dst_path=str(hand.world.folder(hand.mine)))


def _register(hand: Hand) -> None:
    with hand.mlflow() as client:
        made = client.create_model_version(hand.names.model, str(hand.world.model))
    hand.scratch.forget_version(str(made.version))


def _tag(hand: Hand) -> None:
    with hand.mlflow() as client:
        client.set_registered_model_tag(hand.names.model, hand.mine, "tried")
        client.delete_registered_model_tag(hand.names.model, hand.mine)


def _create(hand: Hand) -> None:
    catalog, schema = hand.names.schema.split(".")
    made = hand.sdk.registered_models.create(catalog_name=catalog, schema_name=schema, name=hand.mine)
    hand.sdk.registered_models.delete(made.full_name or "")


def _alias(hand: Hand) -> None:
    version = hand.scratch.version
    with hand.mlflow() as client:
        client.set_registered_model_alias(hand.names.model, hand.mine, version)
        client.delete_registered_model_alias(hand.names.model, hand.mine)


def _annotate(hand: Hand) -> None:
    version = hand.scratch.version
    with hand.mlflow() as client:
        client.update_model_version(hand.names.model, version, description=SCRATCH)


models = partial(Operation, asset="models")
MANAGING = ("runner", *MANAGED)

OPERATIONS: tuple[Operation, ...] = (
    models(level="read", verb="describe", door="rest", attempt=_describe, or_=MANAGING),
    models(level="read", verb="version", door="mlflow", attempt=_version, or_=("runner",), shared=True),
    models(level="read", verb="download", door="mlflow", attempt=_download, or_=("runner",)),
    models(
        level="write",
        verb="register",
        door="mlflow",
        attempt=_register,
        or_=("runner",),
        changes=True,
        shared=True,
    ),
    models(level="write", verb="tag", door="mlflow", attempt=_tag, or_=("runner",), changes=True),
    models(level="write", verb="create", door="rest", attempt=_create, or_=("maker",), changes=True),
    models(
        level="manage", verb="alias", door="mlflow", attempt=_alias, or_=MANAGING, changes=True, shared=True
    ),
    models(level="manage", verb="annotate", door="mlflow", attempt=_annotate, or_=MANAGING, changes=True),
)
