"""Who is let in, and whose session it is."""

from __future__ import annotations

import os
import signal
import uuid
from pathlib import Path

import grpc
import pytest
from pyspark.errors import AnalysisException
from pyspark.errors.exceptions.connect import SparkConnectGrpcException
from pyspark.sql import SparkSession
from pyspark.sql.connect.proto import base_pb2

from infra.local.workspace.engine.session import SERVICE
from tests.infra.local.workspace.engine.lake import CATALOG, OPEN, OWNER, READER, SCHEMA, SECRET, Lake


def ask(remote: str) -> object:
    """One query through a connection string."""
    session = SparkSession.builder.remote(remote).create()
    try:
        return session.sql("SELECT 1 AS x").collect()
    finally:
        session.stop()


def call(lake: Lake, token: str | None, session_id: str) -> None:
    """One raw request, without PySpark's retries."""
    target = lake.account.engine.remote(lake.house.dev).removeprefix("sc://")
    request = base_pb2.AnalyzePlanRequest(session_id=session_id)
    request.spark_version.SetInParent()
    with grpc.insecure_channel(target) as channel:
        method = channel.unary_unary(
            f"{SERVICE}AnalyzePlan",
            request_serializer=base_pb2.AnalyzePlanRequest.SerializeToString,
            response_deserializer=base_pb2.AnalyzePlanResponse.FromString,
        )
        response = method(request, metadata=[("authorization", f"Bearer {token}")] if token else [])
    assert response.session_id == session_id


@pytest.mark.parametrize(
    "form", ["sc://localhost:{port}/;token={token}", "sc://127.0.0.1:{port}/;x-token={token}"]
)
def test_both_forms_of_connection_work(shared_lake: Lake, form: str) -> None:
    """A token is good as `token` on localhost and as `x-token`."""
    port = shared_lake.account.engine.remote(shared_lake.house.dev).rpartition(":")[2]
    assert ask(form.format(port=port, token=shared_lake.token(READER))) == [(1,)]


