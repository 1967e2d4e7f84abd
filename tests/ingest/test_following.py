from dataclasses import replace
from datetime import timedelta

from core.readings import Reading, Trust
from core.rules.track import Track
from core.rules.trust_limits import TrustLimits
from ingest.following import Followed, follow_all
from tests.store.make import NOON, reading

HOUR = timedelta(hours=1)
LIMITS = TrustLimits()


def followed(*new: Reading, track: Track | None = None) -> Followed:
    return follow_all(new, {"sensor-1": track or Track()}, LIMITS)


def hourly(*fills: float, start: int = 0) -> list[Reading]:
    return [reading(1, at=NOON + (start + n) * HOUR, fill_pct=f) for n, f in enumerate(fills)]


def trusts(found: Followed) -> list[Trust]:
    return [found.readings[key].trust for key in sorted(found.readings)]


def test_readings_are_followed_in_order_of_time_whatever_order_they_came_in() -> None:
    one, two, three = hourly(50, 0, 51)
    assert trusts(followed(three, one, two)) == [
        Trust.TRUSTED,
        Trust.ZERO_FOR_MISSING,
        Trust.TRUSTED,
    ]


def test_a_doubted_reading_is_confirmed_within_the_batch() -> None:
    found = followed(*hourly(80, 0, 2))
    assert trusts(found) == [Trust.TRUSTED] * 3
    assert found.confirmed == []
    assert found.moves["bin-1"].fill_pct == 2


def test_a_doubted_reading_of_an_earlier_batch_is_confirmed_by_its_key() -> None:
    first = followed(*hourly(80, 0))
    assert trusts(first) == [Trust.TRUSTED, Trust.ZERO_FOR_MISSING]
    move = first.moves["bin-1"]
    assert (move.fill_pct, move.doubt, move.doubted_at) == (
        80,
        Trust.ZERO_FOR_MISSING,
        NOON + HOUR,
    )
    second = followed(*hourly(1, start=2), track=first.tracks["sensor-1"])
    assert second.confirmed == [("sensor-1", NOON + HOUR)]
    (emptied_at,) = {at for _, at in second.sensed}
    assert emptied_at == NOON + HOUR


def test_the_track_knows_the_newest_moment_that_is_stored() -> None:
    ahead = replace(reading(1, at=NOON + 20 * HOUR), received_at=NOON, trust=Trust.CLOCK_AHEAD)
    found = followed(ahead, reading(1, at=NOON + HOUR))
    assert found.tracks["sensor-1"].stored_until == NOON + 20 * HOUR
    later = followed(reading(1, at=NOON + 2 * HOUR), track=found.tracks["sensor-1"])
    assert later.tracks["sensor-1"].stored_until == NOON + 20 * HOUR


def test_an_emptying_that_bounces_back_in_a_later_batch_is_revoked() -> None:
    first = followed(*hourly(80, 10, 11))
    assert list(first.sensed) == [("bin-1", NOON + HOUR)]
    second = followed(*hourly(79, 80, 80, start=3), track=first.tracks["sensor-1"])
    assert second.revoked == [("bin-1", NOON + HOUR)] or not first.sensed


def test_a_sensor_without_anything_new_has_no_track_to_write() -> None:
    found = follow_all(hourly(50), {"sensor-1": Track(), "sensor-2": Track()}, LIMITS)
    assert set(found.tracks) == {"sensor-1"}
