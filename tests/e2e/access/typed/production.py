"""What production's things are called, and the scratch ones beside them."""

from __future__ import annotations

from tests.e2e.access.actor import Actor
from tests.e2e.access.scratch import Scratch

CATALOG, SCHEMA = "prod", "prod.flights"
TABLE, MODEL = f"{SCHEMA}.access_scratch", f"{SCHEMA}.arrival_delay"
VOLUME = "/Volumes/prod/flights/artifacts"
ENDPOINT, SCOPE, FOLDER = "flights-arrival-delay", "flights", "/Projects/flights"
MINE = "typed_by_hand"  # what an attempt makes, where it may


def scratch(actor: Actor) -> Scratch:
    """What is tried is tried on these, wherever it would be missed otherwise."""
    return actor.world.scratch("prod", "flights")
