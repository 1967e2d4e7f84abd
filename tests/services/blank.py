"""A used database made blank again: a new copy of the template costs ten times the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql
from psycopg.rows import scalar_row

# What rows do not change. A test that altered any of it leaves a database that is not used again.
# A hypertable's chunks are not of it: they go with its rows.
_SHAPE = """
SELECT md5(string_agg(line, e'\\n' ORDER BY line)) FROM (
    SELECT concat_ws(' ', relname, relkind, relchecks, relacl, reloptions)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', relname, attnum, attname, atttypid, atttypmod, attnotnull, attacl)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL
    SELECT concat_ws(' ', conname, conrelid, contype, condeferred, convalidated)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', tgname, tgrelid, tgenabled)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
    UNION ALL
    SELECT concat_ws(' ', proname, proacl, prosrc)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL
    SELECT concat_ws(' ', extname, extversion) FROM pg_extension
    UNION ALL
    SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL
    SELECT concat_ws(' ', 'large object', oid) FROM pg_largeobject_metadata
) AS lines (line)
"""
_OURS = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
_TABLES = f"{_OURS} AND relkind = 'r'"
_PARENTS = f"{_TABLES} AND relhassubclass"
_SEQUENCES = f"{_OURS} AND relkind = 'S'"

type Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, kw_only=True)
class Blank:
    """What a freshly migrated database is.

    Attributes:
        shape: a digest of its tables, columns, constraints, triggers, functions and settings.
        tables: the names of all tables.
        rows: for each table that the migrations wrote into, what COPY says of it.
        sequences: for each, its last value and whether that was given out.
    """

    shape: str
    tables: Sequence[str]
    rows: Mapping[str, bytes]
    sequences: Mapping[str, tuple[int, bool]]

    @classmethod
    def of(cls, conn: Connection) -> Self:
        """Read it from a database that nobody has used."""
        tables = _names(conn, _TABLES)
        return cls(
            shape=_shape(conn),
            tables=tables,
            rows={name: _copied(conn, name) for name in _filled(conn, tables)},
            sequences={name: _sequence(conn, name) for name in _names(conn, _SEQUENCES)},
        )

    def restore(self, conn: Connection) -> bool:
        """Make a used database like it; False where it cannot be told to be."""
        if _shape(conn) != self.shape:
            return False
        with conn.transaction():
            # neither foreign keys nor our own triggers have a say in it
            conn.execute("SET LOCAL session_replication_role = replica")
            self._empty(conn)
            for name, rows in self.rows.items():
                with conn.cursor().copy(_into(name)) as copy:
                    copy.write(rows)
            for name, (value, is_called) in self.sequences.items():
                conn.execute("SELECT setval(%s, %s, %s)", [name, value, is_called])
        return True

    def _empty(self, conn: Connection) -> None:
        parents = _names(conn, _PARENTS)
        for name in parents:  # with its chunks
            conn.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
        for name in _filled(conn, [name for name in self.tables if name not in parents]):
            conn.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def _shape(conn: Connection) -> str:
    return conn.cursor(row_factory=scalar_row).execute(_SHAPE).fetchone() or ""


def _names(conn: Connection, query: str) -> list[str]:
    return conn.cursor(row_factory=scalar_row).execute(query.encode()).fetchall()


def _filled(conn: Connection, tables: Sequence[str]) -> list[str]:
    """Return those that have a row."""
    question = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
        for name in tables
    )
    return conn.cursor(row_factory=scalar_row).execute(question).fetchall()


def _copied(conn: Connection, table: str) -> bytes:
    out = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with conn.cursor().copy(out) as copy:
        return b"".join(bytes(block) for block in copy)


def _into(table: str) -> sql.Composed:
    return sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))


def _sequence(conn: Connection, name: str) -> tuple[int, bool]:
    query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
    found = conn.execute(query).fetchone()
    assert found is not None
    value, is_called = found
    assert isinstance(value, int)
    return value, bool(is_called)
