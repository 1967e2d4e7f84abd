from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.onboarding import Action, Step, WishError, decide, this_second
from core.sensors import NATIVE, Registered, Wish, find

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DEVICES = frozenset({NATIVE, "milesight-em400-mud", "netvox-r718x"})
EUI = "24e124713b492345"
HOUR = timedelta(hours=1)

IN_B1 = Registered(sensor_id="s", device=NATIVE, bin_id="b1", mounted_at=NOW - 10 * HOUR)
FREE = Registered(sensor_id="s", device=NATIVE, free_since=NOW - 5 * HOUR)


def decided(wish: Wish, known: Registered | None = None, **more: datetime) -> Step:
    return decide(wish, known, now=NOW, devices=DEVICES, **more)


def after(known: Registered | None, step: Step) -> Registered:
    """Return the sensor as it is when the step was taken."""
    was = known or Registered(sensor_id=step.sensor_id, device=step.device or NATIVE)
    return replace(
        was,
        device=step.device or was.device,
        retired_at=None if step.again else was.retired_at,
        bin_id=step.bin_id or was.bin_id,
        mounted_at=step.at or was.mounted_at,
        free_since=step.at if step.leaves else was.free_since,
    )


@pytest.mark.parametrize(
    ("wish", "known", "action"),
    [
        (Wish(sensor_id="s"), None, Action.ADD),
        (Wish(sensor_id="s", bin_id="b1"), None, Action.ADD),
        (Wish(sensor_id="s", bin_id="b1"), FREE, Action.MOUNT),
        (Wish(sensor_id="s", bin_id="b2"), IN_B1, Action.MOVE),
        (Wish(sensor_id="s", bin_id="b1"), IN_B1, Action.NOTHING),
        (Wish(sensor_id="s", bin_id="b1", at=NOW), IN_B1, Action.NOTHING),
        (Wish(sensor_id="s", bin_id="b1", at=NOW - 20 * HOUR), IN_B1, Action.CHANGE),
        (Wish(sensor_id="s"), IN_B1, Action.NOTHING),
        (Wish(sensor_id="s"), replace(IN_B1, retired_at=NOW), Action.CHANGE),
        (
            Wish(sensor_id=EUI, device="netvox-r718x"),
            Registered(sensor_id=EUI, device=NATIVE),
            Action.CHANGE,
        ),
    ],
)
def test_each_wish_means_one_thing(wish: Wish, known: Registered | None, action: Action) -> None:
    assert decided(wish, known).action is action


@given(
    known=st.sampled_from([None, IN_B1, FREE, replace(FREE, retired_at=NOW)]),
    bin_id=st.sampled_from([None, "b1", "b2"]),
    hours=st.integers(-30, 20) | st.none(),
)
def test_the_same_wish_again_does_nothing(
    known: Registered | None, bin_id: str | None, hours: int | None
) -> None:
    at = None if hours is None or bin_id is None else NOW + hours * HOUR
    wish = Wish(sensor_id="s", bin_id=bin_id, at=at)
    try:
        step = decided(wish, known)
    except WishError:
        return
    again = decided(wish, after(known, step))
    assert again.action is Action.NOTHING
    assert again.bin_id is None


def test_it_sits_there_from_what_waits_of_it_on_and_else_from_now() -> None:
    wish = Wish(sensor_id="s", bin_id="b1")
    heard = NOW - 7 * HOUR
    assert decided(wish).at == NOW
    assert decided(wish, first_heard_at=heard).at == heard
    assert decided(wish, first_heard_at=NOW + HOUR).at == NOW
    # one that sat elsewhere before has measured there
    assert decided(wish, FREE, first_heard_at=heard).at == NOW
    assert decided(replace(wish, at=NOW - HOUR), first_heard_at=heard).at == NOW - HOUR


