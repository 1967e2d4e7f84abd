"""The only room with SQL queries: typed functions, connection first, that never commit.

Whoever opens the transaction owns it. Each query stands as a named constant above its function.
Imports core only; psycopg stays behind these functions.
"""

from store.connection import Connection, Pool, connect, open_pool, transaction

__all__ = ["Connection", "Pool", "connect", "open_pool", "transaction"]
