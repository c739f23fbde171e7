"""Databricks' MLOps reference architecture as CDK for Terraform stacks."""