@pytest.mark.parametrize(
    ("wish", "known", "column"),
    [
        (Wish(sensor_id="s", device="toaster"), None, "device"),
        (Wish(sensor_id="s", device="netvox-r718x"), None, "sensor_id"),
        (Wish(sensor_id="gateway"), None, "sensor_id"),
        (Wish(sensor_id="s", at=NOW), None, "mounted_at"),
        (Wish(sensor_id="s", bin_id="b1", at=NOW + 25 * HOUR), None, "mounted_at"),
        (Wish(sensor_id="s", bin_id="b1", at=NOW - 6 * HOUR), FREE, "mounted_at"),
        (Wish(sensor_id="s", bin_id="b2", at=NOW - 10 * HOUR), IN_B1, "mounted_at"),
        (
            Wish(sensor_id=EUI.upper(), device="netvox-r718x"),
            Registered(sensor_id=EUI.upper(), device=NATIVE),
            "device",
        ),
    ],
)
def test_what_cannot_be_names_its_column(wish: Wish, known: Registered | None, column: str) -> None:
    with pytest.raises(WishError) as caught:
        decided(wish, known)
    assert [wrong.column for wrong in caught.value.wrong] == [column]


def test_all_that_is_wrong_is_named_at_once() -> None:
    wish = Wish(sensor_id="a/b", device="toaster", at=NOW + 25 * HOUR)
    with pytest.raises(WishError) as caught:
        decided(wish)
    columns = [wrong.column for wrong in caught.value.wrong]
    assert columns == ["device", "sensor_id", "mounted_at", "mounted_at"]
    assert "without bin_id" in str(caught.value)
    assert "more than 1 day ahead" in str(caught.value)


def test_what_could_not_be_read_is_not_complained_of_again() -> None:
    wish = Wish(sensor_id="s", at=NOW, unread=frozenset({"bin_id"}))
    assert decided(wish).action is Action.ADD
    moving = Wish(sensor_id="s", bin_id="b1", unread=frozenset({"mounted_at"}))
    assert decided(moving, replace(FREE, free_since=NOW + HOUR)).action is Action.MOUNT


def test_of_an_unknown_device_any_possible_name_is_taken() -> None:
    for typed in (EUI, "24-E1-24-71-3B-49-23-45", "24 E1 24 71 3B 49 23 45", "press-1"):
        with pytest.raises(WishError) as caught:
            decided(Wish(sensor_id=typed, device="toaster"))
        assert [wrong.column for wrong in caught.value.wrong] == ["device"]


def test_now_is_the_second_it_lies_in() -> None:
    """A network server stamps a frame in whole seconds: one of this second belongs to it."""
    now = NOW + timedelta(milliseconds=504)
    step = decide(Wish(sensor_id="s", bin_id="b1"), None, now=now, devices=DEVICES)
    assert step.at == NOW
    given_ = Wish(sensor_id="s", bin_id="b1", at=now)
    assert decide(given_, None, now=now, devices=DEVICES).at == now


@pytest.mark.parametrize(
    ("known", "whole"),
    [
        (IN_B1, True),
        (FREE, True),
        # left in the beginning of this second, may be mounted from then on
        (replace(FREE, free_since=NOW), True),
        (replace(FREE, free_since=NOW + timedelta(milliseconds=1)), False),
        (replace(IN_B1, mounted_at=NOW), False),
        (replace(IN_B1, mounted_at=NOW - timedelta(milliseconds=1)), True),
    ],
)
def test_unless_something_was_done_with_the_sensor_in_that_second(
    known: Registered, whole: bool
) -> None:
    now = NOW + timedelta(milliseconds=504)
    assert this_second(now, None, known) == (NOW if whole else now)
    moved = decide(Wish(sensor_id="s", bin_id="b2"), known, now=now, devices=DEVICES)
    assert moved.at == (NOW if whole else now)


def test_a_sensor_is_found_as_it_is_typed_or_as_its_label_prints_it() -> None:
    behind = Registered(sensor_id=EUI, device="netvox-r718x")
    known = {EUI: behind, "s": IN_B1}
    for typed in (EUI, EUI.upper(), " 24-E1-24-71-3B-49-23-45"):
        assert find(typed, known) is behind
    assert find("s", known) is IN_B1
    assert find("S", known) is None