def test_environment_connects(shared_lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """`SparkSession.builder.getOrCreate()` connects by SPARK_REMOTE, as jobs do."""
    remote = shared_lake.account.engine.remote(shared_lake.house.dev)
    monkeypatch.setenv("SPARK_REMOTE", f"{remote}/;token={shared_lake.token(READER)}")
    session = SparkSession.builder.getOrCreate()
    assert session.sql("SELECT current_user() AS name").collect() == [(READER,)]
    session.stop()


@pytest.mark.parametrize("token", [None, "", "dapi0000"])
def test_strangers_are_refused(shared_lake: Lake, token: str | None) -> None:
    """No token, no answer."""
    with pytest.raises(grpc.RpcError) as caught:
        call(shared_lake, token, str(uuid.uuid4()))
    assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_token_of_another_workspace_is_refused(shared_lake: Lake) -> None:
    """A token is good in one workspace."""
    with pytest.raises(grpc.RpcError) as caught:
        call(shared_lake, shared_lake.token(READER, shared_lake.house.prod), str(uuid.uuid4()))
    assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_revoked_token_ends_a_session(shared_lake: Lake) -> None:
    """A session lasts no longer than the token that it is used with."""
    token, session_id = shared_lake.token(READER), str(uuid.uuid4())
    call(shared_lake, token, session_id)
    shared_lake.account.tokens.revoke(token)
    with pytest.raises(grpc.RpcError):
        call(shared_lake, token, session_id)


def test_session_id_of_another_user_leads_to_a_session_of_ones_own(lake: Lake) -> None:
    """Who sends another's session id sees nothing of theirs and acts as itself."""
    shared = str(uuid.uuid4())
    with lake.spark(OWNER, session_id=shared) as owner, lake.spark(READER, session_id=shared) as thief:
        owner.table(SECRET).createOrReplaceTempView("hidden")
        owner.conf.set("spark.sql.shuffle.partitions", "7")
        assert owner.table("hidden").count() == 2
        assert thief.sql("SELECT current_user() AS name").collect() == [(READER,)]
        assert thief.conf.get("spark.sql.shuffle.partitions") != "7"
        with pytest.raises(AnalysisException, match="hidden"):
            thief.table("hidden").count()
        with pytest.raises(AnalysisException, match="INSUFFICIENT_PERMISSIONS"):
            thief.table(SECRET).count()


def test_releasing_anothers_session_does_not_end_it(lake: Lake) -> None:
    """Who stops a session of the same id stops only its own."""
    shared = str(uuid.uuid4())
    with lake.spark(OWNER, session_id=shared) as owner:
        owner.table(OPEN).createOrReplaceTempView("kept")
        with lake.spark(READER, session_id=shared) as thief:
            assert thief.sql("SELECT 1 AS x").collect() == [(1,)]
        assert owner.table("kept").count() == 2


def test_client_can_not_choose_its_user(shared_lake: Lake) -> None:
    """`user_id` in the connection string is not believed."""
    remote = shared_lake.account.engine.remote(shared_lake.house.dev)
    url = f"{remote}/;token={shared_lake.token(READER)};user_id=admin"
    session = SparkSession.builder.remote(url).create()
    assert session.sql("SELECT current_user() AS name").collect() == [(READER,)]
    session.stop()


def test_read_only_binding_refuses_changes(lake: Lake) -> None:
    """In a workspace that sees the catalog read-only, even its owner only reads."""
    lake.bind_prod()
    with lake.spark(OWNER, lake.house.prod) as prod, lake.spark(OWNER) as dev:
        assert prod.table(OPEN).count() == 2
        for text in (
            f"INSERT INTO {OPEN} VALUES (3, 'x')",
            f"CREATE TABLE {SCHEMA}.t (id INT)",
            f"DROP TABLE {OPEN}",
            f"COMMENT ON TABLE {OPEN} IS 'x'",
        ):
            with pytest.raises(AnalysisException, match="read-only"):
                prod.sql(text).collect()
        dev.sql(f"INSERT INTO {OPEN} VALUES (3, 'x')")
        assert prod.table(OPEN).count() == 3


def test_new_catalog_is_there_for_new_sessions(lake: Lake) -> None:
    """Old sessions live on beside a new engine that knows the new catalog."""
    with lake.spark(OWNER) as before:
        before.table(OPEN).createOrReplaceTempView("kept")
        lake.house.client(OWNER).catalogs.create("later")
        lake.run("CREATE TABLE later.default.t (id INT)")
        with lake.spark(OWNER) as after:
            assert after.sql("SELECT count(*) AS n FROM later.default.t").collect() == [(0,)]
            assert after.sql(f"SELECT count(*) AS n FROM {CATALOG}.flights.open").collect() == [(2,)]
        assert before.table("kept").count() == 2


def test_engine_comes_back_after_it_was_killed(lake: Lake) -> None:
    """The next plan starts a new engine; what was written is there."""
    with lake.spark(OWNER) as session:
        assert session.table(OPEN).count() == 2
        for server in lake.account.engine.servers.running():
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
        assert session.table(OPEN).count() == 2


def test_variables_of_the_account_do_not_reach_the_engine(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DATABRICKS_HOST and the like, which Sail would take for its catalog, change nothing."""
    for name in ("DATABRICKS_HOST", "UNITY_HOST", "UC_WORKSPACE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    lake.house.client(OWNER).catalogs.create("another")
    assert lake.run(f"SELECT count(*) AS n FROM {OPEN}").to_pylist() == [{"n": 2}]


def test_log_of_the_engine_is_in_the_account_folder(shared_lake: Lake) -> None:
    """What Sail says is kept in the account's folder."""
    assert Path(shared_lake.account.folder, "engine.log").exists()


def test_pyspark_sees_the_session_changed_error_only_from_spark(shared_lake: Lake) -> None:
    """What is not served at all is told as such."""
    with shared_lake.spark(READER) as session, pytest.raises(SparkConnectGrpcException, match="not found"):
        session.addArtifacts(__file__, pyfile=True)
