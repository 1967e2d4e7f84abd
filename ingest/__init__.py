"""MQTT to store: what the sensors publish becomes readings, or is set aside with a reason.

The walk: receive -> unwrap -> decode -> judge -> batch -> add_readings -> COMMIT -> acknowledge.
A message is acknowledged only after the COMMIT that holds all of it, so that the broker sends
again whatever a crash, a broken line or a stopped database left unfinished; storing is
idempotent, so that sending again is harmless.

Imports core and store only; mqtt.py alone speaks MQTT.
"""
