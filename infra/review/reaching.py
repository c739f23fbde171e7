"""Whether hosts answer at all: Terraform's providers try for minutes before they say that one doesn't."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from infra.review.errors import ReviewError, first_line

_SECONDS = 10  # to wait for an answer
_TRIES = 3


def check_answers(stack: str, host: str) -> None:
    """Ask a host for anything; ReviewError where nothing comes back, whatever it says else."""
    if urlsplit(host).scheme not in ("http", "https"):
        raise ReviewError(f"{stack} can't be planned: {host} is no address of Databricks")
    error: Exception | None = None
    for _ in range(_TRIES):
        try:
            with urlopen(Request(host, method="HEAD"), timeout=_SECONDS):  # noqa: S310 - http or https, see above
                return
        except HTTPError:
            return  # it has answered
        except (OSError, HTTPException) as failure:
            reason = failure.reason if isinstance(failure, URLError) else failure
            if isinstance(reason, ssl.SSLError):
                return  # somebody answers; whether that is to be trusted, the provider says
            error = failure
    told = first_line(error) if error else ""
    raise ReviewError(f"{stack} can't be planned: {host} does not answer ({told})")
