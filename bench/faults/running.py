"""Every scenario by name, and how they are played one after the other."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.faults.result import Result
from bench.faults.scenarios import (
    backlog,
    broker_killed,
    broker_stopped,
    database_killed,
    disks,
    ingester_killed,
    killed_in_backlog,
    lines,
    poison,
    shared,
)
from bench.faults.sizes import Sizes
from bench.peers import node_red
from bench.services.cluster import Cluster, running_cluster
from core.errors import BrimfulError, InvalidInputError

type Play = Callable[[Cluster, Sizes], Awaitable[Result]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """A fault by its name. ``title`` is its line in the table."""

    title: str
    play: Play


SCENARIOS: Mapping[str, Scenario] = {
    ingester_killed.NAME: Scenario(
        title="ingester SIGKILLed mid-batch, then again and again", play=ingester_killed.play
    ),
    killed_in_backlog.NAME: Scenario(
        title="ingester SIGKILLed amid a backlog of 20,000", play=killed_in_backlog.play
    ),
    database_killed.NAME: Scenario(
        title="all of PostgreSQL SIGKILLed, restarted", play=database_killed.play
    ),
    broker_stopped.NAME: Scenario(
        title="broker stopped with a queue in it, restarted", play=broker_stopped.play
    ),
    broker_killed.WORKING: Scenario(
        title="broker SIGKILLed while the ingester keeps up", play=broker_killed.play_working
    ),
    broker_killed.AWAY: Scenario(
        title="broker SIGKILLed with a queue in it, saved as shipped", play=broker_killed.play_away
    ),
    broker_killed.AWAY_1_S: Scenario(
        title="the same, saved every second", play=broker_killed.play_away_1_s
    ),
    broker_killed.AWAY_CHANGES: Scenario(
        title="the same, saved every 1,000 changes", play=broker_killed.play_away_changes
    ),
    lines.BROKER_CUT: Scenario(title="network to the broker cut", play=lines.play_broker_cut),
    lines.BROKER_STALLED: Scenario(
        title="network to the broker silent", play=lines.play_broker_stalled
    ),
    lines.DATABASE_CUT: Scenario(title="network to the database cut", play=lines.play_database_cut),
    lines.DATABASE_STALLED: Scenario(
        title="network to the database silent", play=lines.play_database_stalled
    ),
    disks.DATABASE: Scenario(title="disk of the database full", play=disks.play_database),
    disks.BROKER: Scenario(title="disk of the broker full", play=disks.play_broker),
    poison.NAME: Scenario(title="two poison messages in one batch", play=poison.play),
    shared.BACK: Scenario(
        title="one of two ingesters that share SIGKILLed, restarted", play=shared.play_back
    ),
    shared.LEFT: Scenario(
        title="one of two that share SIGKILLed and given up with --leave", play=shared.play_left
    ),
    shared.GONE: Scenario(
        title="one of two that share never comes back, its session expires", play=shared.play_gone
    ),
    backlog.NAME: Scenario(title="a day's messages waiting", play=backlog.play),
    killed_in_backlog.PEER: Scenario(
        title="Node-RED SIGKILLed amid a backlog of 20,000", play=killed_in_backlog.play_peer
    ),
}


def chosen(names: Sequence[str]) -> Mapping[str, Scenario]:
    """Return the scenarios of these names; raises InvalidInputError.

    When none is named: all, the peer's only where it is installed.
    """
    if unknown := [name for name in names if name not in SCENARIOS]:
        raise InvalidInputError(
            f"there is no scenario {unknown[0]}; there are: {', '.join(SCENARIOS)}"
        )
    if names:
        return {name: SCENARIOS[name] for name in names}
    there = node_red.installed() is not None
    return {name: s for name, s in SCENARIOS.items() if there or name != killed_in_backlog.PEER}


async def play_all(
    scenarios: Mapping[str, Scenario], sizes: Sizes
) -> AsyncIterator[tuple[Result, float]]:
    """Play one after the other on one server; yield each result and how long it took, seconds."""
    async with running_cluster() as cluster:
        for name, scenario in scenarios.items():
            began = time.monotonic()
            yield await _play(name, scenario, cluster, sizes), time.monotonic() - began
            if not cluster.alive:
                await cluster.start()


async def _play(name: str, scenario: Scenario, cluster: Cluster, sizes: Sizes) -> Result:
    """Play it; one that cannot be played to its end is a failed row, and the others still count."""
    try:
        return await scenario.play(cluster, sizes)
    except (BrimfulError, TimeoutError) as error:
        told = str(error) or "took longer than its limit"
        return Result(scenario=name, account=None, caught_up_s=None, notes={}, problem=told)
