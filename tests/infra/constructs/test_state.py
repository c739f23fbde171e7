"""Each target's state has one place, and the account's is read from the same."""

from __future__ import annotations

from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack

from infra.config.target import AzureState, GcsState, LocalState, S3State, State
from infra.constructs.state import keep_state, read_state
from tests.infra.synthesis import synthesize

S3 = S3State(bucket="b", region="eu-west-1", prefix="mlops", lock_table="locks")
AZURE = AzureState(resource_group="g", storage_account="a", container="c", prefix="mlops")


@pytest.mark.parametrize(
    ("state", "kind", "key"),
    [
        pytest.param(State(local=LocalState(folder="s")), "local", {"path": "s/{}.tfstate"}, id="local"),
        pytest.param(State(s3=S3), "s3", {"key": "mlops/{}.tfstate", "bucket": "b"}, id="s3"),
        pytest.param(State(azurerm=AZURE), "azurerm", {"key": "mlops/{}.tfstate"}, id="azurerm"),
        pytest.param(
            State(gcs=GcsState(bucket="b", prefix="mlops")), "gcs", {"prefix": "mlops/{}"}, id="gcs"
        ),
    ],
)
def test_state_is_written_and_read_in_one_place(state: State, kind: str, key: dict[str, Any]) -> None:
    """A stack keeps its state under its name; the account's is found under the account's."""

    def build(stack: TerraformStack) -> None:
        keep_state(stack, state=state, name="prod")
        account = read_state(stack, "Account", state=state, name="account")
        TerraformOutput(stack, "host", value=account.get_string("host"))

    document = synthesize(build).document
    own = document["terraform"]["backend"][kind]
    read = document["data"]["terraform_remote_state"]["Account"]
    assert read["backend"] == kind
    for name, value in key.items():
        assert own[name] == value.format("prod")
        assert read["config"][name] == value.format("account")


def test_shared_state_is_locked_and_encrypted() -> None:
    """Two deploys of a stack can't run into each other: a file beside the state, or a table, locks it."""

    def backend(s3: S3State) -> dict[str, Any]:
        made = synthesize(lambda stack: keep_state(stack, state=State(s3=s3), name="prod")).document
        return dict(made["terraform"]["backend"]["s3"])

    by_file = backend(S3.model_copy(update={"lock_table": None}))
    assert (by_file["use_lockfile"], by_file["encrypt"]) == (True, True)
    assert "dynamodb_table" not in by_file
    by_table = backend(S3)
    assert (by_table["dynamodb_table"], by_table["encrypt"]) == ("locks", True)
    assert "use_lockfile" not in by_table
