"""The process that Sail runs in: serves Spark Connect on a free loopback port until its input closes.

A process of its own because Sail reads DATABRICKS_*, UNITY_* and UC_* variables of its environment
at each new session, and because users' functions run in it: they reach neither the account's memory
nor its interpreter lock. Started as `python child.py`; prints the port.
"""

from __future__ import annotations

import sys

from pysail.spark import SparkConnectServer


def main() -> None:
    """Serve until the parent closes this process's standard input, or dies."""
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address or ("", 0)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
