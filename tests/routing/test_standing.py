"""Where vehicles are in the middle of a day, and what they carry."""

from dataclasses import replace

import pytest

from routing.standing import Aboard
from tests.routing.middays import DEPOT, NINE, marked, minutes, plan_of, round_of, stand, stop


def test_before_the_first_mark_a_vehicle_is_at_the_depot() -> None:
    plan = plan_of(round_of("a", [stop("p", 10), stop("paper-site", 20)]))
    standing = stand(plan, (), now=minutes(30))["a"]
    assert standing.position == DEPOT.position
    assert (standing.out, standing.started_at, standing.aboard) == (False, None, ())
    assert standing.free_from == minutes(30)


def test_it_is_where_it_marked_last_with_what_it_took_since_its_last_disposal() -> None:
    stops = [stop("p1", 10), stop("paper-site", 20), stop("p2", 30), stop("p33", 40)]
    plan = plan_of(round_of("a", [*stops, stop("p4", 50), stop("both-site", 60)]))
    plan, settled = marked(
        plan,
        {
            "p1": ("done", 11),
            "paper-site": ("done", 21),
            "p2": ("done", 31),
            "p33": ("skipped", 44),
        },
    )
    standing = stand(plan, settled, now=minutes(45))["a"]
    # a skipped bin was driven to, and is not on board
    assert standing.position == stops[3].position
    assert standing.aboard == (Aboard(stream="paper", loose_l=900, load_kg=63),)
    assert (standing.out, standing.started_at, standing.stops_done) == (True, NINE, 2)
    assert standing.free_from == minutes(45)


def test_the_order_of_the_marks_counts_and_not_that_of_the_plan() -> None:
    plan = plan_of(round_of("a", [stop("p1", 10), stop("paper-site", 20), stop("p2", 30)]))
    plan, settled = marked(
        plan, {"p2": ("done", 11), "p1": ("done", 15), "paper-site": ("done", 19)}
    )
    standing = stand(plan, settled, now=minutes(20))["a"]
    assert standing.aboard == ()
    assert standing.position == plan.rounds[0].stops[1].position


def test_a_site_takes_on_only_its_own_streams() -> None:
    plan = plan_of(
        round_of("a", [stop("p1", 10), stop("g1", 20), stop("paper-site", 30), stop("g2", 40)])
    )
    names = {"p1": ("done", 11.0), "g1": ("done", 21.0), "paper-site": ("done", 31.0)}
    plan, settled = marked(plan, names)
    assert [a.stream for a in stand(plan, settled, now=minutes(32))["a"].aboard] == ["glass"]


def test_a_break_that_was_taken_is_counted() -> None:
    plan = plan_of(round_of("a", [stop("p1", 10), stop("break", 20), stop("p2", 50)]))
    plan, settled = marked(plan, {"p1": ("done", 11), "break": ("done", 45)})
    standing = stand(plan, settled, now=minutes(45))["a"]
    assert (standing.breaks_taken, standing.stops_done) == (1, 1)


@pytest.mark.parametrize(("now", "free"), [(30, 41), (60, 60)])
def test_it_is_free_from_now_and_not_before_its_last_mark(now: float, free: float) -> None:
    plan, settled = marked(plan_of(round_of("a", [stop("p", 10)])), {"p": ("done", 41)})
    assert stand(plan, settled, now=minutes(now))["a"].free_from == minutes(free)


def test_work_of_a_plan_that_was_replaced_is_on_board_too() -> None:
    # marks that came late for a stop the plan in force knows nothing of
    old, settled = marked(plan_of(round_of("a", [stop("p1", 10)])), {"p1": ("done", 12)})
    plan = plan_of(round_of("b", [stop("p2", 20)]))
    bins = stand(old, settled, now=minutes(20))
    assert bins["a"].load_kg == 63
    found = stand(replace(plan, rounds=(*plan.rounds, *old.rounds)), settled, now=minutes(20))
    assert found["a"].out
    assert not found["b"].out
