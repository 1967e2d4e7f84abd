"""Faults on demand: what sensors and networks do wrong, each at a rate the tester names."""

from collections.abc import Sequence
from enum import StrEnum


class Fault(StrEnum):
    """Each fault hits single readings; stuck and silent begin with one and last for a while."""

    LATE = "late"
    """Sent after 2 to 12 newer readings of the same sensor; stored."""
    DUPLICATE = "duplicate"
    """Sent twice, byte for byte; stored once."""
    OUT_OF_ORDER = "out_of_order"
    """Sent right after the sensor's next reading; stored."""
    GARBLED = "garbled"
    """Cut off, not JSON, or values no bin can have; set aside."""
    UNKNOWN_SENSOR = "unknown_sensor"
    """Comes from a sensor nobody registered; set aside."""
    CLOCK_AHEAD = "clock_ahead"
    """Says it was measured more than an hour from now; stored, not trusted."""
    STUCK = "stuck"
    """The same value again for 12 h to 5 days; stored."""
    SPIKE = "spike"
    """Any value at all, once; stored."""
    TILTED = "tilted"
    """Says itself that it does not look straight down; stored, not trusted."""
    SILENT = "silent"
    """Nothing for 24 to 72 h; those readings are never sent."""
    ZERO_FOR_MISSING = "zero_for_missing"
    """0 where nothing was measured; stored."""


def parse_faults(texts: Sequence[str]) -> dict[Fault, float]:
    """Read ``late=0.05`` and the like; raises ValueError that says what is wrong and possible."""
    rates: dict[Fault, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        if name not in set(Fault):
            raise ValueError(f"fault {name!r} is unknown; there are: {', '.join(Fault)}")
        try:
            rate = float(number)
        except ValueError:
            rate = -1.0
        if not 0 <= rate <= 1:
            raise ValueError(f"fault {text!r} needs a rate from 0 to 1, for example {name}=0.05")
        if Fault(name) in rates:
            raise ValueError(f"fault {name} is given twice")
        rates[Fault(name)] = rate
    if sum(rates.values()) > 1:
        raise ValueError("a reading suffers one fault at most: the rates add up to more than 1")
    return rates
