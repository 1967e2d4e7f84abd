"""The way of a round, for the crew's phone and for maps."""

from dataclasses import replace
from uuid import uuid4

from tests.api.parts import Api, a_round, assert_problem, saved_plan
from tests.core.test_rounds_geojson import STEP, leg


async def test_a_crew_reads_the_way_to_each_stop_and_home(api: Api) -> None:
    legs = (leg((14.4, 50.1), (14.401, 50.1)), leg(), leg((14.401, 50.1), (14.45, 50.1)), leg())
    await saved_plan(api, replace(a_round(), legs=legs))
    found = (await api.get("/crew/round", who="crew")).json()
    assert len(found["legs"]) == len(found["stops"]) + 1
    assert [leg["polyline"] for leg in found["legs"]] == [leg.polyline for leg in legs]
    (step,) = found["legs"][0]["steps"]
    assert (step["maneuver"], step["modifier"], step["street"]) == ("turn", "left", "Dlouha")
    assert (step["ref"], step["exit_number"]) == (None, None)
    assert (step["drive_s"], step["lon"]) == (STEP.drive_s, STEP.lon)


async def test_a_round_without_a_way_has_no_legs(api: Api) -> None:
    await saved_plan(api, a_round())
    assert (await api.get("/crew/round", who="crew")).json()["legs"] == []


async def test_a_plan_is_drawn_from_one_address(api: Api) -> None:
    mine = replace(a_round(), legs=(leg((14.4, 50.1), (14.45, 50.2)),))
    plan_id = await saved_plan(api, mine, a_round(crew_id="other", vehicle_id="van", bins=1))
    response = await api.get(f"/plans/{plan_id}/rounds.geojson")
    assert response.headers["content-type"] == "application/geo+json"
    found = response.json()
    lines = [f for f in found["features"] if f["geometry"]["type"] == "LineString"]
    assert {f["properties"]["vehicle_id"]: f["properties"]["way"] for f in lines} == {
        "lorry": "roads",
        "van": "straight",
    }
    assert len(found["features"]) == 2 + 3 + 2
    assert found["attribution"] == "© OpenStreetMap contributors"
    # the plan itself stays small
    assert "legs" not in (await api.get(f"/plans/{plan_id}")).json()["rounds"][0]


async def test_who_may_draw_a_plan(api: Api) -> None:
    plan_id = await saved_plan(api, a_round())
    assert_problem(await api.get(f"/plans/{plan_id}/rounds.geojson", who="crew"), 403)
    assert_problem(await api.get(f"/plans/{uuid4()}/rounds.geojson"), 404)
