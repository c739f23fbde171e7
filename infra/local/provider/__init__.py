"""A Terraform provider for Databricks on loopback, where Terraform's registry can't be reached.

It makes the REST calls that the official provider makes. Never share a state between the two.
"""
