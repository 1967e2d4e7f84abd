"""MQTT to store: what the sensors publish becomes readings, or is set aside with a reason.

The walk: receive -> unwrap -> batch -> look up -> decode -> judge -> follow -> store -> COMMIT
-> acknowledge. All from looking up to storing is one transaction: what a device's bytes mean
depends on what it is, where it sat and what it said before.
A message is acknowledged only after the COMMIT that holds all of it, so that the broker sends
again whatever a crash, a broken line or a stopped database left unfinished; storing is
idempotent, so that sending again is harmless.

Imports core and store only; mqtt.py alone speaks MQTT.
"""
