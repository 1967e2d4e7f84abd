"""Real parts for the tests: databases, brokers and the shared data. No fakes live here.

tests/conftest.py takes the fixtures from these modules, so every test has them.
"""
