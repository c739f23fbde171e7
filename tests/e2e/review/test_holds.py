"""What a review says of rights holds: what people may do before the deploy, and after it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.service import jobs
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.sql import StatementState

from infra.review.finding import Section
from infra.review.reviewing import Review
from infra.review.stacks import PLAN
from infra.review.terraform import Terraform
from tests.e2e.conftest import Deployed
from tests.e2e.review.reviewing import Edits, Reviewing

pytestmark = pytest.mark.slow

EDITS: Edits = {
    "access.yaml": {
        "data-scientists.prod": {
            "write": ["data"],
            "use": ["workspace", "warehouses", "endpoints"],
            "read": ["models", "volumes", "jobs", "alerts", "dashboards"],
        },
        "ml-engineers.prod": {
            "manage": ["models", "experiments", "alerts", "dashboards"],
            "write": ["data"],
            "use": ["warehouses", "workspace", "compute", "budgets", "jobs", "endpoints", "principals"],
            "read": ["metrics", "volumes"],
        },
    }
}
VOLUME = "/Volumes/prod/flights/artifacts"
ENDPOINT = "flights-arrival-delay"
EXPERIMENT = "/Projects/flights/arrival_delay"


@dataclass(frozen=True)
class Operation:
    """Something that somebody may do before the deploy or after it, and the review's words for it."""

    profile: str
    attempt: Callable[[Deployed, str], object]
    right: Literal["gained", "lost", "never held"]
    told: str  # within one line of the page

    @property
    def expected(self) -> tuple[bool, bool]:
        """Whether it can be done before, and afterwards."""
        return self.right == "lost", self.right == "gained"


def sql(text: str) -> Callable[[Deployed, str], object]:
    """A statement on the workspace's warehouse."""

    def attempt(deployed: Deployed, profile: str) -> None:
        client = deployed.client(profile)
        warehouse = next(iter(deployed.client("prod" if "prod" in profile else "dev").warehouses.list()))
        answer = client.statement_execution.execute_statement(text, warehouse.id or "", wait_timeout="50s")
        assert answer.status is not None
        if answer.status.state == StatementState.FAILED:
            message = answer.status.error.message if answer.status.error else ""
            assert message is not None
            assert "INSUFFICIENT_PERMISSIONS" in message, message
            raise PermissionDenied(message)

    return attempt


def ask(deployed: Deployed, profile: str) -> object:
    """A prediction."""
    path = f"/serving-endpoints/{ENDPOINT}/invocations"
    return deployed.client(profile).api_client.do("POST", path, body=deployed.sample())


def rename_endpoint_s_tags(deployed: Deployed, profile: str) -> object:
    """A change of the endpoint that changes nothing."""
    return deployed.client(profile).serving_endpoints.patch(ENDPOINT, delete_tags=["nothing"])


def see_experiment(deployed: Deployed, profile: str) -> object:
    """The project's experiment."""
    return deployed.client(profile).experiments.get_by_name(EXPERIMENT)


def share_job(deployed: Deployed, profile: str) -> object:
    """A permission on a job that its group has, given again."""
    job = next(deployed.client("prod").jobs.list(name="flights-rollback"))
    entry = AccessControlRequest(group_name="platform-admins", permission_level=PermissionLevel.CAN_MANAGE)
    return deployed.client(profile).permissions.update("jobs", str(job.job_id), access_control_list=[entry])


def put_secret(deployed: Deployed, profile: str) -> object:
    """A secret of the project's."""
    return deployed.client(profile).secrets.put_secret("flights", "of-review", string_value="nothing")


def upload(deployed: Deployed, profile: str) -> object:
    """A file in the project's volume."""
    return deployed.client(profile).files.upload(f"{VOLUME}/of-review.txt", io.BytesIO(b"-"), overwrite=True)


def run_as_prod(deployed: Deployed, profile: str) -> object:
    """A job of one's own that runs as production's principal."""
    client, deployer = deployed.client(profile), deployed.client("prod")
    found = next(deployer.jobs.list(name="flights-rollback"))
    nothing = jobs.ConditionTask(jobs.ConditionTaskOp.EQUAL_TO, "1", "1")
    made = client.jobs.create(
        name=f"of-review-{uuid.uuid4().hex}",
        tasks=[jobs.Task(task_key="nothing", condition_task=nothing)],
        run_as=jobs.JobRunAs(service_principal_name=deployer.jobs.get(found.job_id or 0).run_as_user_name),
    )
    return client.jobs.delete(made.job_id or 0)


METRICS = "SELECT count(*) FROM prod.flights_metrics.flight_features_profile_metrics"
WRITES = "INSERT INTO prod.flights.planes SELECT * FROM prod.flights.planes WHERE false"
OPERATIONS = {
    "read-metrics": Operation("dana-dev", sql(METRICS), "lost", "data-scientists: read → nothing of metrics"),
    "write-data": Operation("dana-prod", sql(WRITES), "gained", "data-scientists: read → write of data"),
    "write-data-from-dev": Operation(
        "dana-dev", sql(WRITES), "never held", "from dev's workspace, to read only"
    ),
    "ask-endpoint": Operation("dana-prod", ask, "gained", "data-scientists: read → use of"),
    "see-experiment": Operation("dana-prod", see_experiment, "lost", "data-scientists: read → nothing of"),
    "change-endpoint": Operation(
        "emil-prod", rename_endpoint_s_tags, "lost", "ml-engineers: manage → use of"
    ),
    "share-job": Operation("emil-prod", share_job, "lost", "ml-engineers: manage → use of"),
    "put-secret": Operation("emil-prod", put_secret, "lost", "ml-engineers: write → read of secrets"),
    "upload": Operation("emil-prod", upload, "lost", "ml-engineers loses WRITE_VOLUME on prod.flights"),
    "run-as-prod": Operation("emil-prod", run_as_prod, "gained", "ml-engineers: nothing → use of principals"),
}


@dataclass(frozen=True)
class Deploying:
    """The page, and who could do what before and after it was deployed."""

    review: Review
    before: dict[str, bool]
    after: dict[str, bool]


def done(operation: Operation, deployed: Deployed) -> bool:
    """Whether it was done; what fails for another reason than a right's is raised."""
    try:
        operation.attempt(deployed, operation.profile)
    except PermissionDenied:
        return False
    return True


@pytest.fixture(scope="module")
def deploying(reviewing: Reviewing) -> Iterator[Deploying]:
    """Production with other rights; afterwards as it was."""
    deployed = reviewing.deployed
    before = {name: done(operation, deployed) for name, operation in OPERATIONS.items()}
    found = deploy(reviewing, EDITS)
    try:
        after = {name: done(operation, deployed) for name, operation in OPERATIONS.items()}
        yield Deploying(found, before, after)
    finally:
        deploy(reviewing, {})


def deploy(reviewing: Reviewing, edits: Edits) -> Review:
    """Review the account and production, and apply the plans."""
    found = reviewing.review(reviewing.edit(edits), ["account", "prod"])
    for stack in ("account", "prod"):
        folder = reviewing.folder / "cdktf.out" / "stacks" / stack
        assert Terraform(stack, folder).apply(folder / PLAN) == 0
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_rights_are_as_the_review_says(deploying: Deploying, name: str) -> None:
    """Before the deploy somebody may do it or not, and afterwards what the page says."""
    operation = OPERATIONS[name]
    assert (deploying.before[name], deploying.after[name]) == operation.expected
    lines = [line for finding in deploying.review.of(Section.ACCESS) for line in (finding.text, *finding.why)]
    assert any(operation.told in line for line in lines), lines
