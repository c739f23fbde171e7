"""Inference tables: every request a row, written in the name of the endpoint's creator."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx
import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    BadRequest,
    InvalidParameterValue,
    NotFound,
    PermissionDenied,
    ResourceAlreadyExists,
)
from databricks.sdk.service.serving import AiGatewayConfig
from pyspark.sql import SparkSession

from tests.infra.local.workspace.catalog.granting import (
    enable_system_schema,
    grant,
    metastore_admin,
    revoke,
)
from tests.infra.local.workspace.mlflow.studio import Studio
from tests.infra.local.workspace.serving.logbook import Logbook, config, log_requests, payload_table
from tests.infra.local.workspace.serving.requests import Customers, ask, serve
from tests.infra.local.workspace.sql.warehouse import Warehouse

ALICE = "alice@example.com"
MakeEndpoint = Callable[[], str]


def test_every_request_becomes_a_row(
    studio: Studio, warehouse: Warehouse, make_endpoint: MakeEndpoint
) -> None:
    """With what was asked and answered, by whom and when, failures too; the client's own id stays outside."""
    client, name = studio.sdk("deployer"), make_endpoint()
    log_requests(client, name)
    logbook = Logbook(warehouse, name)
    with pytest.raises(BadRequest, match="no served entity"):
        ask(client, name)
    serve(client, name, {1: 100})
    body = {"client_request_id": "2013-01-31-UA-1545-EWR", "dataframe_records": [{"x": 1.0}]}
    answer = _post(client, name, json.dumps(body))
    assert answer.json() == {"predictions": [1.0]}
    assert client.serving_endpoints.query(name, client_request_id="b", inputs={"x": [2.0]}).predictions == [
        1.0
    ]
    refused = _post(client, name, "no JSON")
    assert refused.status_code == 400
    empty, first, second, bad = logbook.rows(
        4,
        "databricks_request_id, client_request_id, status_code, request, response, served_entity_id, "
        "requester, sampling_fraction, request_date = CAST(request_time AS DATE), "
        "execution_duration_ms BETWEEN 0 AND 60000, size(logging_error_codes)",
    )
    assert first == [
        answer.headers["x-databricks-request-id"],
        "2013-01-31-UA-1545-EWR",
        "200",
        json.dumps(body),
        '{"predictions": [1.0]}',
        first[5],
        studio.lakehouse.name("deployer"),
        "1.0",
        "true",
        "true",
        "0",
    ]
    assert (second[1], second[5]) == ("b", first[5])
    assert empty[2] == "400"
    assert empty[5] is None
    assert "no served entity" in str(empty[4])
    assert (bad[0], bad[2], bad[3], bad[5]) == (
        refused.headers["x-databricks-request-id"],
        "400",
        "no JSON",
        first[5],
    )
    with pytest.raises(BadRequest, match="client_request_id must be a text"):
        client.api_client.do("POST", f"/serving-endpoints/{name}/invocations", body={"client_request_id": 1})


def test_rows_tell_the_model_version_after_a_promotion(studio: Studio, warehouse: Warehouse) -> None:
    """No request is lost while the endpoint changes, and the system table names the version of each.

    It keeps them all: one id as long as an entity stays the same, a row a change, the endpoint's end.
    """
    client, name = studio.sdk("deployer"), "promoted"
    gateway = AiGatewayConfig(inference_table_config=config(name))
    client.serving_endpoints.create_and_wait(name, ai_gateway=gateway)
    serve(client, name, {1: 100})
    with Customers(client, name) as customers:
        serve(client, name, {1: 50, 2: 50})
        while not customers.answers[2.0]:
            time.sleep(0.01)
    assert not customers.failures
    Logbook(warehouse, name).rows(customers.answers.total(), "status_code")
    client.serving_endpoints.delete(name)
    _let_read_system_tables(studio, "deployer")
    assert warehouse.rows(
        f"""SELECT e.entity_version, get_json_object(p.response, '$.predictions[0]') AS answer, count(*)
            FROM {payload_table(name)} p LEFT JOIN (
                SELECT DISTINCT served_entity_id, entity_version FROM system.serving.served_entities
                WHERE entity_name = 'lab.flights.delay'
            ) e USING (served_entity_id) GROUP BY 1, 2 ORDER BY 1"""
    ) == [[str(int(value)), str(value), str(number)] for value, number in sorted(customers.answers.items())]
    assert warehouse.rows(
        f"""SELECT served_entity_name, count(DISTINCT served_entity_id), count(*), count(endpoint_delete_time)
            FROM system.serving.served_entities WHERE endpoint_name = '{name}' GROUP BY 1 ORDER BY 1"""
    ) == [["delay-1", "1", "3", "1"], ["delay-2", "1", "2", "1"]]


