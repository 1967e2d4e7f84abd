"""A day with an emptying nobody reported, a "done" without a drop and a missed one."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

import store
from core.plans import Round
from ingest.known import KnownSensors
from ingest.opening import open_message
from ingest.settling import settle
from tests.api.parts import Api, a_round, assert_problem, saved_plan
from tests.ingest.parts import LIMITS, message
from tests.store.make import NOON

HOUR = timedelta(hours=1)
LAST = 12
"""Readings come each hour from three before noon to so many after it."""


def at(hours: float) -> datetime:
    return NOON + hours * HOUR


async def heard(api: Api, bin_: int, level: Callable[[int], float], hours: Sequence[int]) -> None:
    """Let a sensor tell its level each hour, by the ingester's own walk."""
    messages = [
        message(
            {"measured_at": at(hour).isoformat(), "fill_pct": level(hour)},
            sensor=f"sensor-{bin_}",
            at=at(hour) + HOUR / 60,
        )
        for hour in hours
    ]
    async with store.connect(api.database_url) as conn:
        opened = [open_message(m, LIMITS) for m in messages]
        settled = await settle(conn, opened, LIMITS, KnownSensors())
        assert len(settled.stored) == len(messages)


async def a_day(api: Api, *, until: int = LAST) -> Round:
    """Bins 1 to 3 are on a round at 12:10, 12:20, 12:30; the crew marks the first two as done."""
    round_ = a_round(bins=3)
    await saved_plan(api, round_)
    hours = range(-3, until + 1)
    await heard(api, 1, lambda hour: 80 + hour if hour < 1 else 3 + hour, hours)
    await heard(api, 2, lambda hour: 70 + hour / 2, hours)
    await heard(api, 3, lambda hour: 85 + hour / 2, hours)
    await heard(api, 4, lambda hour: 88 + hour if hour < 3 else 2 + hour, hours)
    for n, minutes in ((0, 12), (1, 22)):
        marked = at(minutes / 60)
        api.clock.now = marked
        await api.report(round_.stops[n].stop_id, reported_at=marked.isoformat())
    api.clock.now = at(until)
    return round_


async def disagreements(api: Api, **query: str) -> list[dict[str, Any]]:
    response = await api.get("/emptyings/disagreements", **query)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def test_each_emptying_once_and_how_it_is_known(api: Api) -> None:
    round_ = await a_day(api)
    items = (await api.get("/emptyings")).json()["items"]
    assert [(e["bin_id"], e["known_by"], e["disagreement"]) for e in items] == [
        ("bin-1", "both", None),
        ("bin-2", "crew", "done_without_drop"),
        ("bin-4", "sensor", "emptied_by_somebody_else"),
    ]
    both, crew, sensor = items
    assert (both["emptied_at"], both["age_s"]) == ("2026-03-02T12:12:00Z", 11 * 3600 + 48 * 60)
    assert (both["fill_before_pct"], both["fill_after_pct"]) == (80, 4)
    assert both["stop"] == {
        "stop_id": str(round_.stops[0].stop_id),
        "round_id": str(round_.round_id),
        "vehicle_id": "lorry",
        "crew_id": "crew",
        "arrives_at": "2026-03-02T12:10:00Z",
        "reported_at": "2026-03-02T12:12:00Z",
    }
    assert both["fall"] == {
        "sensor_id": "sensor-1",
        "not_before": "2026-03-02T12:00:00Z",
        "not_after": "2026-03-02T13:00:00Z",
        "fill_before_pct": 80,
        "fill_after_pct": 4,
    }
    assert (crew["fall"], crew["fill_before_pct"], crew["fill_after_pct"]) == (None, 70, None)
    assert (sensor["stop"], sensor["emptied_at"]) == (None, "2026-03-02T15:00:00Z")


async def test_the_disagreements_with_their_evidence(api: Api) -> None:
    round_ = await a_day(api)
    done, missed, else_ = await disagreements(api)
    assert (done["kind"], done["bin_id"]) == ("done_without_drop", "bin-2")
    assert "the sensor said 70 % before and 71 %" in done["detail"]
    assert (done["stop"]["crew_id"], done["fall"]) == ("crew", None)
    assert (missed["kind"], missed["bin_id"]) == ("missed_pickup", "bin-3")
    assert missed["stop"]["stop_id"] == str(round_.stops[2].stop_id)
    assert missed["stop"]["reported_at"] is None
    assert missed["detail"].startswith("on a round for 2 March 2026 12:30 UTC, never marked")
    assert (else_["kind"], else_["bin_id"]) == ("emptied_by_somebody_else", "bin-4")
    assert else_["detail"].startswith("fell from 90 to 5 % by 2 March 2026 15:00 UTC")
    assert (else_["stop"], else_["fall"]["fill_after_pct"]) == (None, 5)
    assert else_["age_s"] == 9 * 3600


