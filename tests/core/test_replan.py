"""What a re-plan may be asked for."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from core.fleet import Depot
from core.geo import Position
from core.plans import Plan, PlanStatus
from core.replan import Replan
from core.rules.replan import AskedBin, refuse_late, refuse_replan
from core.vehicles import Vehicle

DAY = date(2026, 3, 2)
DEPOT = Depot(
    depot_id="depot", name="D", position=Position(lon=14.4, lat=50.1), timezone="Europe/Prague"
)


def vehicle(vehicle_id: str, *, hours: float = 8, in_service: bool = True) -> Vehicle:
    return Vehicle(
        vehicle_id=vehicle_id,
        name=vehicle_id,
        depot_id="depot",
        capacity_kg=1_000,
        streams=frozenset({"paper"}),
        shift_start=time(6),
        shift_s=round(hours * 3600),
        in_service=in_service,
    )


def plan(*broken: str) -> Plan:
    return Plan(
        plan_id=uuid4(),
        depot_id="depot",
        day=DAY,
        status=PlanStatus.READY,
        requested_at=datetime(2026, 3, 2, 4, tzinfo=UTC),
        replan=Replan(broken=broken) if broken else None,
    )


BINS = {
    "here": AskedBin(depot_id="depot", in_service=True, has_position=True),
    "other": AskedBin(depot_id="elsewhere", in_service=True, has_position=True),
    "gone": AskedBin(depot_id="depot", in_service=False, has_position=True),
    "lost": AskedBin(depot_id="depot", in_service=True, has_position=False),
}


@pytest.mark.parametrize(
    ("replan", "repaired", "said"),
    [
        (Replan(), [], []),
        (Replan(broken=("a", "b"), urgent=("here",)), [], []),
        (Replan(), ["c"], []),
        (Replan(urgent=("other",)), [], ["bin other belongs to depot elsewhere, not to depot"]),
        (Replan(urgent=("gone",)), [], ["bin gone is marked out of service"]),
        (
            Replan(broken=("x",), urgent=("nowhere", "lost")),
            ["a"],
            [
                "depot depot has no vehicle x; there are: a, b, c",
                "vehicle a did not break down today",
                "there is no bin nowhere",
                "nobody has said where bin lost stands: register its lon and lat",
            ],
        ),
    ],
)
def test_every_mistake_is_named(replan: Replan, repaired: list[str], said: list[str]) -> None:
    vehicles = [vehicle("a"), vehicle("b"), vehicle("c")]
    refusals = refuse_replan(replan, repaired, before=plan("c"), vehicles=vehicles, bins=BINS)
    assert [r.text for r in refusals] == said


def test_the_day_is_over_when_the_last_shift_is() -> None:
    vehicles = [vehicle("a"), vehicle("b", hours=10), vehicle("idle", hours=14, in_service=False)]
    last = datetime(2026, 3, 2, 15, tzinfo=UTC)  # 16:00 in Prague
    assert refuse_late(DEPOT, vehicles, DAY, last - timedelta(seconds=1)) is None
    assert refuse_late(DEPOT, vehicles, DAY, last) == (
        "2026-03-02 is over at the depot: its last shift ended at 16:00 on 2026-03-02"
    )
    # nobody works today: that is for the plan to say, with every bin
    assert refuse_late(DEPOT, [], DAY, last) is None
