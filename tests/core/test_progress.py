"""When a round is expected back, and what it says where nobody can know."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from core.geo import Position
from core.plans import Outcome, Round, Stop, StopKind
from core.rules.progress import Expected, expect
from core.rules.progress_told import RoundState

PRAGUE = ZoneInfo("Europe/Prague")
SEVEN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""07:00 in Prague: when the round leaves."""
DRIVE_S, SERVICE_S = 540, 60


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def a_round(stops: int = 6) -> Round:
    """A stop every ten minutes: nine of driving and one of work; home after nine more."""
    return Round(
        round_id=uuid4(),
        vehicle_id="lorry-1",
        crew_id="crew-1",
        starts_at=SEVEN,
        ends_at=SEVEN + minutes(10 * stops + 9),
        distance_m=10_000,
        drive_s=DRIVE_S * (stops + 1),
        load_kg=100.0,
        stops=tuple(_stop(seq) for seq in range(1, stops + 1)),
    )


def _stop(seq: int) -> Stop:
    at = SEVEN + minutes(10 * seq - 1)
    return Stop(
        stop_id=uuid4(),
        seq=seq,
        kind=StopKind.BIN,
        position=Position(lon=14.4, lat=50.1),
        bin_id=f"b{seq}",
        disposal_site_id=None,
        arrives_at=at,
        begins_at=at,
        service_s=SERVICE_S,
        name=f"Dlouha {seq}",
    )


def marked(round_: Round, at: Sequence[datetime]) -> Round:
    """The first stops done at these moments."""
    done = [
        replace(stop, outcome=Outcome.DONE, reported_at=moment)
        for stop, moment in zip(round_.stops, at, strict=False)
    ]
    return replace(round_, stops=(*done, *round_.stops[len(done) :]))


def on_time(round_: Round, n: int, late: timedelta = timedelta(0)) -> Round:
    return marked(round_, [SEVEN + minutes(10 * seq) + late for seq in range(1, n + 1)])


def ends(expected: Expected) -> datetime:
    assert expected.ends_at is not None
    assert expected.earliest is not None
    assert expected.latest is not None
    assert expected.earliest <= expected.ends_at <= expected.latest
    return expected.ends_at


def test_a_round_that_is_on_time_is_back_as_planned() -> None:
    round_ = on_time(a_round(), 3)
    found = expect(round_, now=SEVEN + minutes(32), zone=PRAGUE)
    assert ends(found) == round_.ends_at
    assert found.state is RoundState.UNDER_WAY
    assert (found.delay_s, found.silent_s) == (0, None)
    assert found.last == round_.stops[2]
    assert found.reason == "on time at Dlouha 3, 3 stops open"
    assert [found.begins[s.stop_id] for s in round_.stops[3:]] == [
        s.begins_at for s in round_.stops[3:]
    ]


def test_the_delay_of_the_last_mark_is_carried_on() -> None:
    round_ = on_time(a_round(), 3, late=minutes(12))
    found = expect(round_, now=SEVEN + minutes(44), zone=PRAGUE)
    assert ends(found) == round_.ends_at + minutes(12)
    assert found.reason == "12 min behind plan at Dlouha 3, 3 stops open"
    early = expect(on_time(a_round(), 3, late=-minutes(5)), now=SEVEN + minutes(26), zone=PRAGUE)
    assert early.reason == "5 min ahead of plan at Dlouha 3, 3 stops open"
    assert ends(early) == round_.ends_at - minutes(5)


def test_a_wait_of_the_plan_takes_up_a_delay() -> None:
    plain = a_round()
    # stop 5 opens at 08:20, half an hour after the arrival; everything behind it is later by that
    later = [
        replace(
            s,
            arrives_at=s.arrives_at + (minutes(30) if s.seq > 5 else minutes(0)),
            begins_at=s.begins_at + minutes(30),
        )
        if s.seq >= 5
        else s
        for s in plain.stops
    ]
    round_ = replace(plain, stops=tuple(later), ends_at=plain.ends_at + minutes(30))
    found = expect(on_time(round_, 3, late=minutes(12)), now=SEVEN + minutes(44), zone=PRAGUE)
    assert ends(found) == round_.ends_at


def test_the_next_stop_is_not_done_before_now() -> None:
    # the next mark was due at 07:40 and it is 07:50: seven minutes less than silence
    round_ = on_time(a_round(), 3)
    found = expect(round_, now=SEVEN + minutes(50), zone=PRAGUE)
    assert found.silent_s is None
    assert ends(found) == round_.ends_at + minutes(10)