async def test_what_cannot_be_known_yet_is_no_disagreement(api: Api) -> None:
    await a_day(api, until=1)
    assert await disagreements(api) == []
    first, second = (await api.get("/emptyings")).json()["items"]
    assert (first["known_by"], second["known_by"]) == ("crew", "crew")
    # the readings that decide come
    hours = range(2, 5)
    await heard(api, 1, lambda hour: 3 + hour, hours)
    await heard(api, 2, lambda hour: 70 + hour / 2, hours)
    api.clock.now = at(5)
    assert [d["kind"] for d in await disagreements(api)] == ["done_without_drop"]
    assert (await api.get("/emptyings")).json()["items"][0]["known_by"] == "both"


async def test_a_skipped_stop_is_a_missed_pick_up_with_its_reason(api: Api) -> None:
    round_ = await a_day(api)
    skipped_at = at(0.6)
    await api.report(
        round_.stops[2].stop_id,
        outcome="skipped",
        skip_reason="blocked",
        reported_at=skipped_at.isoformat(),
    )
    (missed,) = await disagreements(api, kind="missed_pickup")
    assert "marked as skipped (blocked)" in missed["detail"]
    assert missed["at"] == "2026-03-02T12:36:00Z"


async def test_a_plan_that_was_superseded_is_not_missed(api: Api) -> None:
    await a_day(api)
    api.clock.now = at(LAST)
    await saved_plan(api, a_round(bins=0))
    assert [d["kind"] for d in await disagreements(api)] == [
        "done_without_drop",
        "emptied_by_somebody_else",
    ]


async def test_a_mark_taken_back_is_no_emptying_any_more(api: Api) -> None:
    round_ = await a_day(api)
    await api.report(
        round_.stops[0].stop_id,
        outcome="skipped",
        skip_reason="other",
        reported_at=at(1).isoformat(),
        report_id=str(uuid4()),
    )
    found = (await api.get("/emptyings", bin_id="bin-1")).json()["items"]
    assert [e["known_by"] for e in found] == ["sensor"]
    (only,) = await disagreements(api, bin_id="bin-1")
    assert only["kind"] == "emptied_by_somebody_else"
    assert "marked as skipped" in only["detail"]


async def test_a_sensor_that_was_silent_shows_what_a_crew_did_long_before(api: Api) -> None:
    round_ = a_round(bins=1)
    await saved_plan(api, round_)
    marked = at(0.2)
    api.clock.now = marked
    await api.report(round_.stops[0].stop_id, reported_at=marked.isoformat())
    # nothing is heard between noon and three days later
    await heard(api, 1, lambda hour: 80 if hour < 1 else 10, [-1, 0, 72, 73])
    api.clock.now = at(96)
    (only,) = (await api.get("/emptyings", since=at(-6).isoformat())).json()["items"]
    assert (only["known_by"], only["emptied_at"]) == ("both", "2026-03-02T12:12:00Z")
    assert await disagreements(api, since=at(48).isoformat()) == []


async def test_filters_span_and_pages(api: Api) -> None:
    await a_day(api)
    assert (await api.get("/emptyings", depot_id="elsewhere")).json()["items"] == []
    sensor = (await api.get("/emptyings", known_by="sensor")).json()["items"]
    assert [e["bin_id"] for e in sensor] == ["bin-4"]
    later = (await api.get("/emptyings", since=at(0.25).isoformat())).json()["items"]
    assert [e["bin_id"] for e in later] == ["bin-2", "bin-4"]
    earlier = (await api.get("/emptyings", until=at(0.25).isoformat())).json()["items"]
    assert [(e["bin_id"], e["known_by"]) for e in earlier] == [("bin-1", "both")]
    for path in ("/emptyings", "/emptyings/disagreements"):
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = (await api.get(path, limit=1, **after)).json()
            seen += [item["bin_id"] for item in page["items"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"since": "2026-03-02T12:00:00Z", "until": "2026-03-02T12:00:00Z"}, "until"),
        ({"since": "2026-01-01T00:00:00Z"}, "since"),
        ({"until": "0001-01-01T00:00:00Z"}, "since"),
        ({"after": "somewhere"}, "after"),
        ({"after": "2026-03-02T12:00:00Z~bin-1"}, "after"),
        ({"after": "2026-03-02T12:00:00Z~bin-1~%00"}, "after"),
        ({"known_by": "me"}, "known_by"),
        ({"bin": "bin-1"}, "bin"),
        ({"limit": 0}, "limit"),
    ],
)
async def test_a_wrong_parameter_is_named(api: Api, query: dict[str, Any], parameter: str) -> None:
    problem = assert_problem(await api.get("/emptyings", **query), 422)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]


async def test_only_ops_may(api: Api) -> None:
    for who in ("crew", "device_admin"):
        assert_problem(await api.get("/emptyings/disagreements", who=who), 403)
