"""What must hold for everything a sensor can say."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.readings import Reading, Trust
from core.rules.follow import follow
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from tests.core.saying import at, hear, says

fills = st.one_of(st.sampled_from([0.0, 100.0]), st.integers(0, 100).map(float))
trusts = st.sampled_from(
    [Trust.TRUSTED] * 6 + [Trust.TILTED, Trust.NO_TARGET, Trust.NOT_MEASURED, Trust.CLOCK_AHEAD]
)


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """Readings in order of time, some of them faulty by themselves, from two bins."""
    minutes = draw(st.lists(st.integers(1, 2_000), min_size=1, max_size=40))
    moved_at = draw(st.integers(0, 60))
    readings, passed = [], 0
    for n, step in enumerate(minutes):
        passed += step
        trust = draw(trusts)
        fill_pct = None if trust in {Trust.NO_TARGET, Trust.NOT_MEASURED} else draw(fills)
        readings.append(
            says(
                passed / 60,
                fill_pct,
                trust,
                bin_id="bin-1" if n < moved_at else "bin-2",
                measured_at=at(passed / 60)
                + (timedelta(hours=5) if trust is Trust.CLOCK_AHEAD else timedelta(0)),
                received_at=at(passed / 60),
            )
        )
    return readings


@given(history=histories())
def test_the_level_is_always_a_reading_that_is_trusted(history: list[Reading]) -> None:
    track, said = Track(), {}
    for reading in history:
        step = follow(track, reading, DEFAULT_LIMITS)
        said[reading.measured_at] = (step.trust, reading.fill_pct)
        if step.confirmed_at is not None:
            assert said[step.confirmed_at][0] in {Trust.SPIKE, Trust.ZERO_FOR_MISSING}
        moved = step.track.level_at != track.level_at
        if moved and step.track.level_at is not None:
            assert said[step.track.level_at] == (Trust.TRUSTED, step.track.level_pct)
            assert step.track.level_at == reading.measured_at
        track = step.track


@given(history=histories())
def test_what_was_untrusted_by_itself_stays_so(history: list[Reading]) -> None:
    for reading, trust in zip(history, hear(history).trusts, strict=True):
        if reading.trust is not Trust.TRUSTED:
            assert trust is reading.trust


@given(history=histories(), data=st.data())
def test_duplicates_and_late_ones_leave_no_trace(
    history: list[Reading], data: st.DataObject
) -> None:
    # one from the future is dated by its arrival, which differs when it comes again
    history = [r for r in history if r.trust is not Trust.CLOCK_AHEAD]
    again: list[Reading] = []
    for n, reading in enumerate(history):
        again.append(reading)
        if data.draw(st.booleans()):
            again.append(history[data.draw(st.integers(0, n))])
    assert hear(again).track == hear(history).track
    assert hear(again).emptyings == hear(history).emptyings


@given(
    level=fills,
    minutes=st.lists(st.integers(1, 600), min_size=1, max_size=80),
)
def test_a_constant_bin_is_never_doubted_and_never_emptied(
    level: float, minutes: list[int]
) -> None:
    hours, history = 0.0, []
    for step in minutes:
        hours += step / 60
        history.append(says(hours, level))
    heard = hear(history)
    assert set(heard.at_once) <= {Trust.TRUSTED, Trust.STUCK}
    assert not heard.emptyings
    assert heard.track.level_pct == level


@given(before=st.integers(0, 59), after=st.integers(0, 100), noise=st.integers(-5, 5))
def test_a_jump_that_the_next_reading_confirms_ends_trusted(
    before: int, after: int, noise: int
) -> None:
    confirming = min(100, max(0, after + noise))
    heard = hear([says(0, before), says(0.5, after), says(1, confirming)])
    if abs(confirming - after) < abs(confirming - before):
        assert heard.trusts == [Trust.TRUSTED] * 3
    assert heard.track.level_pct == confirming


@given(history=histories())
def test_only_what_was_told_is_taken_back(history: list[Reading]) -> None:
    track = Track()
    told: set[datetime] = set()
    for reading in history:
        step = follow(track, reading, DEFAULT_LIMITS)
        if step.revoked_at is not None:
            told.remove(step.revoked_at)
        if step.emptied is not None:
            told.add(step.emptied.emptied_at)
        track = step.track


@given(history=histories())
def test_an_emptying_lies_between_two_readings_and_is_a_fall(history: list[Reading]) -> None:
    heard = hear(history)
    measured = {r.measured_at: r for r in history}
    for emptying in heard.emptyings.values():
        assert emptying.not_before < emptying.emptied_at
        assert measured[emptying.emptied_at].fill_pct is not None
        assert measured[emptying.not_before].fill_pct == emptying.fill_before_pct
        assert emptying.fill_before_pct > emptying.fill_after_pct
