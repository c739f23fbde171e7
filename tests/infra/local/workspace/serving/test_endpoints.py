"""Endpoints through databricks-sdk: what they are, what they answer, who may ask them."""

from __future__ import annotations

from collections.abc import Callable

import psutil
import pytest
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, ResourceConflict
from databricks.sdk.service.serving import (
    AiGatewayInferenceTableConfig,
    DataframeSplitInput,
    EndpointStateConfigUpdate,
    EndpointStateReady,
    EndpointTag,
)

from tests.infra.local.workspace.catalog.granting import grant, revoke
from tests.infra.local.workspace.mlflow.studio import Studio
from tests.infra.local.workspace.serving.requests import MODEL, VARIABLES, Customers, ask, entity, serve

ALICE = "alice@example.com"
MakeEndpoint = Callable[[], str]


def test_an_endpoint_may_exist_before_its_model(studio: Studio, make_endpoint: MakeEndpoint) -> None:
    """As the stacks declare it: no config, not ready, nothing to wait for."""
    client, name = studio.sdk("deployer"), make_endpoint()
    found = client.serving_endpoints.get(name)
    assert found.state is not None
    assert found.state.config_update == EndpointStateConfigUpdate.NOT_UPDATING
    assert found.state.ready == EndpointStateReady.NOT_READY
    assert (found.config, found.creator) == (None, studio.lakehouse.name("deployer"))
    with pytest.raises(BadRequest, match="no served entity"):
        ask(client, name)
    with pytest.raises(ResourceConflict, match="already exists"):
        client.serving_endpoints.create(name)


def test_every_form_of_input_is_answered(studio: Studio, endpoint: str) -> None:
    """Records, split, inputs and instances; wrong input is the caller's error."""
    client, name = studio.sdk("deployer"), endpoint
    query = client.serving_endpoints.query
    answer = ask(client, name)
    assert (answer.predictions, answer.served_model_name) == ([1.0], "delay-1")
    split = DataframeSplitInput(columns=["x"], data=[[1.0], [2.0]])
    assert query(name, dataframe_split=split).predictions == [1.0, 1.0]
    assert query(name, inputs={"x": [1.0]}).predictions == [1.0]
    assert query(name, instances=[{"x": 1.0}]).predictions == [1.0]
    with pytest.raises(BadRequest, match="not compatible with model signature"):
        query(name, dataframe_records=[{"x": "high"}])
    with pytest.raises(NotFound, match="does not serve"):
        client.api_client.do("POST", f"/serving-endpoints/{name}/served-models/no/invocations", body={})


def test_a_promotion_drops_no_request(studio: Studio, endpoint: str) -> None:
    """Customers who ask all the time see the old model, then the new one, and no error."""
    client = studio.sdk("deployer")
    with Customers(client, endpoint) as customers:
        serve(client, endpoint, {2: 100})
        assert ask(client, endpoint).predictions == [2.0]
    assert not customers.failures
    assert customers.answers[1.0] > 10
    assert customers.answers[2.0] > 0


def test_traffic_is_split_as_asked(studio: Studio, endpoint: str) -> None:
    """Shares by percentage; one version can be asked by name."""
    client, name = studio.sdk("deployer"), endpoint
    found = serve(client, name, {1: 80, 2: 20})
    assert found.config is not None
    assert [e.name for e in found.config.served_entities or []] == ["delay-1", "delay-2"]
    answers = [(ask(client, name).predictions or [0])[0] for _ in range(60)]
    assert 30 <= answers.count(1.0) <= 59
    path = f"/serving-endpoints/{name}/served-models/delay-2/invocations"
    answer = client.api_client.do("POST", path, body={"inputs": {"x": [1.0]}})
    assert answer == {"predictions": [2.0]}


def test_a_model_that_does_not_load_changes_nothing(studio: Studio, endpoint: str) -> None:
    """The update fails and says why; the old config goes on serving."""
    client, name = studio.sdk("deployer"), endpoint
    with pytest.raises(Exception, match="UPDATE_FAILED"):
        serve(client, name, {3: 100})
    found = client.serving_endpoints.get(name)
    assert found.state is not None
    assert found.state.ready == EndpointStateReady.READY
    assert found.pending_config is not None
    failed = (found.pending_config.served_entities or [])[0].state
    assert failed is not None
    assert "broken on purpose" in str(failed.deployment_state_message)
    assert "broken on purpose" in client.serving_endpoints.logs(name, "delay-3").logs
    assert ask(client, name).predictions == [1.0]
    serve(client, name, {1: 100})


