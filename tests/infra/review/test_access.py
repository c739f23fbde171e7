"""What a change of rights is told as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy

import pytest

from infra.declared.declared import Declared
from infra.review.access import AccessChanges
from infra.review.judging import Judge
from infra.review.single_rights import Address
from infra.rights.effective import EffectiveRights
from tests.infra.rights.account import AccountBuilder

INSIDERS = frozenset({"owners", "run-prod", "deploy-prod"})
JUDGE = Judge("prod", INSIDERS, frozenset())
READ = ("USE_SCHEMA", "SELECT")
JOB = "${databricks_job.flights_training_Job.id}"
Edit = Callable[[AccountBuilder], object]


def start() -> AccountBuilder:
    """An account where readers may read prod's data from dev's workspace, and writers write it."""
    account = AccountBuilder()
    account.groups("readers", "owners", "contractors", "interns", "writers")
    account.assign("readers", "dev")
    account.assign("run-prod", "prod")
    account.assign("contractors", "prod")
    account.grant("readers", "USE_CATALOG", catalog="prod")
    account.grant("readers", *READ, schema="prod.flights")
    account.grant("writers", "USE_CATALOG", catalog="prod")
    account.grant("writers", *READ, "MODIFY", schema="prod.flights")
    account.grant("run-prod", "USE_CATALOG", catalog="prod")
    account.grant("run-prod", *READ, "MODIFY", schema="prod.flights")
    put_in("interns", "writers")(account)
    return account


def put_in(member: str, group: str) -> Edit:
    """A membership."""
    values = {"member_id": member, "group_id": group}
    return lambda account: account.add("account", "group_member", f"{member} in {group}", **values)


def permit(level: str) -> Edit:
    """A job that runs as prod's own principal, with a permission for readers."""

    def edit(account: AccountBuilder) -> None:
        run_as = {"service_principal_name": "run-prod"}
        account.add("prod", "job", "flights/training/Job", name="flights-training", run_as=run_as)
        entries = [{"group_name": "readers", "permission_level": level}]
        account.add("prod", "permissions", "flights/training/Permissions", job_id=JOB, access_control=entries)

    return edit


def remove(stack: str, kind: str, name: str) -> Edit:
    """A resource is no longer declared."""
    return lambda account: account.stacks[stack]["resource"][f"databricks_{kind}"].pop(name)


def grant(who: str, *privileges: str, **on: str) -> Edit:
    """A grant, instead of the one that was there."""
    return lambda account: account.grant(who, *privileges, **on)


def see_prod_in_dev(account: AccountBuilder) -> None:
    """Dev's workspace sees prod's catalog."""
    values = {"securable_type": "catalog", "securable_name": "prod", "workspace_id": "101"}
    account.add(
        "prod", "workspace_binding", "Catalog/ReadOnly", binding_type="BINDING_TYPE_READ_ONLY", **values
    )


def own_prod(account: AccountBuilder) -> None:
    """Prod's catalog is somebody's."""
    account.add(
        "prod", "catalog", "Catalog/Catalog", name="prod", isolation_mode="ISOLATED", owner="contractors"
    )


