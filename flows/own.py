"""A Prefect server of our own: a child that ends with us, however we end, and that answers only who has its password.

A password lives as long as its server, and goes from process to process by the environment alone.
"""

import atexit
import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from flows.server import Record, end_orphan, read_record
from pipeline.errors import ClanError, StorageError
from pipeline.house import PROJECT
from pipeline.prefects import DATABASE, keep_to, speak_to, start_afresh
from pipeline.storage.backup import check
from pipeline.storage.engine import Damaged

START_S: Final = 180.0
END_S: Final = 10.0
LOOK_S: Final = 0.05

log = logging.getLogger(__name__)

Child = subprocess.Popen[bytes]
Asked = Callable[[], bool]


def password() -> str:
    """One that nobody else on this machine can guess."""
    return secrets.token_urlsafe(32)


@contextmanager
def child(module: str, *orders: str, **settings: str) -> Iterator[Child]:
    """A child that ends with us: it holds the other end of a pipe. A Ctrl-C in our terminal is for us alone."""
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    command = [sys.executable, "-m", module, *orders]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | settings, cwd=PROJECT, **alone)
    try:
        yield started
    finally:
        if module == "flows.server":
            started.terminate()  # it has a database to close
            with suppress(subprocess.TimeoutExpired):
                started.wait(END_S)
        _end(started)


def _end(started: Child) -> None:
    """Close the pipe, which ends it; if it does not, end it."""
    assert started.stdin is not None
    started.stdin.close()
    try:
        started.wait(END_S)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()


def record_of(folder: Path, server: Child, is_over: Asked = lambda: False) -> Record | None:
    """What *server* says of itself once it does, which is long before it answers; None if it does not come to that."""
    _await(lambda: read_record(folder) is not None, server, is_over)
    return read_record(folder)


def answers(record: Record, server: Child, is_over: Asked = lambda: False) -> bool:
    """Wait until the API of *server* answers; whether it came to that before it *is_over*."""
    from prefect.client.orchestration import SyncPrefectClient

    with SyncPrefectClient(record.api) as client:
        return _await(lambda: client.api_healthcheck() is None, server, is_over)


def _await(is_there: Asked, server: Child, is_over: Asked) -> bool:
    until = time.monotonic() + START_S
    while not is_over() and server.poll() is None and time.monotonic() < until:
        if is_there():
            return True
        time.sleep(LOOK_S)
    return False


def is_damaged(database: Path) -> bool:
    """Whether Prefect's *database* must be set aside: a server would start with it, and serve nothing."""
    try:
        if database.exists():
            check(database, quick=True)
    except Damaged as error:
        log.warning("%s", error)
        return True
    except StorageError:  # Prefect will say so
        pass
    return False


@cache
def own_server(output: Path) -> None:
    """Have this process speak to a server of its own, which ends with it; its Prefect must not be imported yet.

    The server starts while Prefect is imported, so that both take as long as one.
    """
    keep_to(output)
    folder, key = output / "prefect" / "run", password()
    end_orphan(folder)
    start_afresh(output, is_damaged=is_damaged(output / "prefect" / DATABASE))
    ending = ExitStack()
    atexit.register(ending.close)  # before Prefect's own, which still speak to it, and so after them
    orders = (str(folder), str(output / "logs" / "prefect-run.log"))
    server = ending.enter_context(
        child("flows.server", *orders, PREFECT__SERVER_EPHEMERAL="1", PREFECT_SERVER_API_AUTH_STRING=key)
    )
    record = record_of(folder, server)
    if record is not None:
        speak_to(record.api, key)
    if record is None or not answers(record, server):
        raise ClanError("Prefect's server did not start; see logs/prefect-run.log.")
