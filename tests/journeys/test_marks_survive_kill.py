"""SIGKILL of `brimful serve` amid 200 marks by two phones: nothing acknowledged is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

import store
from core.plans import Round
from core.rules.marks import standing
from store import marks, plans, tokens
from store.tokens import Role
from tests.api.parts import a_round
from tests.store.make import NOON, registered, town
from tests.web.served import Served

BINS = 100
AT_ONCE = 4


@dataclass
class Phone:
    """A phone's queue; ``acknowledged`` are the marks it has read a 200 for."""

    secret: str
    queue: Sequence[tuple[UUID, dict[str, Any]]]
    acknowledged: set[str] = field(default_factory=set)

    async def drain(self, address: str) -> None:
        """Send all, some at once; whatever gets no answer is left for the next time."""
        waiting = list(self.queue)
        async with httpx.AsyncClient(base_url=address, timeout=30) as http:

            async def send() -> None:
                while waiting:
                    stop_id, body = waiting.pop(0)
                    answer = await http.put(
                        f"/crew/stops/{stop_id}",
                        json=body,
                        headers={"Authorization": f"Bearer {self.secret}"},
                    )
                    assert answer.status_code == 200, answer.text
                    self.acknowledged.add(body["report_id"])

            async with asyncio.TaskGroup() as tasks:
                for _ in range(AT_ONCE):
                    tasks.create_task(send())


def queue(round_: Round, seed: int) -> Sequence[tuple[UUID, dict[str, Any]]]:
    """100 marks, made without a network: one on each stop; every tenth is taken back."""
    rng = Random(seed)  # noqa: S311 - a test
    device_id = str(uuid4())
    made: list[tuple[UUID, dict[str, Any]]] = []
    for n, stop in enumerate(round_.stops):
        body: dict[str, Any] = {
            "report_id": str(uuid4()),
            "outcome": "done",
            "reported_at": (NOON + timedelta(seconds=60 * n + rng.randrange(60))).isoformat(),
            "device_id": device_id,
            "follows": None,
        }
        if rng.random() < 0.2:
            body |= {"outcome": "skipped", "skip_reason": "blocked"}
        made.append((stop.stop_id, body))
        if n % 10 == 9:
            undo = {**body, "report_id": str(uuid4()), "outcome": "open"}
            undo.pop("skip_reason", None)
            at = NOON + timedelta(seconds=60 * n + 60)
            undo |= {"follows": body["report_id"], "reported_at": at.isoformat()}
            made.append((stop.stop_id, undo))
    return made[:100]


async def planned(database_url: str) -> tuple[Round, str]:
    round_ = a_round(bins=BINS)
    async with store.connect(database_url) as conn:
        await registered(conn, town(bins=BINS))
        asked = await plans.request_plan(
            conn, depot_id="depot", day=NOON.date(), requested_by="test", now=NOON
        )
        await plans.claim_plan(conn, now=NOON, lease=timedelta(hours=1), plan_id=asked.plan_id)
        await plans.save_plan(conn, replace(asked, rounds=(round_,)), now=NOON)
        _, secret = await tokens.create(conn, name="t", role=Role.CREW, crew_id="crew", now=NOON)
    return round_, secret


async def stored(database_url: str) -> set[str]:
    async with store.connect(database_url) as conn:
        rows = await (await conn.execute("SELECT report_id FROM stop_reports")).fetchall()
    return {str(row["report_id"]) for row in rows}


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
async def test_what_was_acknowledged_is_there_after_a_kill_and_the_rest_is_sent_again(
    database_url: str, tmp_path: Path
) -> None:
    round_, secret = await planned(database_url)
    phones = [Phone(secret, queue(round_, seed)) for seed in (1, 2)]
    every = {body["report_id"] for phone in phones for _, body in phone.queue}
    assert len(every) == 200
    server = Served(database_url, tmp_path)
    try:
        await server.start()
        sending = [asyncio.create_task(phone.drain(server.address)) for phone in phones]
        while sum(len(phone.acknowledged) for phone in phones) < 60:
            assert not all(task.done() for task in sending)
            await asyncio.sleep(0.002)
        await server.kill()
        ended = await asyncio.gather(*sending, return_exceptions=True)
        assert all(isinstance(one, ExceptionGroup) for one in ended), ended
        acknowledged = phones[0].acknowledged | phones[1].acknowledged
        assert 60 <= len(acknowledged) < 200
        assert acknowledged <= await stored(database_url)
        await server.start()
        # a phone forgets what was answered only when it has written that down: all come again
        await asyncio.gather(*(phone.drain(server.address) for phone in phones))
    finally:
        await server.end()
    assert phones[0].acknowledged | phones[1].acknowledged == every
    assert await stored(database_url) == every
    await as_they_come_to(database_url, round_)


async def as_they_come_to(database_url: str, round_: Round) -> None:
    """Check every stop's state and emptying against what its marks come to."""
    async with store.connect(database_url) as conn:
        rows = await (await conn.execute("SELECT * FROM stop_states")).fetchall()
        emptied = await (await conn.execute("SELECT stop_id FROM emptyings")).fetchall()
        states = {row["stop_id"]: row for row in rows}
        done = set()
        for stop in round_.stops:
            made = await marks.marks(conn, stop.stop_id)
            if not made:
                continue
            found = standing(made)
            state = states.pop(stop.stop_id)
            assert state["report_id"] == found.in_force.report_id
            assert state["in_conflict"] == bool(found.sides)
            assert state["changes"] == len(made)
            if found.in_force.outcome == "done":
                done.add(stop.stop_id)
        assert states == {}
        assert {row["stop_id"] for row in emptied} == done
