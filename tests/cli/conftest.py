"""Commands run on one engine, but for those that tell one from the other."""

from tests.services.databases import on_one_engine as pytest_generate_tests

__all__ = ["pytest_generate_tests"]
