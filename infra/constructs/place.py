"""The environment around a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.config.access import EnvironmentAccess
from infra.config.environment import Schedules
from infra.config.snapshots import Arrival
from infra.config.target import Repository
from infra.constructs.environment_jobs import EnvironmentJob
from infra.constructs.notifications import Told
from infra.constructs.permissions import AccessControl, access_control
from infra.constructs.principals import Principal


@dataclass(frozen=True)
class Place:
    """What all projects of an environment have in common."""

    environment: str
    catalog: str
    disposable: bool
    warehouse_id: str
    tags: Mapping[str, str]  # of all that costs, beside those that tell environment and project
    budget_policy: str | None  # by its id: what serverless compute is billed under
    access: EnvironmentAccess
    principals: Mapping[str, Principal]
    told: Told
    schedules: Schedules
    champion_catalog: str  # of the environment whose Champion new models are shown beside
    repository: Repository | None  # what Git folders are cloned from, where there are any
    jobs: Mapping[str, Mapping[str, EnvironmentJob]]  # of the environment for each project, by project
    arrivals: Mapping[str, Arrival]  # snapshots that other environments bring, by project

    def permissions(self, asset: str, project: str) -> AccessControl:
        """Who may do what with a project's objects of a kind."""
        return access_control(self.access.permissions(asset, project), self.principals)
