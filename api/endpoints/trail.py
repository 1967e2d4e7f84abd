"""The audit trail: who changed what, and when."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Ops
from api.context import Conn
from api.incoming import only_known_parameters
from api.openapi import errors
from api.schemas.audit import AuditEntry, AuditPage
from api.schemas.times import Moment
from store import audit

router = APIRouter(tags=["audit"], dependencies=[only_known_parameters])


@router.get("/audit", summary="Who changed what", responses=errors(401, 403, 422, 503))
async def list_audit(
    *,
    _caller: Ops,
    conn: Conn,
    who: Annotated[str | None, Query(max_length=300)] = None,
    what: Annotated[
        str | None, Query(max_length=100, description="A deed, or `plan` for all about plans.")
    ] = None,
    subject: Annotated[str | None, Query(max_length=300)] = None,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    after: Annotated[
        int | None, Query(ge=1, lt=2**63, description="The `next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")] = 100,
) -> AuditPage:
    """List changes, the newest first; nothing is ever altered in it or taken out. For role ops."""
    found = await audit.entries(
        conn,
        who=who,
        what=what,
        subject=subject,
        since=since,
        until=until,
        before=after,
        limit=limit + 1,
    )
    items = [AuditEntry.model_validate(entry) for entry in found[:limit]]
    return AuditPage(items=items, next=items[-1].audit_id if len(found) > limit else None)
