"""The workers of a Dask cluster that exists, as an executor: they work, or what is wrong is said."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic
from typing import Any

from ..errors import InputError, WorkersError
from ..workers import WorkerDied

CONNECT_SECONDS = 10
WORKERS_SECONDS = 60


class Cluster:
    """A cluster at an address, where this package is installed, too.

    Raises
    ------
    InputError
        If `distributed` is not installed, or, when `pool` is used, if no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError:
            needed = "it needs: pip install 'convac[distributed]'"
            raise InputError("dask", address, needed) from None
        self._address = address
        self._client: Any = None
        self._alone_since: float | None = None

    @contextmanager
    def pool(self) -> Iterator[Executor]:
        """An executor on the cluster; what it has not done is dropped in the end."""
        quiet = _Quiet()
        logging.getLogger("distributed.client").addFilter(quiet)
        self._client = client = _connected(self._address)
        try:
            yield _ByValue(client.get_executor(pure=False))
        finally:
            with suppress(Exception):  # of a cluster that is lost
                client.close(timeout=CONNECT_SECONDS)
            logging.getLogger("distributed.client").removeFilter(quiet)

    def check(self) -> None:
        """Raise `WorkersError` if there has been no worker for a minute, or no scheduler."""
        if self._client.status not in ("running", "connecting"):
            raise WorkersError(f"the cluster at {self._address} is lost")
        if self._client.scheduler_info()["workers"]:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = monotonic()
        elif monotonic() - self._alone_since > WORKERS_SECONDS:
            raise WorkersError(f"the cluster at {self._address} has no workers")


class _Quiet(logging.Filter):
    """Drops tracebacks about a lost connection: it is said in one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


class _ByValue(Executor):
    """A cluster's executor that sends tasks as bytes.

    A worker without this package then says so; a name that it cannot import it drops without a word.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, function: Any, /, *task: Any, **_: Any) -> Future[Any]:
        def done_there(data: bytes) -> Any:  # local, so that it is sent as code
            import pickle

            function, task = pickle.loads(data)
            return function(*task)

        found: Future[Any] = Future()

        def pass_on(future: Future[Any]) -> None:
            try:
                found.set_result(future.result())
            except BaseException as error:
                killed = type(error).__name__ == "KilledWorker"
                found.set_exception(WorkerDied() if killed else error)

        sent = self._executor.submit(done_there, pickle.dumps((function, task)))
        sent.add_done_callback(pass_on)
        return found


def _connected(address: str) -> Any:
    """A client; not later than in a few seconds, since what speaks another protocol never answers."""
    made: list[Any] = []

    def connect() -> None:
        from distributed import Client as Untyped

        Client: Any = Untyped
        try:
            made.append(Client(address, timeout=CONNECT_SECONDS))
        except Exception as error:  # of any transport: each has its own
            made.append(error)

    thread = Thread(target=connect, daemon=True)
    thread.start()
    thread.join(1.5 * CONNECT_SECONDS)
    found = made[0] if made else "what is there speaks another protocol"
    if not made or isinstance(found, Exception):
        raise InputError("dask", address, f"no scheduler answers: {found}")
    return found
