"""The MLflow server's application, for the child process that serves it (imports nothing of ours).

`mlflow server` imports MLflow twice (a parent that migrates the database, and its worker);
building the application here does it once: half the start time and half the memory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def build(settings: dict[str, Any]) -> Any:
    """The FastAPI application of MLflow on the folder's database and artifacts."""
    folder = Path(settings["folder"])
    database = f"sqlite:///{folder / 'mlflow.db'}"
    os.environ.update(
        {
            "_MLFLOW_SERVER_FILE_STORE": database,
            "_MLFLOW_SERVER_REGISTRY_STORE": database,
            "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
            "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
            "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
            "_MLFLOW_SGI_NAME": "uvicorn",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        }
    )
    from mlflow.server.fastapi_app import app  # noqa: PLC0415 (reads the environment on import)
    from mlflow.server.handlers import initialize_backend_stores  # noqa: PLC0415 (likewise)

    initialize_backend_stores(database, database, "mlflow-artifacts:/")
    return app
