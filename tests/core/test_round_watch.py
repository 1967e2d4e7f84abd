"""Stops that come too late, that were passed or forgotten, and what is on board."""

from dataclasses import replace
from datetime import date, time, timedelta

from core.bins import Closure
from core.hours import Hours
from core.plans import LeftOutReason, Outcome, StopKind
from core.rules.left_out_told import MEANING
from core.rules.progress import expect
from core.rules.round_watch import When, late_stops, load_of, missed_stops
from tests.core.test_progress import PRAGUE, SEVEN, a_round, minutes, on_time

DAY = date(2026, 3, 2)
UNTIL_EIGHT = When(hours=(Hours(begins=time(6), ends=time(8)),))


def test_a_stop_that_misses_its_hours_is_late() -> None:
    round_ = on_time(a_round(), 3, late=minutes(25))
    found = expect(round_, now=SEVEN + minutes(56), zone=PRAGUE)
    fifth, sixth = round_.stops[4], round_.stops[5]
    late = list(
        late_stops(
            round_,
            found,
            shift_ends_at=SEVEN + minutes(80),
            whens={fifth.stop_id: UNTIL_EIGHT},
            day=DAY,
            zone=PRAGUE,
        )
    )
    assert [(one.stop, one.why) for one in late] == [
        (fifth, "its hours end at 08:00"),
        (sixth, "the shift ends at 08:20"),
    ]
    assert late[0].begins_at == SEVEN + minutes(74)
    assert late[0].limit_at == SEVEN + minutes(60)


def test_in_time_nothing_is_late() -> None:
    round_ = on_time(a_round(), 3)
    found = expect(round_, now=SEVEN + minutes(31), zone=PRAGUE)
    whens = {s.stop_id: UNTIL_EIGHT for s in round_.stops}
    assert not list(
        late_stops(
            round_,
            found,
            shift_ends_at=SEVEN + minutes(80),
            whens=whens,
            day=DAY,
            zone=PRAGUE,
        )
    )


def test_a_street_that_shuts_is_a_last_moment_too() -> None:
    round_ = on_time(a_round(), 3, late=minutes(15))
    found = expect(round_, now=SEVEN + minutes(46), zone=PRAGUE)
    shut = Closure(
        closure_id="market",
        name="Market",
        hours=(Hours(begins=time(8), ends=time(10)),),
        bin_ids=frozenset({"b5"}),
    )
    (late,) = late_stops(
        round_,
        found,
        shift_ends_at=None,
        whens={round_.stops[4].stop_id: When(shut=(shut,))},
        day=DAY,
        zone=PRAGUE,
    )
    assert late.limit_at == SEVEN + minutes(59)


def test_a_stop_that_was_passed_is_missed() -> None:
    plain = a_round()
    stops = list(on_time(plain, 4).stops)
    stops[1] = plain.stops[1]
    round_ = replace(plain, stops=tuple(stops))

    def missed(after: float) -> list[str | None]:
        now = SEVEN + minutes(after)
        return [
            s.bin_id for s in missed_stops(round_, expect(round_, now=now, zone=PRAGUE), now=now)
        ]

    assert not missed(45)
    assert missed(50) == ["b2"]
    # hours later the others that nobody marked, too
    assert missed(200) == ["b2", "b5", "b6"]


def test_a_delay_is_no_miss() -> None:
    round_ = on_time(a_round(), 3, late=timedelta(hours=3))
    now = SEVEN + timedelta(hours=3) + minutes(31)
    assert not list(missed_stops(round_, expect(round_, now=now, zone=PRAGUE), now=now))


def test_the_load_is_what_was_taken_since_the_body_was_emptied() -> None:
    stops = [
        replace(s, load_kg=10.0 * s.seq, expected_fill_pct=80.0)
        for s in on_time(a_round(), 4).stops
    ]
    stops[2] = replace(
        stops[2], kind=StopKind.DISPOSAL, bin_id=None, disposal_site_id="site", load_kg=None
    )
    stops[0] = replace(stops[0], outcome=Outcome.SKIPPED)
    load = load_of(stops)
    assert (load.collected_kg, load.aboard_kg) == (60.0, 40.0)


def test_every_reason_to_leave_a_bin_out_has_words() -> None:
    assert set(MEANING) == set(LeftOutReason)
    assert all(meaning and remedy for meaning, remedy in MEANING.values())
