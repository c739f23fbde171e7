"""snapshot: copies chosen tables into another catalog, for people who may not read these.

Each table of the copy is replaced at once. The same rows are drawn at each run, and the same value has the
same hash in every table, so that what could be joined still can.
"""

import base64
from collections.abc import Sequence

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied

from pipelines.command import start
from pipelines.errors import PipelineError, first_line
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import SnapshotParameters
from pipelines.progress import timed
from pipelines.selection import Selection
from pipelines.snapshots import draw, mask

SALT = "snapshot_salt"  # in the project's secret scope
FEWEST = 16  # characters that nobody tries out


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(SnapshotParameters, lambda parameters: snapshot(parameters, WorkspaceClient()), arguments)


def snapshot(parameters: SnapshotParameters, workspace: WorkspaceClient) -> None:
    """Bring every table of the copy up to date.

    Raises PipelineError, before anything is copied, when values are to be hashed and the salt is missing or
    short, and when a table or column is missing.
    """
    source = Lakehouse.connect(parameters.catalog, parameters.schema)
    target = Lakehouse(source.spark, parameters.target_catalog, parameters.target_schema)
    hashes = any(selection.hashed for selection in parameters.selections)
    salt = _read_salt(workspace, parameters.secret_scope) if hashes else ""
    chosen = [(each, draw(source.read(each.table), each)) for each in parameters.selections]
    for selection, rows in chosen:
        label = f"{source.name(selection.table)} to {target.name(selection.table)}"
        with timed(f"copied {label}") as note:
            target.replace(selection.table, mask(rows, selection, salt))
            note(_tell(source, target, selection))


def _read_salt(workspace: WorkspaceClient, scope: str) -> str:
    """Without it, who knows what values there may be could find out which of them a hash stands for."""
    put = f"put one with `databricks secrets put-secret {scope} {SALT}`"
    try:
        found = workspace.secrets.get_secret(scope, SALT).value or ""
    except NotFound as error:
        raise PipelineError(f"there is no secret {SALT} in scope {scope} to hash with: {put}") from error
    except PermissionDenied as error:
        raise PipelineError(f"secret {SALT} of scope {scope} can't be read: {first_line(error)}") from error
    salt = base64.b64decode(found).decode()
    if len(salt) < FEWEST:
        raise PipelineError(f"secret {SALT} in scope {scope} is shorter than {FEWEST} characters: {put}")
    return salt


def _tell(source: Lakehouse, target: Lakehouse, selection: Selection) -> str:
    copied, all_rows = (side.read(selection.table).count() for side in (target, source))
    masked = ", ".join([*selection.hashed, *selection.emptied])
    return f"{copied:,} of {all_rows:,} rows" + (f", {masked} masked" if masked else "")
