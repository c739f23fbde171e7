"""Exploration: what is looked at before training."""
