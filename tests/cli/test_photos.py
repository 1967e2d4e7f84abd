"""``brimful photos prune`` as a daily job runs it."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import store
from core.plans import Plan, PlanStatus
from ingest.service import utc_now
from store import audit, photos
from store.photos import Photo
from store.plans import claim_plan, request_plan, save_plan
from tests.api.parts import a_round
from tests.cli.test_plan import environment
from tests.store.make import NOON, registered

BRIMFUL = Path(sys.executable).parent / "brimful"


def prune(database_url: str, *arguments: str, **settings: str) -> str:
    return subprocess.run(
        [BRIMFUL, "photos", "prune", *arguments],
        env=environment(database_url, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


async def test_old_photos_go_and_a_dry_run_only_says_so(database_url: str) -> None:
    now, round_ = utc_now(), a_round()
    async with store.connect(database_url) as conn:
        await registered(conn)
        asked = await request_plan(
            conn, depot_id="depot", day=NOON.date(), requested_by="test", now=NOON
        )
        await claim_plan(conn, now=NOON, lease=timedelta(hours=1), plan_id=asked.plan_id)
        plan = Plan(
            plan_id=asked.plan_id,
            depot_id="depot",
            day=NOON.date(),
            status=PlanStatus.RUNNING,
            requested_at=NOON,
            rounds=(round_,),
        )
        await save_plan(conn, plan, now=NOON)
        for days in (400, 20, 2):
            photo = Photo(
                photo_id=uuid4(),
                stop_id=round_.stops[0].stop_id,
                crew_id="crew",
                digest=b"d",
                width=10,
                height=10,
                jpeg=b"x" * 600_000,
            )
            await photos.add(
                conn, photo, received_by="test", received_at=now - timedelta(days=days)
            )
    assert "would delete 1 photo (0.6 MB); 2 photos (1.2 MB) left" in prune(
        database_url, "--dry-run"
    )
    assert "deleted 1 photo (0.6 MB); 2 photos (1.2 MB) left" in prune(database_url)
    found = json.loads(prune(database_url, "--json", BRIMFUL_PHOTOS_MAX_MB="1"))
    assert (found["deleted"]["photos"], found["left"]["photos"]) == (1, 1)
    assert "deleted 1 photo" in prune(database_url, BRIMFUL_PHOTOS_KEEP_DAYS="1")
    async with store.connect(database_url) as conn:
        entries = await audit.entries(conn, what="photos.pruned")
    assert [entry.detail["photos"] for entry in entries] == [1, 1, 1]
