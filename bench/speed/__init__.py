"""How fast the ingester is, beside what limits it: every figure a ratio in one run.

Runs real programs (Mosquitto as it is shipped, TimescaleDB, `brimful ingest`, `mosquitto_sub`),
each in a process of its own. Must not be imported by anything but bench.main.
"""
