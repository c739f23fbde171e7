"""Runs the hook: python -m pipelines.hook, with HOOK_… variables (docs/retraining.md)."""

import os
import sys
from datetime import UTC, datetime

import uvicorn

from pipelines.hook.application import make_application
from pipelines.hook.ledger import Ledger
from pipelines.hook.retraining import Retraining
from pipelines.hook.settings import Settings, SettingsError, read_settings
from pipelines.hook.trainings import DatabricksTrainings
from pipelines.progress import say

_MOST_AT_ONCE = 100
_GRACE_SECONDS = 60


def main() -> None:
    """Listen until told to stop. Ends the process with 2, and one line, for settings that don't do."""
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"hook: {error}\n")
        sys.exit(2)
    say(f"hook: https://{settings.host}:{settings.port}/alerts starts job {settings.job}")
    make_server(settings).run()


def make_server(settings: Settings) -> uvicorn.Server:
    """Return the server: HTTPS alone, there is no setting for anything else."""
    retraining = Retraining(
        Ledger(settings.state),
        DatabricksTrainings(settings.job),
        settings.between_starts,
        lambda: datetime.now(tz=UTC),
    )
    config = uvicorn.Config(
        make_application(settings, retraining),
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
        log_level="warning",
        access_log=False,  # the journal has each request
        server_header=False,
        proxy_headers=False,  # whoever calls could write them
        limit_concurrency=_MOST_AT_ONCE,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


if __name__ == "__main__":
    main()
