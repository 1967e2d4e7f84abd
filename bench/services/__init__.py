"""Real servers that a bench may break: TimescaleDB and Mosquitto of its own, and `brimful ingest`.

Everything here is a process of this machine with a folder that goes away with it, so that it can
be killed, stopped, restarted and starved of space without harming anybody else's.
Knows nothing of what is measured.
"""