def compare(
    edits: Iterable[Edit],
    *,
    before: Iterable[Edit] = (),
    judge: Judge = JUDGE,
    overwritten: Iterable[Address] = (),
) -> list[str]:
    """Lines of what edits of the account change: severity, text, and the reasons."""
    old = start()
    for edit in before:
        edit(old)
    new = deepcopy(old)
    for edit in edits:
        edit(new)
    rights = [EffectiveRights(Declared(account.stacks)) for account in (old, new)]
    changes = AccessChanges(rights[0], rights[1], judge, overwritten)
    return ["; ".join([f"{each.severity.word} {each.text}", *each.why]) for each in changes.findings()]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        pytest.param(
            grant("contractors", "USE_CATALOG", catalog="prod"),
            ["high contractors: nothing → read of catalog in prod; gains USE_CATALOG on prod"],
            id="added",
        ),
        pytest.param(
            grant("readers", *READ, "MODIFY", schema="prod.flights"),
            [
                "critical readers: read → write of data in prod/flights; gains MODIFY on prod.flights; "
                "from no workspace: none that lets it in sees the catalog"
            ],
            id="widened-for-who-does-not-own-production",
        ),
        pytest.param(
            grant("run-prod", *READ, "MODIFY", "MANAGE", schema="prod.flights"),
            ["medium run-prod gains MANAGE on prod.flights"],
            id="widened-for-its-own",
        ),
        pytest.param(
            grant("readers", "USE_SCHEMA", schema="prod.flights"),
            ["medium readers: read → nothing of data in prod/flights; loses SELECT on prod.flights"],
            id="narrowed",
        ),
        pytest.param(
            remove("prod", "grant", "readers on {'schema': 'prod.flights'}"),
            [
                "medium readers: read → nothing of data in prod/flights; "
                "loses USE_SCHEMA, SELECT on prod.flights"
            ],
            id="removed",
        ),
        pytest.param(
            grant("readers", *READ, "APPLY_TAG", schema="prod.flights"),
            ["critical readers gains APPLY_TAG on prod.flights"],
            id="moves-no-level",
        ),
        pytest.param(
            grant("contractors", "BROWSE", catalog="prod"),
            ["high contractors gains BROWSE on prod"],
            id="opens-nothing",
        ),
        pytest.param(
            grant("contractors", "ALL_PRIVILEGES", catalog="prod"),
            [
                "critical contractors: nothing → write of catalog in prod; models in prod/flights; "
                "gains ALL_PRIVILEGES on prod; from prod's workspace, to write, without SQL",
                "critical contractors: nothing → manage of data, volumes in prod/flights; "
                "gains ALL_PRIVILEGES on prod; from prod's workspace, to manage, without SQL",
                "high contractors: nothing → read of metrics in prod/flights; "
                "gains ALL_PRIVILEGES on prod; from prod's workspace, to read, without SQL",
            ],
            id="all-privileges",
        ),
        pytest.param(
            put_in("contractors", "interns"),
            [
                "high contractors: nothing → read of catalog in prod; gains member of interns",
                "critical contractors: nothing → write of data in prod/flights; gains member of interns; "
                "from prod's workspace, to write, without SQL",
            ],
            id="write-by-two-hops",
        ),
        pytest.param(
            see_prod_in_dev,
            ["high whoever is in dev's workspace gains sight of catalog prod, read only"],
            id="catalog-is-seen-elsewhere",
        ),
        pytest.param(
            lambda account: account.assign("contractors", "prod", "ADMIN"),
            [
                "critical contractors: nothing → manage of warehouses, workspace in prod; "
                "jobs, endpoints, experiments, alerts, dashboards, git_folders, secrets in prod/flights; "
                "gains ADMIN of prod's workspace",
                "high contractors: nothing → use of compute in prod; gains ADMIN of prod's workspace",
            ],
            id="administers-the-workspace",
        ),
        pytest.param(
            grant("contractors", "USE_CATALOG", catalog="dev", stack="dev"),
            ["medium contractors: nothing → read of catalog in dev; gains USE_CATALOG on dev"],
            id="elsewhere",
        ),
    ],
)
def test_a_change_of_a_grant(edit: Edit, told: list[str]) -> None:
    """Who gains or loses what, as how bad, and by what."""
    assert compare([edit]) == told


def test_nothing() -> None:
    """Where nothing changes, nothing is told."""
    assert compare([]) == []


def test_a_new_owner() -> None:
    """Who owns a catalog has all of it, and who made it no longer has."""
    lines = compare([own_prod])
    assert (
        "critical contractors: nothing → manage of data, models, volumes, leftovers in prod/flights; "
        "gains OWNER on prod; from prod's workspace, to manage, without SQL" in lines
    )
    assert "medium deploy-prod: write → nothing of catalog in prod; loses OWNER on prod" in lines


