"""How fast the API is under load, beside what limits it: every figure a ratio in one run.

The server, as `brimful serve` runs it, is one process and the load another; both on one machine
with the database, so that the figures say what a small server does while it is asked by all of a
town at once. Beside each endpoint stand an endpoint that does nothing, in the same server, and
the endpoint's own SQL statements, sent again through the same pool.
Must not be imported by anything but bench.main.
"""
