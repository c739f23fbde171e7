"""Databricks on loopback: what the stacks deploy to when no cloud is at hand."""
