"""Every fault does what its name says, and the account knows exactly."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire import NativeReading, native_payload
from simulators.account import Account, Progress
from simulators.faults import Fault, parse_faults
from simulators.injector import FaultInjector
from simulators.messages import Delivery, Expected, Message, packed, single
from simulators.world import Measurement
from tests.simulators.parts import chance

BEGIN = datetime(2026, 2, 16, tzinfo=UTC)


def measurements(n: int, *, distance: bool = False) -> list[Measurement]:
    return [
        Measurement(
            measured_at=BEGIN + timedelta(hours=2 * i),
            fill_pct=None if distance else float(i % 100),
            distance_mm=900 + i % 500 if distance else None,
            battery_v=3.6,
            temperature_c=10.0,
        )
        for i in range(n)
    ]


def wronged(
    rates: Mapping[Fault, float], n: int = 400, seed: int = 1, *, distance: bool = False
) -> tuple[list[Delivery], Counter[Fault]]:
    happened: Counter[Fault] = Counter()
    injector = FaultInjector(
        sensor_id="s", rng=chance(seed), rates=rates, speed=1.0, happened=happened
    )
    found = measurements(n, distance=distance)
    return list(injector.deliver_all(found, now=found[-1].measured_at)), happened


def times(deliveries: list[Delivery]) -> list[datetime]:
    return [NativeReading.model_validate_json(d.text).measured_at for d in deliveries]


def test_without_faults_every_reading_goes_out_once_in_order() -> None:
    deliveries, happened = wronged({})
    assert times(deliveries) == [m.measured_at for m in measurements(400)]
    assert not happened


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.OUT_OF_ORDER])
def test_late_readings_come_after_newer_ones_and_all_come(fault: Fault) -> None:
    deliveries, happened = wronged({fault: 0.1})
    found = times(deliveries)
    assert found != sorted(found)
    assert sorted(found) == [m.measured_at for m in measurements(400)]
    assert happened[fault] > 20
    assert all(d.expected is Expected.STORED for d in deliveries)


def test_a_reading_out_of_order_comes_right_after_the_next() -> None:
    deliveries, _ = wronged({Fault.OUT_OF_ORDER: 1.0}, n=4)
    first, second, third, fourth = (m.measured_at for m in measurements(4))
    assert times(deliveries) == [first, second, third, fourth]
    rng = chance(3)
    injector = FaultInjector(sensor_id="s", rng=rng, rates={Fault.OUT_OF_ORDER: 1.0})
    held = measurements(2)
    assert injector.deliver(held[0], now=BEGIN) == []
    injector.rates = {}
    assert times(injector.deliver(held[1], now=BEGIN)) == [second, first]


def test_a_duplicate_is_the_same_bytes_again() -> None:
    deliveries, happened = wronged({Fault.DUPLICATE: 0.2})
    again = [d for d in deliveries if d.expected is Expected.DUPLICATE]
    assert len(again) == happened[Fault.DUPLICATE] > 40
    assert Counter(d.text for d in deliveries) == Counter(
        [*{d.text for d in deliveries}, *(d.text for d in again)]
    )


@pytest.mark.parametrize("distance", [False, True])
def test_garbled_messages_are_unreadable_and_all_different(distance: bool) -> None:
    deliveries, happened = wronged({Fault.GARBLED: 1.0}, distance=distance)
    assert len({d.text for d in deliveries}) == len(deliveries) == happened[Fault.GARBLED] == 400
    for delivery in deliveries:
        with pytest.raises(ValueError, match=r".+"):
            native_payload.validate_json(delivery.text)


def test_an_unknown_sensor_is_another_one() -> None:
    deliveries, _ = wronged({Fault.UNKNOWN_SENSOR: 1.0}, n=5)
    assert {d.sensor_id for d in deliveries} == {"s-unregistered"}
    assert {d.expected for d in deliveries} == {Expected.UNKNOWN_SENSOR}


def test_a_clock_ahead_is_hours_ahead_of_the_arrival_and_never_twice_the_same() -> None:
    deliveries, _ = wronged({Fault.CLOCK_AHEAD: 1.0})
    now = measurements(400)[-1].measured_at
    found = times(deliveries)
    assert len(set(found)) == 400
    assert all(timedelta(hours=1) <= at - now < timedelta(hours=20) for at in found)


def test_a_stuck_sensor_repeats_a_value_for_a_while() -> None:
    deliveries, happened = wronged({Fault.STUCK: 0.05})
    fills = [json.loads(d.text)["fill_pct"] for d in deliveries]
    assert len(fills) == 400
    assert sum(a == b for a, b in pairwise(fills)) >= happened[Fault.STUCK] / 2


def test_a_silent_sensor_sends_nothing_for_a_while() -> None:
    deliveries, happened = wronged({Fault.SILENT: 0.02})
    assert len(deliveries) == 400 - happened[Fault.SILENT]
    gaps = [b - a for a, b in pairwise(times(deliveries))]
    assert max(gaps) >= timedelta(hours=24)


def test_zero_tilted_and_spike() -> None:
    zeros, _ = wronged({Fault.ZERO_FOR_MISSING: 1.0}, n=3)
    assert [json.loads(d.text)["fill_pct"] for d in zeros] == [0, 0, 0]
    distances, _ = wronged({Fault.ZERO_FOR_MISSING: 1.0}, n=3, distance=True)
    assert [json.loads(d.text)["distance_mm"] for d in distances] == [0, 0, 0]
    tilted, _ = wronged({Fault.TILTED: 1.0}, n=3)
    assert all(json.loads(d.text)["tilted"] for d in tilted)
    spikes, _ = wronged({Fault.SPIKE: 1.0}, n=50)
    assert [json.loads(d.text)["fill_pct"] for d in spikes] != [
        m.fill_pct for m in measurements(50)
    ]


rates = st.dictionaries(st.sampled_from(Fault), st.floats(0, 1 / len(Fault)))


@given(rates=rates, seed=st.integers(0, 10_000), n=st.integers(1, 300), arrays=st.booleans())
def test_the_account_is_exact(
    rates: Mapping[Fault, float], seed: int, n: int, *, arrays: bool
) -> None:
    """Counted from the bytes alone, with the rules of whoever stores them."""
    deliveries, happened = wronged(rates, n, seed)
    messages = list(packed(deliveries)) if arrays else [single(d) for d in deliveries]
    account = Account(happened=happened)
    for message in messages:
        account.acknowledged(message)
    stored, aside, again = judged_from_bytes(messages)
    assert (account.stored, account.set_aside) == (stored, aside)
    assert account.readings == stored + aside
    assert account.counts[Expected.DUPLICATE] == again == happened[Fault.DUPLICATE]
    assert account.readings == n - happened[Fault.SILENT]


def judged_from_bytes(messages: list[Message]) -> tuple[int, int, int]:
    """Return how many readings are stored, set aside and sent again."""
    seen: set[tuple[str, datetime]] = set()
    aside: set[tuple[str, bytes]] = set()
    again = 0
    for message in messages:
        try:
            payload = native_payload.validate_json(message.payload)
        except ValueError:
            aside.add((message.topic, message.payload))
            continue
        if "unregistered" in message.topic:
            aside.add((message.topic, message.payload))
            continue
        for reading in payload if isinstance(payload, list) else [payload]:
            again += (message.topic, reading.measured_at) in seen
            seen.add((message.topic, reading.measured_at))
    return len(seen), len(aside), again


def test_arrays_hold_at_most_200_readings() -> None:
    deliveries, _ = wronged({}, n=450)
    assert [sum(m.counts.values()) for m in packed(deliveries)] == [200, 200, 50]


def test_rates_are_read() -> None:
    assert parse_faults(["late=0.05", "garbled=1e-3"]) == {Fault.LATE: 0.05, Fault.GARBLED: 0.001}
    assert parse_faults([]) == {}


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (["lat=0.1"], "unknown; there are: late, duplicate"),
        (["late"], "needs a rate from 0 to 1"),
        (["late=1.5"], "needs a rate from 0 to 1"),
        (["late=nan"], "needs a rate from 0 to 1"),
        (["late=0.1", "late=0.2"], "given twice"),
        (["late=0.6", "stuck=0.6"], "add up to more than 1"),
    ],
)
def test_wrong_rates_are_explained(texts: list[str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_faults(texts)


def test_the_rate_is_of_the_last_seconds() -> None:
    progress = Progress()
    assert progress.messages_per_s(BEGIN) == 0
    progress.account.messages = 100
    assert progress.messages_per_s(BEGIN + timedelta(seconds=2)) == 50
    progress.account.messages = 110
    # since the last call that is five seconds old, here ten seconds ago
    assert progress.messages_per_s(BEGIN + timedelta(seconds=12)) == 1
    assert progress.messages_per_s(BEGIN + timedelta(seconds=18)) == 0
