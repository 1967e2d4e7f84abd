"""How a set counts distances: whole numbers, tenths cut off, or as they are.

Euclidean distances in CVRP files are rounded to the nearest whole number (TSPLIB's EUC_2D; Reinelt
1991, and CVRPLIB for the sets A to P and X). The sets with windows, prizes and reloads follow the
rule of the 12th DIMACS implementation challenge (2022): everything times ten, the rest cut off.
"""

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

_THOUSANDTHS = 1000


class Rule(StrEnum):
    """What becomes of a distance, a time or a prize of the file."""

    ROUND = "round"
    """To the nearest whole number, halves up."""
    DIMACS = "dimacs"
    """Times ten, cut off: all figures in tenths."""
    TRUNC = "trunc"
    """Cut off to a whole number."""
    CEIL = "ceil"
    """Up to a whole number."""
    EXACT = "exact"
    """As they are; a search in whole numbers sees thousandths."""


def counted(rule: Rule, values: Any) -> Floats:  # noqa: ANN401 - whatever numpy takes
    """Return the values as the rule counts them (for EXACT: as they are)."""
    figures = np.asarray(values, dtype=np.float64)
    match rule:
        case Rule.ROUND:
            return np.floor(figures + 0.5)
        case Rule.DIMACS:
            return np.floor(10 * figures)
        case Rule.TRUNC:
            return np.floor(figures)
        case Rule.CEIL:
            return np.ceil(figures)
        case Rule.EXACT:
            return figures


def whole_scale(rule: Rule) -> int:
    """Return by what a counted figure is multiplied before a search that needs whole numbers."""
    return _THOUSANDTHS if rule is Rule.EXACT else 1
