"""Commands run on one engine, but for those that tell one from the other."""

from tests.services.databases import one_engine

__all__ = ["one_engine"]
