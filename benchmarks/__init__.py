"""Measurements whose result is a ratio to something that ran beside it, on the same machine."""
