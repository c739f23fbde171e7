"""The target decides where everything goes; local and cloud state never meet."""

from __future__ import annotations

from pathlib import Path

from infra.config.process import Process
from tests.infra.conftest import ACCOUNT_ID, EnvironmentFiles

BUCKET = "mlops-state"


def fill_in_cloud(files: EnvironmentFiles) -> None:
    """What a team writes to deploy to its own account."""
    files.replace("targets.yaml", "<your account's id>", ACCOUNT_ID)
    files.replace("targets.yaml", "<your bucket>", BUCKET)


def test_local_target_takes_profiles(files: EnvironmentFiles) -> None:
    """Locally the account's address and every stack's credentials are profiles of one file."""
    destination = files.load().destination
    assert destination.account.host == "http://127.0.0.1:8000"
    assert destination.account.id == ACCOUNT_ID
    assert destination.profile("prod") == "prod"


def test_local_state_lies_beside_the_credentials(files: EnvironmentFiles) -> None:
    """Local state belongs to the account that the credentials are for."""
    state = files.load().destination.state
    assert state.local is not None
    assert Path(state.local.folder) == files.credentials.parent / "state"


def test_cloud_target_has_no_profiles_and_no_local_state(files: EnvironmentFiles) -> None:
    """In the cloud Databricks' own tools find credentials, and state is shared and locked."""
    fill_in_cloud(files)
    destination = files.load("cloud").destination
    assert destination.profile("prod") is None
    assert destination.state.local is None
    assert destination.state.s3 is not None
    assert destination.state.s3.bucket == BUCKET


def test_cloud_target_wants_to_be_filled_in(files: EnvironmentFiles) -> None:
    """The shipped cloud target is an example; deploying to it asks for the account's id."""
    (line,) = files.problems("cloud")
    assert "cloud.account.id: \"<your account's id>\": wants the account's id" in line


def test_unknown_target_names_the_variable(files: EnvironmentFiles) -> None:
    """A wrong TARGET is told with the targets there are."""
    (line,) = files.problems("clowd")
    assert line.endswith("chosen by the variable TARGET (did you mean cloud?); allowed: local, cloud")


def test_local_account_that_never_started_is_told(files: EnvironmentFiles) -> None:
    """Without the local account's credentials file the line says how to get one."""
    files.credentials.unlink()
    (line,) = files.problems()
    assert line.endswith("databrickscfg is missing; `make local` starts the local account and writes it")


def test_credentials_without_an_account_are_told(files: EnvironmentFiles) -> None:
    """A credentials file must hold the account's own profile."""
    files.credentials.write_text("[dev]\nhost = http://127.0.0.1:8001\n")
    (line,) = files.problems()
    assert line.endswith("databrickscfg: wants a profile [account] with host and account_id")
    files.credentials.write_text("[account]\nhost = 127.0.0.1\naccount_id = 1\n")
    assert len(files.problems()) == 2


def test_local_target_can_t_keep_shared_state(files: EnvironmentFiles) -> None:
    """Local credentials with a shared state are refused."""
    files.replace("targets.yaml", "local: {folder: state}", "gcs: {bucket: shared, prefix: mlops}")
    (line,) = files.problems()
    assert "local: " in line
    assert line.endswith("wants local state with a `credentials_file`, and shared state without")


def test_process_s_variables_are_read_in_one_place() -> None:
    """TARGET and DATABRICKS_CONFIG_FILE are all that the process decides."""
    variables = {"TARGET": "cloud", "DATABRICKS_CONFIG_FILE": "here"}
    assert Process.read(variables) == Process("cloud", Path("here"))
    assert Process.read({}) == Process("local", None)
