"""What `python -m infra` does besides synthesis: one module a command."""
