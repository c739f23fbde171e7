"""Processes that serve one ASGI application for the account, and end when it ends."""
