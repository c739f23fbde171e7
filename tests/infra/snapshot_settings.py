"""The shipped settings with snapshots in the place of a read-only catalog: what a team edits to switch."""

from __future__ import annotations

from tests.infra.conftest import EnvironmentFiles

SNAPSHOTS = """\
snapshots:
  dev:
    schedule: "0 0 3 ? * SUN"
    projects:
      flights:
        flights: {sample: 0.5, where: "origin = 'JFK'", mask: {tail_number: hash, flight_number: null}}
        planes: {mask: {tail_number: hash}}
        flight_features: {sample: 0.5}
"""


def switch_to_snapshots(files: EnvironmentFiles, snapshots: str = SNAPSHOTS) -> None:
    """Give dev snapshots of prod, and take its view of prod, and its people's rights on prod's tables."""
    prod = files.folder / "prod.yaml"
    lines = prod.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("  read_only_in: [dev]")]
    assert len(kept) == len(lines) - 1
    prod.write_text("".join(kept) + snapshots)
    files.replace("access.yaml", "  prod:\n    read: [data, metrics,", "  prod:\n    read: [metrics,")
    files.replace(
        "access.yaml",
        "run-dev:  # dev's training shows a new model beside prod's Champion\n  prod:\n    read: [models]\n",
        "",
    )
