"""The local Databricks account and its workspaces: the REST API that official clients speak."""
