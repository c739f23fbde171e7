"""What the account stack tells the environments' stacks: written and read under the same names."""

from __future__ import annotations

from collections.abc import Iterable

from cdktf import TerraformOutput, TerraformRemoteState, TerraformStack, Token

from infra.config.access import ROLES, RUN, run_of
from infra.constructs.principals import Principal


def tell(stack: TerraformStack, name: str, value: str) -> None:
    """Make a value an output of the stack, under exactly this name."""
    TerraformOutput(stack, name, value=value, static_id=True)


def tell_workspace(stack: TerraformStack, environment: str, *, id_: str, host: str) -> None:
    """Tell which workspace is an environment's."""
    tell(stack, f"{environment}_workspace_id", id_)
    tell(stack, f"{environment}_workspace_host", host)


def tell_service_principal(stack: TerraformStack, environment: str, role: str, principal: Principal) -> None:
    """Tell which service principal has a role (`run`, `deploy`, `retrain`) in an environment."""
    tell(stack, f"{environment}_{role}_id", principal.id)
    tell(stack, f"{environment}_{role}_application_id", principal.name)


def tell_budget_policy(stack: TerraformStack, environment: str, id_: str) -> None:
    """Tell which budget policy an environment's serverless compute is billed under."""
    tell(stack, f"{environment}_budget_policy_id", id_)


def tell_group(stack: TerraformStack, name: str, group: Principal) -> None:
    """Tell a group's id."""
    tell(stack, _group_id(name), group.id)


class AccountOutputs:
    """The account's outputs, as an environment's stack sees them."""

    def __init__(self, state: TerraformRemoteState) -> None:
        self._state = state

    def workspace_id(self, environment: str) -> float:
        """The number of an environment's workspace."""
        return Token.as_number(self._state.get(f"{environment}_workspace_id"))

    def workspace_host(self, environment: str) -> str:
        """The URL of an environment's workspace."""
        return self._state.get_string(f"{environment}_workspace_host")

    def budget_policy(self, environment: str) -> str:
        """The budget policy that was made for an environment, by its id."""
        return self._state.get_string(f"{environment}_budget_policy_id")

    def principals(
        self, environment: str, *, groups: Iterable[str], environments: Iterable[str]
    ) -> dict[str, Principal]:
        """Everybody that the access matrix speaks of, by the word it uses."""
        return {
            **{group: self._group(group) for group in groups},
            **{role: self._service_principal(environment, role) for role in ROLES},
            **{run_of(other): self._service_principal(other, RUN) for other in environments},
        }

    def _group(self, name: str) -> Principal:
        return Principal(name=name, id=self._state.get_string(_group_id(name)), is_group=True)

    def _service_principal(self, environment: str, role: str) -> Principal:
        name = self._state.get_string(f"{environment}_{role}_application_id")
        return Principal(name=name, id=self._state.get_string(f"{environment}_{role}_id"), is_group=False)


def _group_id(name: str) -> str:
    return f"{name.replace('-', '_')}_group_id"
