"""What is asked most, each beside an endpoint that does nothing and beside its own SQL."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, repeat
from typing import Any

from bench.api.client import Connection, Samples, Server, measure, request
from bench.api.town import BIN_OF_PRAGUE, BIN_OF_TEN_MINUTES, Filled

RECORD = {"X-Bench-Record": "recorded"}
SQL_TIMES = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One thing to ask. ``before`` is sent before each; ``once``: alone only, it takes long."""

    name: str
    requests: Sequence[bytes]
    recorded: bytes
    status: int = 200
    before: bytes | None = None
    once: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was measured of one thing: alone, by many at once, and its SQL."""

    name: str
    alone: Samples
    many: Samples | None
    sql: Samples
    statements: int

    def row(self, empty: Samples, empty_many: Samples) -> dict[str, Any]:
        """Return its figures and ratios; ``empty`` are the endpoint's that does nothing."""
        beside = empty.quantile_ms(0.5) + self.sql.quantile_ms(0.5)
        return {
            "what": self.name,
            "p50_ms": round(self.alone.quantile_ms(0.5), 2),
            "p99_ms": round(self.alone.quantile_ms(0.99), 2),
            "to_empty": round(self.alone.quantile_ms(0.5) / empty.quantile_ms(0.5), 1),
            "sql_p50_ms": round(self.sql.quantile_ms(0.5), 2),
            "sql_p99_ms": round(self.sql.quantile_ms(0.99), 2),
            "statements": self.statements,
            "to_empty_and_sql": round(self.alone.quantile_ms(0.5) / beside, 2),
            "per_s": None if self.many is None else round(self.many.per_s, 1),
            "many_p50_ms": None if self.many is None else round(self.many.quantile_ms(0.5), 1),
            "many_p99_ms": None if self.many is None else round(self.many.quantile_ms(0.99), 1),
            "per_s_to_empty": None
            if self.many is None
            else round(self.many.per_s / empty_many.per_s, 3),
            "refused": 0 if self.many is None else self.many.refused,
            "cpu_ms": round(self.alone.cpu_ms, 2),
            "cpu_to_empty_and_sql": round(self.alone.cpu_ms / (empty.cpu_ms + self.sql.cpu_ms), 2),
            "kb": round(self.alone.bytes / 1000, 1),
        }


async def things(server: Server, town: Filled) -> Sequence[Asked]:
    """Return what is asked of this town."""
    connection = await Connection.to(server.address)
    etag = (await connection.ask(request("/bins.columns", town.ops))).headers["etag"]
    await connection.close()

    def ops(path: str, name: str, **more: Any) -> Asked:  # noqa: ANN401 - fields of Asked
        return Asked(
            name=name,
            requests=[request(path, town.ops)],
            recorded=request(path, town.ops, headers=RECORD),
            **more,
        )

    columns, unchanged = "/bins.columns", {"If-None-Match": etag}
    return (
        Asked(
            name="a crew's round",
            requests=[request("/crew/round", token) for token in town.crews],
            recorded=request("/crew/round", town.crews[0], headers=RECORD),
        ),
        ops(columns, "all levels: warm"),
        Asked(
            name="all levels: 304",
            requests=[request(columns, town.ops, headers=unchanged)],
            recorded=request(columns, town.ops, headers={**unchanged, **RECORD}),
            status=304,
        ),
        ops(columns, "all levels: anew", before=request("/bench/forget"), once=True),
        ops("/bins?limit=1000", "1,000 bins as a list"),
        ops("/bins.geojson", "all bins as GeoJSON", once=True),
        ops(f"/bins/{BIN_OF_PRAGUE}/history", f"30 days of {town.history}"),
        ops(f"/bins/{BIN_OF_TEN_MINUTES}/history", "30 days of 10 minutes"),
    )


async def figures(server: Server, asked: Asked, *, at_once: int, seconds: float) -> Figures:
    """Measure one thing."""
    before = None if asked.before is None else repeat(asked.before).__next__
    many = None
    alone = await measure(
        server, _each(asked), at_once=1, seconds=seconds, status=asked.status, before=before
    )
    if not asked.once:
        many = await measure(
            server, _each(asked), at_once=at_once, seconds=seconds, status=asked.status
        )
    connection = await Connection.to(server.address)
    if asked.before is not None:
        await connection.ask(asked.before)
    await connection.ask(asked.recorded)
    times = 5 if asked.once else SQL_TIMES
    answer = await connection.ask(request(f"/bench/sql/recorded?times={times}"))
    told: Mapping[str, Any] = answer.json()
    await connection.close()
    return Figures(
        name=asked.name,
        alone=alone,
        many=many,
        sql=Samples(took_s=told["took_s"], seconds=sum(told["took_s"]), cpu_s=told["cpu_s"]),
        statements=told["statements"],
    )


def _each(asked: Asked) -> Iterator[bytes]:
    return cycle(asked.requests)


async def nothing(server: Server, *, at_once: int, seconds: float) -> tuple[Samples, Samples]:
    """Measure the endpoint that does nothing, alone and by many at once."""
    ask = request("/bench/empty")
    alone = await measure(server, repeat(ask), at_once=1, seconds=seconds)
    await asyncio.sleep(0)
    return alone, await measure(server, repeat(ask), at_once=at_once, seconds=seconds)
