"""What an environment may cost, and what its costs are told apart by."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from infra.config.validation import Settings

GIVEN_TAGS = ("environment", "project")  # that everything has by itself


def _refuse_given(tags: dict[str, str]) -> dict[str, str]:
    if taken := [key for key in tags if key in GIVEN_TAGS]:
        raise ValueError(f"{', '.join(taken)}: everything has this tag by itself")
    return tags


TagKey = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$")]
TagValue = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$")]
Tags = Annotated[dict[TagKey, TagValue], AfterValidator(_refuse_given)]


class Spending(Settings):
    """How much may be spent in a month, at list prices, before people are told."""

    monthly_dollars: int | None = Field(default=None, ge=1)
    emails: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _told(self) -> Self:
        if (self.monthly_dollars is None) != (not self.emails):
            raise ValueError(
                "wants `monthly_dollars` and `emails`, who are told when it is spent, or neither"
            )
        return self


class Budget(Spending):
    """An environment's budget: of all that its workspace costs.

    Serverless jobs and endpoints are billed under a budget policy, by whose tags the bill tells
    them apart: one that is made, with the environment's tags, or one that exists.
    """

    policy_id: str | None = Field(default=None, min_length=1)


class ComputePolicy(Settings):
    """Limits of classic compute: for what serverless can't do, and never without a policy."""

    # What may be chosen, by the cloud's and Databricks' names; the first, where nothing is.
    node_types: tuple[str, ...] = Field(min_length=1)
    spark_versions: tuple[str, ...] = Field(min_length=1)
    max_workers: int = Field(ge=1)
    access_mode: Literal["dedicated", "standard"] = "standard"  # to one user or group, or shared by many
    max_dbus_per_hour: int | None = Field(default=None, ge=1)
    max_clusters_per_user: int | None = Field(default=None, ge=1)


class InteractivePolicy(ComputePolicy):
    """Limits of compute that people start for their notebooks."""

    auto_stop_minutes: int = Field(ge=10, le=10_000)  # idle for as long, it stops; Databricks' own limits


class ComputePolicies(Settings):
    """The compute policies of an environment; whoever the access matrix lets use them sees no others."""

    job: ComputePolicy | None = None
    interactive: InteractivePolicy | None = None
