"""Road data for tests: a town of seven streets, and the Grand Harbour of Malta."""

import asyncio
from pathlib import Path

import pytest

from routing.roads.building import Wishes, build_roads
from routing.roads.data import Algorithm
from routing.roads.profile import LORRY, VehicleClass
from tests.routing.roads.maps import ladder

CAR = VehicleClass(name="car", height_m=1.9, width_m=1.8, length_m=4.5, weight_t=2.0)


def build(
    extract: Path, out: Path, *, vehicle: VehicleClass = LORRY, algorithm: Algorithm = "CH"
) -> Path:
    """Build for a lorry unless told otherwise."""
    wishes = Wishes(vehicle=vehicle, algorithm=algorithm)
    return asyncio.run(build_roads(extract, out=out, wishes=wishes))


@pytest.fixture(scope="session")
def ladder_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ladder(tmp_path_factory.mktemp("ladder") / "ladder.osm")


@pytest.fixture(scope="session")
def town(ladder_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ladder_file, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def town_for_cars(ladder_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ladder_file, tmp_path_factory.mktemp("cars"), vehicle=CAR)


@pytest.fixture(scope="session")
def harbour(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    extract = shared_data / "data" / "roads" / "malta_harbour.osm.pbf"
    return build(extract, tmp_path_factory.mktemp("harbour"))
