"""Is the process alive, is it of use."""

from importlib.metadata import version

from fastapi import APIRouter

from api.context import Conn
from api.openapi import errors
from api.schemas.health import Alive, Ready
from core.errors import DatabaseUnavailableError
from store import checks

router = APIRouter(tags=["health"])


@router.get("/health", summary="Is the process alive", responses=errors())
async def read_health() -> Alive:
    """Answer at once, without the database: restart the process where this fails."""
    return Alive(version=version("brimful"))


@router.get("/ready", summary="Can requests be served", responses=errors(503))
async def read_ready(conn: Conn) -> Ready:
    """Say whether the database answers and has its tables; 503 while it does not."""
    if not (await checks.about(conn)).migrated:
        raise DatabaseUnavailableError("the database has no tables yet: run `brimful migrate`")
    return Ready()
