"""A database server for tests, and the databases it lends them.

A copy of the migrated template takes 0.3 s of processor time. So a database that a test is done
with is made blank and lent again, below another name: whoever still knows it by the old one
cannot reach it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.services.blank import Blank

_PREFIX = "brimful_test_"
_END_SESSIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A running server on which databases are made and dropped."""

    name: str
    admin_url: str
    _numbers: Iterator[int] = field(default_factory=count)
    _idle: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return urlsplit(self.admin_url)._replace(path=f"/{database}").geturl()

    @contextmanager
    def database(self, *, template: str | None = None) -> Iterator[str]:
        """Make a database, a copy of `template` if one is given; yield its name, then drop it."""
        name = self._copied(template or "template0")
        try:
            yield name
        finally:
            self._drop(name)

    @contextmanager
    def lent(self, template: str, blank: Blank) -> Iterator[str]:
        """Yield the name of a database like `template`, a used one where there is one."""
        name = self._idle.pop() if self._idle else self._copied(template)
        try:
            yield name
        finally:
            self._take_back(name, blank)

    def _take_back(self, name: str, blank: Blank) -> None:
        try:
            renamed = self._renamed(name)
        except psycopg.errors.ObjectInUse:  # somebody came back in the same moment
            self._drop(name)
            return
        with psycopg.connect(self.url(renamed), autocommit=True) as conn:
            is_blank = blank.restore(conn)
        if is_blank:
            self._idle.append(renamed)
        else:
            self._drop(renamed)

    def _renamed(self, name: str) -> str:
        other = self._new_name()
        with self._admin() as admin:
            admin.execute(_END_SESSIONS, [name])
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            admin.execute(rename.format(sql.Identifier(name), sql.Identifier(other)))
        return other

    def _copied(self, template: str) -> str:
        name = self._new_name()
        with self._admin() as admin:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _new_name(self) -> str:
        return f"{_PREFIX}{os.getpid()}_{next(self._numbers)}"

    def _drop(self, name: str) -> None:
        with self._admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_idle(self) -> None:
        """Drop what is not lent."""
        while self._idle:
            self._drop(self._idle.pop())

    def close_to_all(self, database: str) -> None:
        """Let nobody in any more: a database with a session in it cannot be copied.

        TimescaleDB keeps a background worker in every database that has its extension.
        """
        with self._admin() as admin:
            close = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
            admin.execute(close.format(sql.Identifier(database)))
            admin.execute(_END_SESSIONS, [database])

    def drop_leftovers(self) -> None:
        """Drop what killed test runs on this machine left behind."""
        with self._admin() as admin:
            names = admin.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX]
            ).fetchall()
            for (name,) in names:
                if not Path("/proc", name.removeprefix(_PREFIX).partition("_")[0]).exists():
                    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                    admin.execute(drop.format(sql.Identifier(name)))

    def do_without_durability(self) -> None:
        """Let the disk take its time: no test cuts the power, and every test makes a database."""
        with self._admin() as admin:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("SELECT pg_reload_conf()")

    def _admin(self) -> psycopg.Connection[tuple[str]]:
        return psycopg.Connection[tuple[str]].connect(self.admin_url, autocommit=True)
