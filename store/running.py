"""A plan while it is made: how far it is, and whoever wants it ended."""

from collections.abc import AsyncGenerator
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.errors import ConflictError, NotFoundError
from core.plans import Plan
from core.replan import PlanProgress
from store.connection import Connection, connect
from store.plan_rows import COLUMNS, plan_of, progress_document
from store.plans import CHANGED_CHANNEL, notify_changed
from store.plans import plan as read_plan


class Wish(StrEnum):
    """What the planner of a running plan is to do."""

    GO_ON = "go on"
    FINISH = "finish"
    """End the search and take the best so far."""
    DROP = "drop"
    """It is not running any more: nothing of it will be saved."""


_TELL = """
    UPDATE plans SET progress = coalesce(%(progress)s, progress)
    WHERE plan_id = %(plan_id)s AND status = 'running'
    RETURNING finish_asked_at IS NOT NULL AS finish_asked
"""


async def tell(conn: Connection, plan_id: UUID, progress: PlanProgress | None) -> Wish:
    """Note how far a running plan is (None: as before), and learn what is wanted of it."""
    document = None if progress is None else progress_document(progress)
    cursor = await conn.execute(_TELL, {"plan_id": plan_id, "progress": document})
    row = await cursor.fetchone()
    if row is None:
        return Wish.DROP
    if progress is not None:
        await notify_changed(conn, plan_id)
    return Wish.FINISH if row["finish_asked"] else Wish.GO_ON


_CANCEL = f"""
    UPDATE plans SET status = 'cancelled', finished_at = %(now)s,
           summary = 'cancelled by ' || %(by)s
    WHERE plan_id = %(plan_id)s AND status IN ('requested', 'running', 'proposed')
    RETURNING {COLUMNS}
"""  # noqa: S608 - column names from the constant


async def cancel_plan(conn: Connection, plan_id: UUID, *, by: str, now: datetime) -> Plan:
    """Cancel a plan that is asked for, made or proposed; the plan in force stays the one it is.

    Cancelling it again changes nothing. Its planner ends the search when it hears of it, and can
    save nothing from now on. Raises NotFoundError, and ConflictError for a plan that has ended
    otherwise.
    """
    values = {"plan_id": plan_id, "by": by, "now": now}
    row = await (await conn.execute(_CANCEL, values)).fetchone()
    if row is not None:
        await notify_changed(conn, plan_id)
        return plan_of(row)
    found = await _found(conn, plan_id)
    if found.status != "cancelled":
        raise ConflictError(
            f"plan {plan_id} is {found.status}: only one that is requested, running or proposed "
            "can be cancelled"
        )
    return found


_ASK_TO_FINISH = f"""
    UPDATE plans SET finish_asked_at = coalesce(finish_asked_at, %(now)s)
    WHERE plan_id = %(plan_id)s AND status = 'running'
    RETURNING {COLUMNS}
"""  # noqa: S608 - column names from the constant


async def finish_plan(conn: Connection, plan_id: UUID, *, now: datetime) -> Plan:
    """Ask that a running plan be ended with the best rounds so far.

    Of one that is finished already it changes nothing. Raises NotFoundError, and ConflictError
    for a plan that has nothing to take.
    """
    values = {"plan_id": plan_id, "now": now}
    row = await (await conn.execute(_ASK_TO_FINISH, values)).fetchone()
    if row is not None:
        await notify_changed(conn, plan_id)
        return plan_of(row)
    found = await _found(conn, plan_id)
    if found.status not in {"ready", "proposed", "superseded"}:
        raise ConflictError(f"plan {plan_id} is {found.status}: there are no rounds to take")
    return found


async def _found(conn: Connection, plan_id: UUID) -> Plan:
    found = await read_plan(conn, plan_id)
    if found is None:
        raise NotFoundError(f"There is no plan {plan_id}.")
    return found


_LISTEN = f"LISTEN {CHANGED_CHANNEL}"


async def changes(
    database_url: str, *, application: str = "plans", timeout_s: float = 10.0
) -> AsyncGenerator[UUID | None]:
    """Yield the plan_id of every plan that is another than before, as it is committed.

    On a connection of its own. The first item is None: from then on nothing is missed. Raises
    DatabaseUnavailableError when the connection cannot be made or ends.
    """
    async with connect(database_url, application=application, timeout_s=timeout_s) as conn:
        await conn.set_autocommit(True)
        await conn.execute(_LISTEN)
        yield None
        async for notification in conn.notifies():
            yield UUID(notification.payload)
