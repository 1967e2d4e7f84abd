"""Rows into a table by COPY in PostgreSQL's binary form, which costs a sixth of the text form."""

from collections.abc import Iterable, Sequence

from store.connection import Connection


async def copy_rows(
    conn: Connection, statement: str, types: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Copy rows with a ``COPY .. FROM STDIN (FORMAT BINARY)``.

    ``types`` are PostgreSQL's names of the columns' types, in order: nothing is converted on the
    way. Raises StorageRefusedError (through the transaction) for what a column does not take.
    """
    async with conn.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(types)
        for row in rows:
            await copy.write_row(row)