def test_the_creator_must_be_able_to_load_the_model(studio: Studio) -> None:
    """At every update, whoever makes it: an endpoint's creator is permanent."""
    deployer, alice = studio.sdk("deployer"), studio.sdk(ALICE)
    alice.serving_endpoints.create_and_wait("alice-s")
    found = alice.serving_endpoints.get("alice-s")
    body = {
        "access_control_list": [
            {"service_principal_name": studio.lakehouse.name("deployer"), "permission_level": "CAN_MANAGE"}
        ]
    }
    alice.api_client.do("PATCH", f"/api/2.0/permissions/serving-endpoints/{found.id}", body=body)
    for client in (alice, deployer):
        with pytest.raises(PermissionDenied, match="EXECUTE"):
            serve(client, "alice-s", {1: 100})
    grant(deployer, "function", MODEL, ALICE, "EXECUTE")
    deployer.serving_endpoints.update_config("alice-s", served_entities=[entity(1)])
    with pytest.raises(ResourceConflict, match="is being updated"):
        deployer.serving_endpoints.update_config("alice-s", served_entities=[entity(1)])
    revoke(deployer, "function", MODEL, ALICE, "EXECUTE")
    with pytest.raises(PermissionDenied, match="EXECUTE"):
        deployer.serving_endpoints.update_config("alice-s", served_entities=[entity(1)])
    alice.serving_endpoints.delete("alice-s")


def test_levels_on_an_endpoint_are_enforced(studio: Studio, endpoint: str) -> None:
    """None: refused, whether it exists or not; CAN_VIEW: seen; CAN_QUERY: asked; CAN_MANAGE: changed."""
    deployer, alice, name = studio.sdk("deployer"), studio.sdk(ALICE), endpoint
    for each in (name, "no-such-endpoint"):
        with pytest.raises(PermissionDenied):
            alice.serving_endpoints.get(each)
    assert name not in [e.name for e in alice.serving_endpoints.list()]
    _give(studio, name, "CAN_VIEW")
    assert alice.serving_endpoints.get(name).name == name
    assert name in [e.name for e in alice.serving_endpoints.list()]
    with pytest.raises(PermissionDenied):
        ask(alice, name)
    _give(studio, name, "CAN_QUERY")
    assert ask(alice, name).predictions == [1.0]
    with pytest.raises(PermissionDenied):
        alice.serving_endpoints.patch(name, add_tags=[EndpointTag("a", "b")])
    _give(studio, name, "CAN_MANAGE")
    alice.serving_endpoints.patch(name, add_tags=[EndpointTag("a", "b")])
    with pytest.raises(NotFound):
        deployer.serving_endpoints.get("no-such-endpoint")


def test_tags_and_gateway(studio: Studio, make_endpoint: MakeEndpoint) -> None:
    """Tags are added and removed; a gateway is shown as it was set."""
    client, name = studio.sdk("deployer"), make_endpoint()
    client.serving_endpoints.patch(name, add_tags=[EndpointTag("a", "1"), EndpointTag("b", "2")])
    client.serving_endpoints.patch(name, add_tags=[EndpointTag("a", "3")], delete_tags=["b"])
    tags = client.serving_endpoints.get(name).tags or []
    assert [(tag.key, tag.value) for tag in tags] == [("a", "3")]
    off = AiGatewayInferenceTableConfig(enabled=False, catalog_name="lab", schema_name="flights")
    client.serving_endpoints.put_ai_gateway(name, inference_table_config=off)
    gateway = client.serving_endpoints.get(name).ai_gateway
    assert gateway is not None
    assert gateway.inference_table_config == off


def test_a_model_s_process_has_its_variables_and_no_others(studio: Studio, endpoint: str) -> None:
    """What the endpoint declares, secrets read for it, and nothing of whoever runs the account."""
    serving = studio.lakehouse.account.serving
    pids = [pid for name, pid in serving.processes() if name == "delay-1"]  # of other tests' endpoints, too
    environments = [psutil.Process(pid).environ() for pid in pids]
    assert "hello, world" in [each.get("GREETING") for each in environments]
    assert not [key for each in environments for key in each if key.startswith(("DATABRICKS", "MLFLOW"))]
    found = studio.sdk("deployer").serving_endpoints.get(endpoint)
    assert found.config is not None
    assert (found.config.served_entities or [])[0].environment_vars == VARIABLES


def _give(studio: Studio, name: str, level: str) -> None:
    client = studio.sdk("deployer")
    body = {"access_control_list": [{"user_name": ALICE, "permission_level": level}]}
    endpoint_id = client.serving_endpoints.get(name).id
    client.api_client.do("PATCH", f"/api/2.0/permissions/serving-endpoints/{endpoint_id}", body=body)
