"""How full a bin was before a crew emptied it, by the last word of sensor or crew."""

from datetime import datetime

from store.connection import Connection


def fill_before(bin_id: str, at: str) -> str:
    """Return SQL for the last trusted level of a bin at a moment; both are names of columns."""
    return f"""(
        SELECT f.fill_pct FROM (
            (SELECT fill_pct, measured_at FROM readings
             WHERE readings.bin_id = {bin_id} AND trust = 'trusted' AND measured_at <= {at}
             ORDER BY measured_at DESC LIMIT 1)
            UNION ALL
            (SELECT fill_pct, measured_at FROM eye_levels
             WHERE eye_levels.bin_id = {bin_id} AND measured_at <= {at}
             ORDER BY measured_at DESC LIMIT 1)
        ) f ORDER BY f.measured_at DESC LIMIT 1)"""  # noqa: S608 - names of columns, from here


_REFILL = f"""
    UPDATE emptyings e SET fill_before_pct = f.fill_pct
    FROM (
        SELECT c.emptying_id, {fill_before("c.bin_id", "c.emptied_at")} AS fill_pct
        FROM emptyings c
        WHERE c.bin_id = %s AND c.source = 'crew' AND c.emptied_at >= %s
    ) AS f
    WHERE e.emptying_id = f.emptying_id AND e.fill_before_pct IS DISTINCT FROM f.fill_pct
"""  # noqa: S608 - SQL from the function above


async def refill_reported(conn: Connection, bin_id: str, since: datetime) -> None:
    """Set anew how full the bin was before each emptying that a crew has reported since then."""
    await conn.execute(_REFILL.encode(), (bin_id, since))
