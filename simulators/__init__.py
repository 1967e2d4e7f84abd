"""Simulated town, sensors and crews, faults on demand, and replay of real histories.

This room sees Brimful as the world does: through MQTT and HTTP. It imports core and never store,
a database driver, fastapi or ortools; ``aiomqtt`` stands in mqtt.py alone.
"""
