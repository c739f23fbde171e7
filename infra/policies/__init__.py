"""The organisation's invariants, one a file, checked at every synthesis (docs/policies.md).

A policy is a module with a function `check(organisation) -> Iterator[Violation]`, called by the
file's name. To add one, add a file.
"""
