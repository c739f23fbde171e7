"""Notebooks that the project's data scientists open from its Git folder; no part of the wheel."""
