"""MLflow as Databricks serves it: experiments and runs per workspace, models in Unity Catalog."""
