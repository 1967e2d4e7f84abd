"""Serve the application inside an event loop that exists already."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.housekeeping import kept_tidy
from api.live.hub import live_of
from core.errors import InvalidInputError
from core.logs import get_logger

STOP_LIMIT_S = 1
"""Requests still running this long after the stop are given up."""

_log = get_logger(__name__)


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to the process it is a part of, and says when it serves."""

    def __init__(self, config: uvicorn.Config, *, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    app: FastAPI,
    *,
    host: str,
    port: int,
    started: Callable[[str], None] | None = None,
) -> None:
    """Serve until cancelled; then finish running requests within STOP_LIMIT_S and return to it.

    Installs no signal handlers and no logging of its own, so that it can be one task of many.

    Args:
        app: the application; its database pool stays the caller's.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        started: called with the base address (``http://host:port``) once it takes requests.

    Raises:
        InvalidInputError: the address or port cannot be listened on.
    """
    listening = await _listen(host, port)
    address = _address(listening)

    def say_so() -> None:
        _log.info("serving", address=address)
        if started is not None:
            started(address)

    server = _Server(
        uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            log_level="warning",
            # the application writes its own line for each request
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_LIMIT_S,
        ),
        on_started=say_so,
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]), name=f"http {address}")
    try:
        async with live_of(app).running(), kept_tidy(app):
            # a cancelled uvicorn would drop its connections: it is asked to stop below instead
            await asyncio.shield(serving)
    finally:
        # no stream is open any more: what is live has ended them
        server.should_exit = True
        await serving


async def _listen(host: str, port: int) -> socket.socket:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, *_, address = found[0]
        listening = socket.create_server(address[:2], family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        raise InvalidInputError(
            f"cannot listen on {host} port {port}: {error}. Is something else running there? "
            "Choose others with --host and --port, or BRIMFUL_API_HOST and BRIMFUL_API_PORT"
        ) from error
    # Connections inherit it. asyncio sets it only on sockets that name their protocol, which this
    # one does not; without it every small answer waits 40 ms for a delayed ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _address(listening: socket.socket) -> str:
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
