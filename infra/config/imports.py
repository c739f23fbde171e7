"""What `imports.yaml` says: objects that existed before, which Terraform takes into its state."""

from __future__ import annotations

from pydantic import ConfigDict, RootModel

FILE = "imports.yaml"


class Imports(RootModel[dict[str, dict[str, str]]]):
    """What each stack's resources, by their addresses, are imported by."""

    model_config = ConfigDict(frozen=True)

    def of(self, stack: str) -> dict[str, str]:
        """A stack's imports: ids by address."""
        return self.root.get(stack, {})