def test_silence_is_said_and_widens_the_range() -> None:
    round_ = on_time(a_round(), 3)
    now = SEVEN + minutes(30 + 52)
    found = expect(round_, now=now, zone=PRAGUE)
    assert found.silent_s == 52 * 60
    assert found.reason == "no mark for 52 min, last at Dlouha 3"
    # just done with the next stop: two more stops and the way home
    assert ends(found) == now + minutes(29)
    # offline all the time, it is at home by now; stood all the time, three stops are to come
    assert found.earliest == now
    assert found.latest is not None
    assert found.latest >= now + minutes(39)


def test_nobody_has_marked_anything() -> None:
    round_ = a_round()
    before = expect(round_, now=SEVEN - minutes(20), zone=PRAGUE)
    assert before.state is RoundState.NOT_BEGUN
    assert before.reason == "leaves at 07:00 by plan"
    assert ends(before) == round_.ends_at
    begun = expect(round_, now=SEVEN + minutes(8), zone=PRAGUE)
    assert begun.reason == "no mark yet, planned to leave at 07:00"
    assert ends(begun) == round_.ends_at
    long = expect(round_, now=SEVEN + minutes(40), zone=PRAGUE)
    assert long.reason == "no mark yet, 40 min after its planned start at 07:00"
    assert ends(long) == round_.ends_at + minutes(30)
    assert long.delay_s is None


def test_steps_that_were_off_say_how_unsure_it_is() -> None:
    steady = expect(on_time(a_round(12), 6), now=SEVEN + minutes(61), zone=PRAGUE)
    assert steady.latest == steady.ends_at
    moments = [SEVEN + minutes(m) for m in (10, 24, 30, 44, 50, 64)]
    unsteady = expect(marked(a_round(12), moments), now=SEVEN + minutes(64), zone=PRAGUE)
    assert unsteady.latest is not None
    # steps are 4 min off, now up and now down; six are open: about 4 * sqrt(6) minutes
    assert minutes(8) < unsteady.latest - ends(unsteady) < minutes(11)


def test_a_round_that_is_done_comes_home() -> None:
    round_ = on_time(a_round(), 6, late=minutes(3))
    found = expect(round_, now=SEVEN + minutes(64), zone=PRAGUE)
    assert found.state is RoundState.FINISHED
    assert ends(found) == round_.ends_at + minutes(3)
    assert found.reason == "all stops are marked, 3 min behind plan at Dlouha 6"


def test_out_of_service_is_never_back_at() -> None:
    round_ = on_time(a_round(), 3)
    found = expect(round_, now=SEVEN + minutes(32), zone=PRAGUE, out_of_service="since 07:31")
    assert found.state is RoundState.OUT_OF_SERVICE
    assert (found.ends_at, found.earliest, found.latest) == (None, None, None)
    assert found.reason == "out of service since 07:31"
    assert not found.begins


def test_planned_driving_counts_where_it_is_known() -> None:
    # after a re-plan the planned times of what is done say nothing about the way from there
    round_ = on_time(a_round(), 3)
    shifted = replace(
        round_,
        stops=tuple(
            replace(s, arrives_at=s.arrives_at + minutes(60), begins_at=s.begins_at + minutes(60))
            if s.outcome is None
            else s
            for s in round_.stops
        ),
    )
    now = SEVEN + minutes(32)
    found = expect(shifted, now=now, zone=PRAGUE, drives_s=[DRIVE_S] * 7)
    assert ends(found) == round_.ends_at


@pytest.mark.parametrize("order", [(0, 1, 3), (5,)])
def test_marks_out_of_order_count_by_their_time(order: tuple[int, ...]) -> None:
    plain = a_round()
    stops = list(plain.stops)
    for n, i in enumerate(order):
        stops[i] = replace(
            stops[i], outcome=Outcome.DONE, reported_at=SEVEN + minutes(10 * (n + 1))
        )
    found = expect(replace(plain, stops=tuple(stops)), now=SEVEN + minutes(33), zone=PRAGUE)
    assert found.last == stops[order[-1]]
    assert set(found.begins) == {s.stop_id for s in stops if s.outcome is None}


def test_a_mark_from_the_future_counts_as_made_now() -> None:
    round_ = on_time(a_round(), 3, late=timedelta(hours=3))
    found = expect(round_, now=SEVEN + minutes(32), zone=PRAGUE)
    assert found.delay_s == 2 * 60
