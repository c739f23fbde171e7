"""databricks_mlflow_experiment."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, Resource
from infra.local.provider.resources.mapping import decode, encode

_EXPERIMENTS = "/api/2.0/mlflow/experiments"


class Experiment(Resource):
    """An MLflow experiment; deleting it is soft, and the official provider does not see it either."""

    type_name = "databricks_mlflow_experiment"

    def create(self, call: Call) -> str:
        body = encode(call.block, call.values, only={"artifact_location", "name", "tags"})
        return str(call.api.post(f"{_EXPERIMENTS}/create", body)["experiment_id"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(f"{_EXPERIMENTS}/get", experiment_id=call.id)
        return None if answer is None else decode(call.block, answer["experiment"])

    def update(self, call: Call) -> str:
        body = {"experiment_id": call.id, "new_name": call.values["name"]}
        call.api.post(f"{_EXPERIMENTS}/update", body)
        return call.id

    def delete(self, call: Call) -> None:
        call.api.post(f"{_EXPERIMENTS}/delete", {"experiment_id": call.id})


RESOURCES: tuple[Resource, ...] = (Experiment(),)
