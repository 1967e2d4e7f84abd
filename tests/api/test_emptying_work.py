import csv
import io
from typing import Any

from tests.api.parts import Api, assert_problem
from tests.api.test_emptyings import a_day
from tests.api.test_marks import OTHER, SKIPPED, on_a_round, resolve, said


async def listed(api: Api, **query: Any) -> dict[str, Any]:  # noqa: ANN401 - any parameter
    answer = await api.get("/work/emptyings", **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_what_to_ask_crews_newest_first_with_bin_crew_and_levels(api: Api) -> None:
    await a_day(api)
    found = await listed(api)
    else_, missed, done = found["items"]
    assert (else_["kind"], else_["bin_id"], else_["crew_id"]) == (
        "emptied_by_somebody_else",
        "bin-4",
        None,
    )
    assert (else_["fill_before_pct"], else_["fill_after_pct"]) == (90, 5)
    assert (missed["kind"], missed["bin_name"], missed["crew_id"]) == (
        "missed_pickup",
        "Street 3",
        "crew",
    )
    assert missed["reported_at"] is None
    assert (done["kind"], done["reported_at"]) == ("done_without_drop", "2026-03-02T12:22:00Z")
    assert done["fill_before_pct"] == 70
    assert {one["kind"]: one["n"] for one in found["counts"]} == dict.fromkeys(
        ("missed_pickup", "done_without_drop", "emptied_by_somebody_else"), 1
    )


async def test_filters_and_parts(api: Api) -> None:
    await a_day(api)
    assert [i["bin_id"] for i in (await listed(api, kind="missed_pickup"))["items"]] == ["bin-3"]
    assert (await listed(api, kind="missed_pickup"))["counts"][1]["n"] == 1
    assert [i["bin_id"] for i in (await listed(api, search="STREET 4"))["items"]] == ["bin-4"]
    assert (await listed(api, search="lorry"))["total"] == 2
    assert (await listed(api, stream="glass"))["total"] == 0
    assert (await listed(api, depot_id="elsewhere"))["total"] == 0
    part = await listed(api, skip=1, limit=1)
    assert ([i["bin_id"] for i in part["items"]], part["total"]) == (["bin-3"], 3)
    assert_problem(await api.get("/work/emptyings", days=32), 422)
    assert_problem(await api.get("/work/emptyings", who="device_admin"), 403)


async def test_the_csv_is_the_list(api: Api) -> None:
    await a_day(api)
    answer = await api.get("/work/emptyings.csv", search="bin")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    items = (await listed(api, search="bin"))["items"]
    assert len(rows) == len(items) == 3
    for row, item in zip(rows, items, strict=True):
        for name, value in item.items():
            told = "" if value is None else value
            assert (float(row[name]) == told) if isinstance(told, float) else row[name] == told


async def test_conflicts_as_csv_have_every_mark(api: Api) -> None:
    stop_id = await on_a_round(api)
    mine = await said(api, stop_id, note="=SUM(A1)")
    await said(api, stop_id, 5, device_id=OTHER, **SKIPPED)

    async def rows(**query: str) -> list[dict[str, str]]:
        text = (await api.get("/conflicts.csv", **query)).text
        return list(csv.DictReader(io.StringIO(text, newline="")))

    one, two = await rows()
    assert (one["outcome"], two["outcome"], two["skip_reason"]) == ("done", "skipped", "blocked")
    assert (one["note"], one["disputed"], one["state"]) == ("'=SUM(A1)", "yes", "open")
    assert two["device_id"] == OTHER
    answer = await resolve(api, stop_id, report_id=mine["report_id"], note="asked both")
    assert answer.status_code == 200, answer.text
    assert await rows() == []
    one, two = await rows(state="all")
    assert (one["in_force"], two["in_force"]) == ("yes", "no")
    assert (one["decision_note"], one["decided_by"]) == ("asked both", "token of ops")
