from hypothesis import given
from hypothesis import strategies as st

from ingest.backoff import Backoff
from ingest.batcher import Batcher
from ingest.messages import Opened
from ingest.opening import open_message
from tests.ingest.parts import LIMITS, message

MAX_WEIGHT = 10
MAX_WAIT_S = 1.0


def of_weight(weight: int) -> Opened:
    """Return a message with so many (invalid) readings."""
    return open_message(message([0] * weight), LIMITS)


@given(
    st.lists(st.tuples(st.integers(1, 2 * MAX_WEIGHT), st.floats(0, 0.7)), max_size=60),
)
def test_batches_are_bounded_in_order_and_complete(arrivals: list[tuple[int, float]]) -> None:
    batcher = Batcher(max_weight=MAX_WEIGHT, max_wait_s=MAX_WAIT_S)
    came: list[Opened] = []
    went: list[list[Opened]] = []
    now = 0.0
    for weight, pause_s in arrivals:
        now += pause_s
        # as the service does: what has become due is taken before the next message comes
        if batcher.due_at is not None and batcher.due_at <= now:
            went.append(batcher.take())
        came.append(of_weight(weight))
        went += batcher.add(came[-1], now=now)
    if batcher.due_at is not None:
        went.append(batcher.take())
    assert [opened for batch in went for opened in batch] == came
    for batch in went:
        assert batch
        assert sum(opened.weight for opened in batch) <= MAX_WEIGHT or len(batch) == 1
    assert batcher.take() == []


@given(st.lists(st.floats(0, 0.7), min_size=1, max_size=40))
def test_nothing_waits_longer_than_the_limit(pauses_s: list[float]) -> None:
    batcher = Batcher(max_weight=1_000, max_wait_s=MAX_WAIT_S)
    now, oldest = 0.0, None
    for pause_s in pauses_s:
        now += pause_s
        oldest = now if oldest is None else oldest
        if batcher.add(of_weight(1), now=now):
            assert now >= oldest + MAX_WAIT_S
            oldest = None
        else:
            assert batcher.due_at == oldest + MAX_WAIT_S
            assert now < batcher.due_at


def test_an_empty_batcher_is_never_due() -> None:
    batcher = Batcher(max_weight=2, max_wait_s=MAX_WAIT_S)
    due_at = [batcher.due_at]
    assert batcher.add(of_weight(1), now=5.0) == []
    due_at.append(batcher.due_at)
    assert [len(batch) for batch in batcher.add(of_weight(1), now=5.1)] == [2]
    assert [*due_at, batcher.due_at] == [None, 6.0, None]


def test_a_message_over_the_limit_goes_alone() -> None:
    batcher = Batcher(max_weight=5, max_wait_s=MAX_WAIT_S)
    small, large = of_weight(1), of_weight(9)
    batcher.add(small, now=0.0)
    assert batcher.add(large, now=0.0) == [[small], [large]]


def test_waiting_times_grow_to_their_limit_and_begin_anew() -> None:
    backoff = Backoff(first_s=1.0, most_s=8.0)
    delays = [backoff.next_s() for _ in range(50)]
    for delay, most in zip(delays, [1, 2, 4, *[8] * 47], strict=True):
        assert most / 2 <= delay <= most
    assert len(set(delays[10:])) > 1
    backoff.reset()
    assert backoff.next_s() <= 1.0
    assert 4.0 <= backoff.longest_s <= 8.0