def test_a_job_that_can_be_changed() -> None:
    """Who may change a job acts as whom it runs as; the level before is not told as lost."""
    assert compare([permit("CAN_MANAGE")], before=[permit("CAN_VIEW")]) == [
        "critical readers: read → write of data in prod/flights; "
        "gains CAN_MANAGE on jobs flights-training; by having jobs run as run-prod; "
        "from prod's workspace, to write, without SQL",
        "critical readers: read → manage of jobs in prod/flights; gains CAN_MANAGE on jobs flights-training",
    ]


def test_a_permission_that_moves_no_level() -> None:
    """A permission that the matrix has no word for is told as it is."""
    assert compare([permit("CAN_MANAGE_RUN")], before=[permit("CAN_DO_NOTHING_YET")])[-1] == (
        "high readers: nothing → use of jobs in prod/flights; gains CAN_MANAGE_RUN on jobs flights-training"
    )
    assert compare([permit("CAN_SOMETHING")], before=[permit("CAN_SOMETHING_ELSE")]) == [
        "critical readers: CAN_SOMETHING_ELSE → CAN_SOMETHING on jobs flights-training"
    ]


def test_what_is_overwritten() -> None:
    """What was given by hand, and a new resource takes away, is told as such."""
    written = [("prod", "databricks_permissions.flights_training_Permissions")]
    assert compare([permit("CAN_VIEW")], before=[permit("CAN_MANAGE_RUN")], overwritten=written) == [
        "medium readers: use → read of jobs in prod/flights; loses CAN_MANAGE_RUN on jobs flights-training; "
        "was given outside of the code and is overwritten, which the plan does not show"
    ]


def rename_schema(account: AccountBuilder) -> None:
    """The project's schema is called otherwise, and every grant on it is a grant on that."""
    for named in account.stacks["prod"]["resource"].values():
        for values in named.values():
            if values.get("schema") == "prod.flights":
                values["schema"] = "prod.delays"
            if values.get("schema_name") == "flights":
                values["schema_name"] = "delays"
            if values["//"]["path"] == "prod/flights/Schema/Schema":
                values["name"] = "delays"


def test_something_is_renamed() -> None:
    """Who had a right on it before has it afterwards: nothing is gained or lost by the name."""
    assert compare([rename_schema]) == []


def test_a_grant_is_moved_to_something_else() -> None:
    """A grant on something that was there already is a gain, though the same resource says it."""

    def other(account: AccountBuilder) -> None:
        account.add("prod", "schema", "churn/Schema/Schema", catalog_name="prod", name="churn")

    def move(account: AccountBuilder) -> None:
        named = account.stacks["prod"]["resource"]["databricks_grant"]
        named["readers on {'schema': 'prod.flights'}"]["schema"] = "prod.churn"

    lines = compare([move], before=[other])
    assert any("gains USE_SCHEMA, SELECT on prod.churn" in line for line in lines)
    assert any("loses USE_SCHEMA, SELECT on prod.flights" in line for line in lines)


@pytest.mark.parametrize("principals", [("run-prod", "retrain-prod"), ("retrain-prod", "run-prod")])
def test_who_loses_the_same_is_told_by_name(principals: tuple[str, str]) -> None:
    """In whatever order the account has them."""

    def permit_both(account: AccountBuilder) -> None:
        entries = [{"service_principal_name": who, "permission_level": "CAN_WATCH"} for who in principals]
        account.add("prod", "permissions", "flights/it/Permissions", job_id="7", access_control=entries)

    assert compare([remove("prod", "permissions", "flights_it_Permissions")], before=[permit_both]) == [
        "medium retrain-prod (CAN_WATCH), run-prod (CAN_WATCH): lose these rights on jobs 7"
    ]


def test_a_new_environment() -> None:
    """Of an environment that is not there yet single rights are counted, and nothing is severe."""
    account = start()
    rights = EffectiveRights(Declared(account.stacks))
    old = {name: document for name, document in account.stacks.items() if name != "dev"}
    old["account"] = deepcopy(account.stacks["account"])
    changes = AccessChanges(
        EffectiveRights(Declared(old)), rights, Judge("prod", INSIDERS, frozenset({"dev"}))
    )
    found = [finding for finding in changes.findings() if finding.stack == "dev"]
    assert found
    assert {finding.severity.word for finding in found} == {"low"}
