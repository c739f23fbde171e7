"""Values that a task hands to the job's later tasks."""


def set_value(key: str, value: str) -> None:
    """Set a task value of the running task."""
    # Connects to the workspace when imported, so not before it is needed.
    from databricks.sdk.runtime import dbutils  # noqa: PLC0415 - see above

    dbutils.jobs.taskValues.set(key=key, value=value)
