"""A database that is lent again is as good as a new one, or it is not lent again."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.services.blank import Blank
from tests.services.engine import Engine

type Template = tuple[str, Blank]

WRITTEN = (
    "INSERT INTO depots VALUES ('depot', 'Depot', 14.4, 50.1)",
    "INSERT INTO streams (stream, density_kg_per_l) VALUES ('paper', 0.1)",
    """INSERT INTO bins (bin_id, name, stream, capacity_l, threshold_pct, depot_id, service_s)
    VALUES ('bin', 'Street 1', 'paper', 1100, 80, 'depot', 60)""",
    """INSERT INTO readings (sensor_id, bin_id, measured_at, received_at, fill_pct, trust)
    SELECT 's', 'bin', now() + n * interval '9 days', now(), 50, 'trusted'
    FROM generate_series(1, 3) AS n""",
    "INSERT INTO audit (at, who, kind, what, subject) VALUES (now(), 'w', 'person', 'w', 's')",
)


@pytest.fixture
def shelf(engine: Engine) -> Iterator[Engine]:
    """The engine without what other tests gave back."""
    own = Engine(name=engine.name, admin_url=engine.admin_url, _numbers=engine._numbers)
    yield own
    own.drop_idle()


def used(engine: Engine, template: Template, *statements: str) -> int:
    """Lend a database, do that in it, give it back; return which one it was."""
    with engine.lent(*template) as name, psycopg.connect(engine.url(name)) as conn:
        found = conn.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        row = found.fetchone()
        assert row is not None
        for statement in statements:
            conn.execute(statement.encode())
        conn.commit()
    return int(row[0])


def contents(engine: Engine, name: str) -> Blank:
    with psycopg.connect(engine.url(name)) as conn:
        return Blank.of(conn)


def test_what_was_written_is_gone_and_what_the_migrations_wrote_is_there(
    shelf: Engine, migrated_template: Template
) -> None:
    template, _ = migrated_template
    first = used(shelf, migrated_template, *WRITTEN)
    with shelf.database(template=template) as fresh:
        expected = contents(shelf, fresh)
    assert expected.rows["schema_migrations"]
    with shelf.lent(*migrated_template) as again:
        assert contents(shelf, again) == expected
    assert used(shelf, migrated_template) == first
    with shelf.lent(*migrated_template) as again, psycopg.connect(shelf.url(again)) as conn:
        conn.execute(WRITTEN[-1].encode())
        assert conn.execute("SELECT audit_id FROM audit").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE mark ()",
        "DROP INDEX readings_by_bin",
        "ALTER TABLE bins ADD COLUMN colour text",
        "ALTER TABLE bins ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE bins RENAME TO tins",
        "ALTER TABLE bins DROP CONSTRAINT bins_depot_id_fkey",
        "ALTER TABLE audit DISABLE TRIGGER USER",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE SCHEMA other",
        "GRANT SELECT ON bins TO PUBLIC",
        "SELECT lo_create(0)",
    ],
)
def test_a_database_of_another_shape_is_not_lent_again(
    shelf: Engine, migrated_template: Template, change: str
) -> None:
    first = used(shelf, migrated_template, change)
    assert used(shelf, migrated_template) != first


def test_who_kept_its_name_does_not_come_back(shelf: Engine, migrated_template: Template) -> None:
    with shelf.lent(*migrated_template) as name:
        left_open = psycopg.connect(shelf.url(name))
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(shelf.url(name))
