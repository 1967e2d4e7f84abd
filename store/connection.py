"""Connections, the pool and the one place where database errors get Brimful's names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from core.errors import DatabaseUnavailableError, InvalidInputError, StorageRefusedError

type Connection = psycopg.AsyncConnection[DictRow]
type Pool = AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]

_UNAVAILABLE = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed)
_REFUSED = (psycopg.DataError, psycopg.IntegrityError)


def _arguments(
    application: str, connect_timeout_s: float, statement_timeout_s: float | None = None
) -> dict[str, Any]:
    options = "-c timezone=UTC"
    if statement_timeout_s is not None:
        options += f" -c statement_timeout={round(statement_timeout_s * 1000)}"
    return {
        "row_factory": dict_row,
        "application_name": f"brimful-{application}",
        "connect_timeout": max(2, round(connect_timeout_s)),
        "options": options,
        # a server that vanished without a word is noticed in a minute, not in two hours
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }


@asynccontextmanager
async def named_errors() -> AsyncIterator[None]:
    """Turn psycopg's errors into DatabaseUnavailableError and StorageRefusedError."""
    try:
        yield
    except _UNAVAILABLE as error:
        raise DatabaseUnavailableError(_first_line(error)) from error
    except psycopg.errors.UndefinedTable as error:
        # services may well start before the tables are made
        raise DatabaseUnavailableError(
            f"{_first_line(error)}: run `brimful migrate` on this database"
        ) from error
    except _REFUSED as error:
        raise StorageRefusedError(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _checked(database_url: str) -> str:
    """Return a URL that libpq understands; its own complaints would show the password."""
    try:
        conninfo_to_dict(database_url)
    except psycopg.ProgrammingError:
        raise InvalidInputError(
            "BRIMFUL_DATABASE_URL cannot be used: it must be like "
            "postgresql://user:password@host:5432/name, with %25 for a % in the password, "
            "%40 for an @ and %2F for a /"
        ) from None
    return database_url


@asynccontextmanager
async def connect(
    database_url: str, *, application: str = "tool", timeout_s: float = 10.0
) -> AsyncIterator[Connection]:
    """Open one connection; what was done is committed at the end, or rolled back on an error."""
    async with named_errors():
        conn = await psycopg.AsyncConnection[DictRow].connect(
            _checked(database_url), **_arguments(application, timeout_s)
        )
        async with conn:
            yield conn


@asynccontextmanager
async def open_pool(
    database_url: str,
    *,
    application: str,
    max_size: int = 10,
    timeout_s: float = 10.0,
    statement_timeout_s: float | None = None,
) -> AsyncIterator[Pool]:
    """Open a pool that connects on demand: it opens even while the database is down.

    ``timeout_s`` bounds the wait for a connection and ``statement_timeout_s`` (None: no bound)
    each statement; then transaction() says DatabaseUnavailableError.
    """
    pool: Pool = AsyncConnectionPool(
        _checked(database_url),
        connection_class=psycopg.AsyncConnection[DictRow],
        kwargs=_arguments(application, timeout_s, statement_timeout_s),
        min_size=0,
        max_size=max_size,
        timeout=timeout_s,
        # Between attempts the pool waits longer and longer, and nobody else may try meanwhile. With
        # its default of five minutes a database that is back stayed unused for another minute or
        # two; given up early, the next caller begins anew.
        reconnect_timeout=timeout_s,
        # a connection that died while idle is replaced before anyone works with it
        check=AsyncConnectionPool.check_connection,
        open=False,
        name=application,
    )
    await pool.open(wait=False)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def connect_beside(pool: Pool) -> AsyncIterator[Connection]:
    """Open one more connection to where the pool's lead, which the pool does not count.

    For what stands as long as the process: a pool's connections are for short work.
    """
    async with named_errors():
        assert isinstance(pool.conninfo, str)  # noqa: S101 - open_pool gave it
        assert isinstance(pool.kwargs, dict)  # noqa: S101 - open_pool gave them
        conn = await psycopg.AsyncConnection[DictRow].connect(pool.conninfo, **pool.kwargs)
        async with conn:
            yield conn


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection for one transaction: COMMIT at the end, ROLLBACK on an error.

    Raises DatabaseUnavailableError (try again later) and StorageRefusedError (do not).
    """
    async with named_errors(), pool.connection() as conn:
        yield conn
