from datetime import UTC, datetime, timedelta

import pytest

from simulators.account import Progress
from simulators.messages import Expected, Message

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("asked_every_s", [0.125, 1.0, 5.0, 5.001, 30.0])
def test_the_rate_is_true_however_often_it_is_asked_for(asked_every_s: float) -> None:
    """100 messages/s for a minute, then none."""
    progress = Progress()
    message = Message(topic="t", payload=b"", counts={Expected.STORED: 1})
    assert progress.messages_per_s(NOON) == 0
    asked = 0
    while (asked := asked + 1) * asked_every_s <= 60:
        while progress.account.messages < 100 * asked * asked_every_s:
            progress.account.acknowledged(message)
        rate = progress.messages_per_s(NOON + timedelta(seconds=asked * asked_every_s))
        assert rate == pytest.approx(100, rel=0.1)
    for silent in range(int(10 / asked_every_s) + 2):
        rate = progress.messages_per_s(NOON + timedelta(seconds=(asked + silent) * asked_every_s))
    assert rate == 0