def test_system_tables_are_read_by_grant_and_changed_by_nobody(studio: Studio, warehouse: Warehouse) -> None:
    """Not even by the metastore's admin."""
    house, table = studio.lakehouse, "system.serving.served_entities"
    with metastore_admin(house) as admin:
        with pytest.raises(InvalidParameterValue, match="can only be read: MODIFY"):
            grant(admin, "schema", "system.serving", house.name("deployer"), "MODIFY")
        with pytest.raises(InvalidParameterValue, match="kept by the system"):
            admin.tables.delete(table)
        with pytest.raises(PermissionDenied, match="USE CATALOG"):
            admin.schemas.create("mine", "system")
    _let_read_system_tables(studio, "deployer")
    assert "Insufficient privileges" in warehouse.error(f"DELETE FROM {table}")
    warehouse.permit(ALICE, "CAN_USE")
    theirs = Warehouse(studio.sdk(ALICE), warehouse.id)
    assert "Insufficient privileges" in theirs.error(f"SELECT * FROM {table}")


def test_system_tables_are_read_through_spark_connect(studio: Studio) -> None:
    """As frames and as SQL, whose rows the client asks for by the text that the engine was given."""
    _let_read_system_tables(studio, "deployer")
    remote = studio.lakehouse.account.engine.remote(studio.dev)
    session = SparkSession.builder.remote(f"{remote}/;token={studio.sdk('deployer').config.token}").create()
    try:
        table = "system.serving.served_entities"
        ((counted,),) = session.sql(f"SELECT count(*) FROM {table}").collect()
        assert session.table(table).count() == counted
    finally:
        session.stop()


def test_the_creator_must_be_able_to_make_the_table(studio: Studio) -> None:
    """Refused clearly, at creation and later; an endpoint without its table is not left behind."""
    alice, endpoints = studio.sdk(ALICE), studio.sdk(ALICE).serving_endpoints
    with pytest.raises(PermissionDenied, match="CREATE TABLE"):
        endpoints.create("hers", ai_gateway=AiGatewayConfig(inference_table_config=config("hers")))
    with pytest.raises(PermissionDenied):
        endpoints.get("hers")
    endpoints.create_and_wait("hers")
    with pytest.raises(PermissionDenied, match="CREATE TABLE"):
        log_requests(studio.sdk("deployer"), "hers")
    grant(studio.sdk("deployer"), "schema", "lab.flights", ALICE, "CREATE_TABLE")
    log_requests(alice, "hers")
    assert alice.tables.get(payload_table("hers")).owner == ALICE
    revoke(studio.sdk("deployer"), "schema", "lab.flights", ALICE, "CREATE_TABLE")
    endpoints.delete("hers")
    assert alice.tables.get(payload_table("hers")).owner == ALICE


def test_an_endpoint_writes_to_its_own_table_only(
    studio: Studio, warehouse: Warehouse, make_endpoint: MakeEndpoint
) -> None:
    """Not to one that is there, nor to another while one is enabled; enabled again, it goes on with it."""
    client, name, other = studio.sdk("deployer"), make_endpoint(), make_endpoint()
    log_requests(client, name)
    with pytest.raises(ResourceAlreadyExists, match="not this endpoint's"):
        client.serving_endpoints.put_ai_gateway(other, inference_table_config=config(name))
    with pytest.raises(InvalidParameterValue, match="disable it first"):
        client.serving_endpoints.put_ai_gateway(name, inference_table_config=config(other))
    for enabled in (True, False, True):
        log_requests(client, name, enabled=enabled)
        with pytest.raises(BadRequest):
            ask(client, name)
    assert Logbook(warehouse, name).rows(2, "status_code") == [["400"], ["400"]]


def test_a_dropped_table_fails_no_request(
    studio: Studio, warehouse: Warehouse, make_endpoint: MakeEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """Logging ends, as on Databricks, until it is enabled again."""
    client, name = studio.sdk("deployer"), make_endpoint()
    log_requests(client, name)
    client.tables.delete(payload_table(name))
    with pytest.raises(BadRequest, match="no served entity"):
        ask(client, name)
    with pytest.raises(NotFound):
        client.tables.get(payload_table(name))
    log_requests(client, name)
    with pytest.raises(BadRequest, match="no served entity"):
        ask(client, name)
    Logbook(warehouse, name).rows(1, "status_code")
    assert f"1 invocations are not in {payload_table(name)}" in caplog.text


def _post(client: WorkspaceClient, endpoint: str, body: str) -> httpx.Response:
    return httpx.post(
        f"{client.config.host}/serving-endpoints/{endpoint}/invocations",
        content=body,
        headers={**client.config.authenticate(), "content-type": "application/json"},
    )


def _let_read_system_tables(studio: Studio, person: str) -> None:
    with metastore_admin(studio.lakehouse) as admin:
        who = studio.lakehouse.name(person)
        enable_system_schema(admin, studio.lakehouse.metastore_id, "serving")
        grant(admin, "catalog", "system", who, "USE_CATALOG")
        grant(admin, "schema", "system.serving", who, "USE_SCHEMA", "SELECT")
