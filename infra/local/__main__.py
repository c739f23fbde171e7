"""`python -m infra.local`: the local Databricks account from the command line."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from infra.local import daemon
from infra.local.folder import Folder


def main() -> int:
    """Run one command; what is wrong is one line, and exit status 1."""
    commands: dict[str, Callable[[Folder, argparse.Namespace], None]] = {
        "loop": _loop,
        "up": _up,
        "serve": _serve,
        "down": _down,
        "forward": _forward,
    }
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("command", choices=commands)
    parser.add_argument("duration", nargs="?", help="forward: how far to move the clock, e.g. 1d, 6h, 30m")
    parser.add_argument("--again", action="store_true", help="loop: run the jobs even where they ran before")
    arguments = parser.parse_args()
    if arguments.duration and arguments.command != "forward":
        parser.error(f"{arguments.command} takes no duration")
    try:
        commands[arguments.command](Folder.from_environment(), arguments)
    except Exception as error:
        print(f"local: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(folder: Folder, _: argparse.Namespace) -> None:
    from infra.local.process import serve  # noqa: PLC0415 (only this command needs the server's imports)

    serve(folder)


def _up(folder: Folder, _: argparse.Namespace) -> None:
    running = daemon.start(folder)
    print(f"The local account answers at {running.host} (process {running.pid}, log {folder.log})")


def _down(folder: Folder, _: argparse.Namespace) -> None:
    print("The local account is stopped." if daemon.stop(folder) else "The local account was not running.")


def _forward(folder: Folder, arguments: argparse.Namespace) -> None:
    from infra.local.forward import move_clock, parse_duration  # noqa: PLC0415 (the clients' imports)

    seconds = parse_duration(arguments.duration or "")
    if daemon.find(folder) is None:
        raise daemon.DaemonError(f"no account is running in {folder.root}; start it with `make local`")
    print("\n".join(move_clock(folder, seconds)))


def _loop(folder: Folder, arguments: argparse.Namespace) -> None:
    from infra.local.loop import close_the_loop  # noqa: PLC0415 (only this command needs the clients' imports)

    start = time.monotonic()
    close_the_loop(folder, again=arguments.again)
    print(f"Done in {time.monotonic() - start:.0f} s.")


if __name__ == "__main__":
    sys.exit(main())
