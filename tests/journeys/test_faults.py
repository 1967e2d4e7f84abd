"""Everything that may break is broken once, briefly; the full run is `brimful-bench faults`.

Scenarios that leave the database server alone are played side by side: they mostly wait.
"""

import asyncio
from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal

from bench.faults.result import Result
from bench.faults.running import SCENARIOS
from bench.faults.sizes import SHORT
from bench.services.cluster import Cluster, running_cluster
from bench.services.places import NoServicesError, mosquitto_program, services_folder
from tests.services.required import unavailable

pytestmark = [pytest.mark.journey, pytest.mark.real]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A TimescaleDB of these tests' own, which they may kill."""
    try:
        services_folder()
        mosquitto_program()
    except NoServicesError as error:
        unavailable(str(error))
    # it outlives each test's event loop
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running_cluster()) as running,
    ):
        yield running


async def played(cluster: Cluster, names: tuple[str, ...]) -> list[Result]:
    return await asyncio.gather(*(SCENARIOS[name].play(cluster, SHORT) for name in names))


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(
            (
                "broker-line-cut",
                "broker-line-stalled",
                "database-line-cut",
                "database-line-stalled",
            ),
            id="network",
        ),
        pytest.param(("ingester-killed", "shared-killed", "poison"), id="ingester"),
        pytest.param(("broker-stopped", "broker-disk-full", "backlog"), id="broker"),
        pytest.param(("database-disk-full",), id="database-disk-full"),
        pytest.param(("database-killed",), id="database-killed"),
    ],
)
async def test_every_promised_reading_is_there_once(
    cluster: Cluster, names: tuple[str, ...]
) -> None:
    for result in await played(cluster, names):
        assert result.problem is None, result
        assert result.account is not None
        assert result.account.published > 0
        assert result.account.balanced, result
        assert result.caught_up_s is not None


async def test_what_a_killed_broker_loses_is_seen_and_is_only_what_it_had_not_written_down(
    cluster: Cluster,
) -> None:
    with_queue, working = await played(cluster, ("broker-killed-queue", "broker-killed"))
    for result in (with_queue, working):
        assert result.problem is None, result
    # nobody was there to take it, and the broker had not saved it: this count can find a loss
    assert with_queue.account is not None
    assert with_queue.account.missing
    assert with_queue.notes["lost_by_the_broker_worst"] == len(with_queue.account.missing)
