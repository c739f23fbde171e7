"""What an endpoint serves at this moment: its entities' processes and who gets which traffic."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from infra.local.workspace.children.child import ChildError
from infra.local.workspace.errors import InvalidParameterError, NotFoundError
from infra.local.workspace.serving.served import ServedEntity

_DRAIN_SECONDS = 30.0


@dataclass(frozen=True)
class Wanted:
    """An entity to serve: what sets its process apart from others, and how to start it."""

    name: str
    identity: str
    start: Callable[[str], ServedEntity]


class Deployment:
    """Replaces one set of entities by another in a single step; no request ever sees neither."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = False
        self._served: dict[str, ServedEntity] = {}
        self._starting: list[ServedEntity] = []
        self._retired: list[ServedEntity] = []
        self._shares: dict[str, int] = {}
        self._random = random.Random()  # noqa: S311 (splits traffic, keeps no secret)

    def deploy(self, wanted: list[Wanted], shares: Mapping[str, int], *, wait: bool) -> None:
        """Start what is new, wait until it is ready, switch; what is old is left to `drain`.

        `shares` are percentages by name. ChildError where a model can't be loaded: then nothing
        has changed. A process that serves just this already goes on; then only traffic changes.
        """
        old = dict(self._served)
        kept = {each.name: old[each.name] for each in wanted if _serves(old.get(each.name), each)}
        started: dict[str, ServedEntity] = {}
        try:
            for each in wanted:
                if each.name not in kept:
                    started[each.name] = self._start(each)
            for served in started.values() if wait else ():
                served.wait()
        except BaseException:
            for served in started.values():
                served.stop()
            raise
        with self._lock:
            self._served = {**kept, **started}
            self._shares = dict(shares)
            self._starting.clear()
            self._retired += [served for name, served in old.items() if name not in kept]

    def drain(self) -> None:
        """End what no longer serves, after the requests that it has under way."""
        with self._lock:
            retired, self._retired = self._retired, []
        for served in retired:
            served.stop(_DRAIN_SECONDS)

    @contextmanager
    def pick(self, name: str | None) -> Iterator[ServedEntity]:
        """The entity for one request, by its share of the traffic or by name; it is not stopped meanwhile."""
        with self._lock:
            served = self._served[self._draw()] if name is None else self._named(name)
            served.enter()
        try:
            yield served
        finally:
            served.leave()

    def find(self, name: str) -> ServedEntity | None:
        """The entity of a name, if it is served."""
        return self._served.get(name)

    def processes(self) -> list[tuple[str, int]]:
        """The entities that serve, with their processes' ids."""
        return [(served.name, served.pid) for served in self._served.values()]

    def stop(self) -> None:
        """End all processes, those that are starting or draining too; nothing starts any more."""
        with self._lock:
            self._stopped = True
            ended = [*self._served.values(), *self._starting, *self._retired]
            self._served, self._shares, self._starting, self._retired = {}, {}, [], []
        for served in ended:
            served.stop()

    def _start(self, wanted: Wanted) -> ServedEntity:
        with self._lock:
            if self._stopped:
                raise ChildError("The endpoint is gone.")
            served = wanted.start(wanted.identity)
            self._starting.append(served)
            return served

    def _draw(self) -> str:
        if not self._shares:
            raise InvalidParameterError("The endpoint has no served entity yet.", code="BAD_REQUEST")
        return self._random.choices(list(self._shares), list(self._shares.values()))[0]

    def _named(self, name: str) -> ServedEntity:
        if name not in self._served:
            raise NotFoundError(f"The endpoint does not serve '{name}'.")
        return self._served[name]


def _serves(served: ServedEntity | None, wanted: Wanted) -> bool:
    return served is not None and not served.failure and served.identity == wanted.identity
