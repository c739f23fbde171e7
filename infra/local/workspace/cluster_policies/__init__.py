"""Cluster policies: what classic compute may be. Compute itself is not started here."""
