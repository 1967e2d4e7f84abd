"""Emptyings as crews and sensors tell them, and where the two disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import TypeAdapter, ValidationError

from api.auth import may_read_plans
from api.context import Conn, Now, UseContext
from api.incoming import only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.emptyings import DisagreementOut, DisagreementPage, EmptyingOut, EmptyingPage
from api.schemas.times import Moment
from core.plausible import is_within_bounds
from core.registry import Slug
from core.rules.emptying_match import DisagreementKind
from store.emptying_account import account
from store.known_emptyings import Account, Key, KnownBy

DEFAULT_SPAN = timedelta(days=7)
LONGEST_SPAN = timedelta(days=31)

type Limit = Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")]
type After = Annotated[str | None, Query(description="The `next` of the page before.")]

router = APIRouter(tags=["emptyings"], dependencies=[may_read_plans, only_known_parameters])


@dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """Which emptyings; every condition given has to hold."""

    since: Annotated[
        Moment | None, Query(description="At or after; 7 days before `until` when absent.")
    ] = None
    until: Annotated[Moment | None, Query(description="Before; now when absent.")] = None
    bin_id: Annotated[Slug | None, Query()] = None
    depot_id: Annotated[Slug | None, Query()] = None


@router.get("/emptyings", summary="Emptyings", responses=errors(401, 403, 422, 503))
async def list_emptyings(
    *,
    conn: Conn,
    use: UseContext,
    now: Now,
    which: Annotated[Which, Depends()],
    known_by: Annotated[KnownBy | None, Query()] = None,
    after: After = None,
    limit: Limit = 100,
) -> EmptyingPage:
    """List emptyings, oldest first, each once: known by a crew's mark, by a sensor or by both.

    At most 31 days at a time. For role ops.
    """
    found = await _account(conn, use, now, which)
    items = [e for e in found.emptyings if known_by in {None, e.known_by}]
    page, following = _page(items, after, limit)
    return EmptyingPage(items=[EmptyingOut.of(e, now=now) for e in page], next=following)


@router.get(
    "/emptyings/disagreements",
    summary="Where crews and sensors disagree",
    responses=errors(401, 403, 422, 503),
)
async def list_disagreements(
    *,
    conn: Conn,
    use: UseContext,
    now: Now,
    which: Annotated[Which, Depends()],
    kind: Annotated[DisagreementKind | None, Query()] = None,
    after: After = None,
    limit: Limit = 100,
) -> DisagreementPage:
    """List missed pick-ups, "done" without a drop and emptyings nobody reports, oldest first.

    What cannot be known yet is not listed: the readings after a mark have to come, and phones that
    were offline have to send theirs. At most 31 days at a time. For role ops.
    """
    found = await _account(conn, use, now, which)
    items = [d for d in found.disagreements if kind in {None, d.disagreement.kind}]
    page, following = _page(items, after, limit)
    return DisagreementPage(items=[DisagreementOut.of(d, now=now) for d in page], next=following)


async def _account(conn: Conn, use: UseContext, now: datetime, which: Which) -> Account:
    until = which.until or now
    since = which.since or max(until, _FIRST) - DEFAULT_SPAN
    for name, at in (("since", since), ("until", until)):
        if not is_within_bounds(at):
            raise wrong("query", name, "must be within 1970 and 2199")
    if since >= until:
        raise wrong("query", "until", "must be later than since")
    if until - since > LONGEST_SPAN:
        raise wrong("query", "since", f"must be at most {LONGEST_SPAN.days} days before until")
    return await account(
        conn,
        since=since,
        until=until,
        now=now,
        limits=use.settings.trust_limits,
        tolerance=use.settings.emptying_tolerance,
        round_slack=use.settings.emptying_round_slack,
        bin_id=which.bin_id,
        depot_id=which.depot_id,
    )


_FIRST = datetime.min.replace(tzinfo=UTC) + DEFAULT_SPAN


class _Keyed(Protocol):
    @property
    def key(self) -> Key: ...


def _page[T: _Keyed](
    items: Sequence[T], after: str | None, limit: int
) -> tuple[Sequence[T], str | None]:
    """Return the items after the cursor, and the cursor to go on with."""
    if after is not None:
        begin = _read_cursor(after)
        items = [item for item in items if item.key > begin]
    page = items[:limit]
    return page, _write_cursor(page[-1].key) if len(items) > limit else None


# A bin_id has no "~", and a time in UTC needs no escaping in an address.
def _write_cursor(key: Key) -> str:
    at = key[0].astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{at}~{key[1]}~{key[2]}"


_cursor: TypeAdapter[tuple[Moment, Slug, UUID | None]] = TypeAdapter(
    tuple[Moment, Slug, UUID | None]
)


def _read_cursor(text: str) -> Key:
    try:
        at, bin_id, stop_id = _cursor.validate_python(
            tuple(part or None for part in text.split("~"))
        )
    except ValidationError:
        raise wrong("query", "after", "must be the `next` of a page of this list") from None
    return at, bin_id, "" if stop_id is None else str(stop_id)
