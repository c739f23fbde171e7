"""Versions of production's model, and files."""

from __future__ import annotations

import io

from tests.e2e.access.actor import Actor
from tests.e2e.access.typed.production import MINE, MODEL, VOLUME, scratch


def register(actor: Actor) -> None:
    """A version of production's model."""
    with actor.mlflow() as client:
        made = client.create_model_version(MODEL, str(actor.world.model))
    scratch(actor).forget_version(str(made.version))


def tag_version(actor: Actor) -> None:
    """What validation found, overwritten."""
    version = scratch(actor).version
    with actor.mlflow() as client:
        client.set_model_version_tag(MODEL, version, "model_validation_status", "PASSED")


def move_alias(actor: Actor) -> None:
    """An alias set, and deleted."""
    version = scratch(actor).version
    with actor.mlflow() as client:
        client.set_registered_model_alias(MODEL, MINE, version)
        client.delete_registered_model_alias(MODEL, MINE)


def delete_version(actor: Actor) -> None:
    """A version that was registered by the job's principal."""
    runner = Actor(actor.world, "run-prod", "prod")
    with runner.mlflow() as client:
        version = client.create_model_version(MODEL, str(actor.world.model)).version
    try:
        with actor.mlflow() as client:
            client.delete_model_version(MODEL, version)
    except BaseException:
        scratch(actor).forget_version(str(version))
        raise


def upload(actor: Actor) -> None:
    """A file beside the jobs' code."""
    actor.sdk.files.upload(f"{VOLUME}/{MINE}.txt", io.BytesIO(b"mine"), overwrite=True)
    actor.sdk.files.delete(f"{VOLUME}/{MINE}.txt")


def delete_file(actor: Actor) -> None:
    """A file that somebody else put there, put back afterwards."""
    path = scratch(actor).file
    actor.sdk.files.delete(path)
    actor.sdk.files.upload(path, io.BytesIO(b"to be read"))
