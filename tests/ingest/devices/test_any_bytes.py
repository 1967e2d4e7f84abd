"""Whatever the bytes are: measurements within what a field can mean, or a FrameError in words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.readings import Kind
from ingest.devices import DEVICES, FrameError, decode_frame

PORTS = st.none() | st.integers(min_value=0, max_value=255)


def check(device: str, frame: bytes, port: int | None) -> None:
    try:
        said = decode_frame(device, frame, port=port)
    except FrameError:
        return
    assert said
    for m in said:
        assert m.fill_pct is None or 0 <= m.fill_pct <= 100
        assert m.battery_pct is None or 0 <= m.battery_pct <= 100
        assert m.battery_v is None or 0 <= m.battery_v <= 60
        assert m.temperature_c is None or -80 <= m.temperature_c <= 200
        assert m.distance_mm is None or m.distance_mm <= 20_000
        if m.distance_mm is not None and m.distance_mm <= 0:
            assert m.no_level_reason is not None
        if m.fill_pct is None and m.distance_mm is None:
            assert m.no_level_reason is not None
    *earlier, _ = said
    for m in earlier:
        assert m.measured_at is not None or m.kind is Kind.HISTORY


@pytest.mark.parametrize("device", DEVICES)
@given(frame=st.binary(max_size=120), port=PORTS)
@example(frame=b"", port=None)
def test_random_bytes(device: str, frame: bytes, port: int | None) -> None:
    check(device, frame, port)


@pytest.mark.parametrize("device", DEVICES)
@given(data=st.data())
def test_a_true_frame_with_bytes_changed_cut_or_added(device: str, data: st.DataObject) -> None:
    vector = data.draw(st.sampled_from(DEVICES[device].vectors))
    frame = bytearray.fromhex(vector.frame)
    for at in data.draw(st.lists(st.integers(0, len(frame) - 1), max_size=3)):
        frame[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(frame)))
    check(device, bytes(frame[:cut]) + data.draw(st.binary(max_size=6)), vector.port)


@pytest.mark.parametrize("device", DEVICES)
def test_a_frame_that_was_cut_is_never_taken_for_a_whole_one(device: str) -> None:
    """Where a field is cut through; a frame cut between two fields is a frame with fewer."""
    for vector in DEVICES[device].vectors:
        if vector.shows.startswith("batched"):
            continue  # as many distances as there is room for: the shorter frame is a true one
        frame = bytes.fromhex(vector.frame)
        whole = decode_frame(device, frame, port=vector.port)
        for cut in range(1, len(frame)):
            try:
                said = decode_frame(device, frame[:cut], port=vector.port)
            except FrameError:
                continue
            # what is left says nothing that the whole frame does not say
            distances = {m.distance_mm for m in whole} | {None}
            assert {m.distance_mm for m in said} <= distances
