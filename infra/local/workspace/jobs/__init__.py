"""Jobs and their runs: a task DAG whose tasks are subprocesses of the deployed wheel."""
