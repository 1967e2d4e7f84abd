"""The arrays the compiled search works on, and the names of their columns.

A *node* is whatever may stand on a route: 0..n-1 the stops, then a start and an end for each
vehicle, then a stock of extras that become disposals and breaks when they are needed. A route is a
doubly linked list from its start to its end. Few wide arrays instead of many narrow ones: a node's
figures lie side by side in memory, and what a compiled function is given stays short.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# what a node is
STOP, START, END, DISPOSAL, BREAK = 0, 1, 2, 3, 4

# columns of State.link (nodes, 10) int64; RELEASE: of a start or disposal, when all that its trip
# takes is there
NXT, PRV, VEH, ENTER, LEAVE, WHAT, OPTION, TRIP, WINDOW, RELEASE = range(10)
LINKS = 10

# columns of State.span (nodes, 10) int64: the node's own window and service; duration, earliest and
# latest begin of the part of the route up to the node (P*) and from the node (S*); S_LATE_MAX is
# S_LATE without regard to breaks that are not on the route
OPEN, CLOSE, SERVICE, P_DUR, P_EARLY, P_LATE, S_DUR, S_EARLY, S_LATE, S_LATE_MAX = range(10)
SPANS = 10

# Day.size
N, V, O, B, M, W, NEAR, TIMED, BALANCE, EXTRAS, EDGES, CLASSES, RELEASES = range(13)  # noqa: E741 - as the model counts them
SIZES = 13

# columns of Day.fleet (v, 8) int64
V_EARLY, V_LATE, V_END, V_DUR, V_FIXED, V_STOPS, V_KIND, V_CLASS = range(8)
FLEET = 8

# columns of Day.site (o, 6) int64
D_ENTER, D_LEAVE, D_DUR, D_COST, D_OPEN, D_CLOSE = range(6)
SITES = 6

# columns of Day.rest (v, b, 4): as Vehicles.break_s
R_OPEN, R_CLOSE, R_DUR, R_MOMENT = range(4)

# columns of State.sums (v, 4) int64
COUNT, COST, DUR, N_DISPOSALS = range(4)
SUMS = 4

# State.total
T_COST, T_BEST, T_ABSENT, T_FREE, T_TOUCHED, T_SAVED, T_SERVED, T_USED = range(8)
TOTALS = 8

# State.cand: the best insertion found; then the best one that needs a break besides
C_DELTA, C_AFTER, C_VEH, C_WINDOW, C_MODE, C_OPTION = range(6)
B_DELTA, B_AFTER, B_VEH, B_WINDOW = 6, 7, 8, 9
CANDS = 10
PLAIN, STOP_THEN_DISPOSAL, DISPOSAL_THEN_STOP = 0, 1, 2

NEVER = 1 << 60
EVER = -(1 << 40)
"""Before any time."""

# what update() says about a route
FINE, TOO_MUCH, TOO_LATE, BROKEN = 0, 1, 2, 3


class Day(NamedTuple):
    """What does not change during a search."""

    size: NDArray[np.int64]
    cost: NDArray[np.int32]
    drive: NDArray[np.int32]
    penalty: NDArray[np.int64]
    window: NDArray[np.int64]
    release: NDArray[np.int64]
    load: NDArray[np.int64]
    """(k, n, m)"""
    wish: NDArray[np.int32]
    """(n, v) -1: not allowed"""
    fleet: NDArray[np.int64]
    room: NDArray[np.int64]
    """(v, m) capacity"""
    room_end: NDArray[np.int64]
    """(v, m) what may be on board at the end"""
    begin_load: NDArray[np.int64]
    day_room: NDArray[np.int64]
    rest: NDArray[np.int64]
    site: NDArray[np.int64]
    site_ok: NDArray[np.uint8]
    near: NDArray[np.int64]
    """(n, near) the stops that are nearest, nearest first"""
    edge: NDArray[np.uint8]
    """(n,) whether starts, ends and disposals are among the nearest"""
    far: NDArray[np.int64]
    """(n,) way from the nearest start"""
    weight: NDArray[np.int64]
    """(n,) the load as a share of what a vehicle carries, in millionths"""
    tight: NDArray[np.int64]
    """(n,) total length of the windows"""
    member: NDArray[np.int64]
    """(v,) vehicles by class: equal ones stand together"""
    member_at: NDArray[np.int64]
    """(classes + 1,)"""


class State(NamedTuple):
    """What a search changes."""

    link: NDArray[np.int64]
    span: NDArray[np.int64]
    on_board: NDArray[np.int64]
    """(nodes, m) after the node"""
    arrives: NDArray[np.int64]
    """(nodes, m) on board when a disposal or the end is reached"""
    sums: NDArray[np.int64]
    day_load: NDArray[np.int64]
    has_break: NDArray[np.uint8]
    absent: NDArray[np.int64]
    absent_at: NDArray[np.int64]
    free: NDArray[np.int64]
    touched: NDArray[np.int64]
    is_touched: NDArray[np.uint8]
    saved: NDArray[np.int64]
    """(nodes, 2) visit and window of the touched routes as they were"""
    saved_at: NDArray[np.int64]
    """(v, 2) by order of touching: from, to"""
    best: NDArray[np.int64]
    """(nodes, 2) visit and window of the best routes, one after the other"""
    best_at: NDArray[np.int64]
    """(v + 1,)"""
    now: NDArray[np.int64]
    """(nodes, 2) the same for the routes as they were when they were asked for"""
    now_at: NDArray[np.int64]
    todo: NDArray[np.int64]
    """(n,) stops to insert"""
    key: NDArray[np.float64]
    """(n,) what they are sorted by"""
    row: NDArray[np.int64]
    """(nodes,) scratch"""
    places: NDArray[np.int64]
    """nodes a stop may be put behind"""
    total: NDArray[np.int64]
    cand: NDArray[np.int64]
    chance: NDArray[np.uint64]


def _fields(arrays: type[Day] | type[State]) -> dict[str, tuple[str, int]]:
    """Return for each array its numbers (as NumPy writes them) and dimensions."""
    return {name: (_NUMBERS.get(name, "i8"), _DIMENSIONS.get(name, 1)) for name in arrays._fields}


_NUMBERS = {
    "cost": "i4",
    "drive": "i4",
    "wish": "i4",
    "site_ok": "u1",
    "edge": "u1",
    "has_break": "u1",
    "is_touched": "u1",
    "key": "f8",
    "chance": "u8",
}
_DIMENSIONS = {
    **dict.fromkeys(("cost", "drive", "wish", "fleet", "site", "site_ok", "near"), 2),
    **dict.fromkeys(("room", "room_end", "begin_load", "day_room", "day_load"), 2),
    **dict.fromkeys(("link", "span", "on_board", "arrives", "sums", "has_break"), 2),
    **dict.fromkeys(("saved", "saved_at", "best", "now"), 2),
    **dict.fromkeys(("window", "load", "rest"), 3),
}
DAY_FIELDS = _fields(Day)
STATE_FIELDS = _fields(State)
