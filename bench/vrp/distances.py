"""Distances of a VRPLIB file: from coordinates, or from its matrix in one of TSPLIB's forms."""

from typing import TYPE_CHECKING

import numpy as np

from bench.vrp.rules import Floats, Rule

if TYPE_CHECKING:
    from bench.vrp.sections import Parts

PLANAR = {
    "EUC_2D": None,
    "EXACT_2D": Rule.EXACT,
    "FLOOR_2D": Rule.TRUNC,
    "CEIL_2D": Rule.CEIL,
}
"""Edge weight types that are straight lines, and the rule they imply, if any."""

# For each form: which triangle its figures run through row by row, and whether with the diagonal.
# A lower triangle by columns is an upper one by rows, and the other way round.
_TRIANGLES = {
    "LOWER_ROW": ("lower", -1),
    "LOWER_DIAG_ROW": ("lower", 0),
    "UPPER_ROW": ("upper", 1),
    "UPPER_DIAG_ROW": ("upper", 0),
    "LOWER_COL": ("upper", 1),
    "LOWER_DIAG_COL": ("upper", 0),
    "UPPER_COL": ("lower", -1),
    "UPPER_DIAG_COL": ("lower", 0),
}


def straight_lines(position: Floats) -> Floats:
    """Return the Euclidean distances between all positions; (p, p)."""
    across = position[:, None, 0] - position[None, :, 0]
    up = position[:, None, 1] - position[None, :, 1]
    lines: Floats = np.sqrt(across * across + up * up)
    return lines


def from_matrix(parts: "Parts", size: int) -> Floats:
    """Return the distances that the file's EDGE_WEIGHT_SECTION states; (size, size)."""
    name = "EDGE_WEIGHT_SECTION"
    if name not in parts.sections:
        raise parts.fault(parts.line_of("EDGE_WEIGHT_TYPE"), name, "the matrix is missing")
    form = (parts.text("EDGE_WEIGHT_FORMAT") or "FULL_MATRIX").upper()
    figures = np.array(parts.flat(name))
    if form == "FULL_MATRIX":
        _expect(parts, name, len(figures), size * size)
        return figures.reshape(size, size)
    if form not in _TRIANGLES:
        line = parts.line_of("EDGE_WEIGHT_FORMAT")
        raise parts.fault(line, "EDGE_WEIGHT_FORMAT", f"{form!r} is not one that can be read")
    side, diagonal = _TRIANGLES[form]
    where = np.tril_indices(size, diagonal) if side == "lower" else np.triu_indices(size, diagonal)
    _expect(parts, name, len(figures), len(where[0]))
    matrix = np.zeros((size, size))
    matrix[where] = figures
    whole: Floats = np.maximum(matrix, matrix.T)
    return whole


def _expect(parts: "Parts", name: str, found: int, wanted: int) -> None:
    if found != wanted:
        told = f"{wanted} figures belong there, there are {found}"
        raise parts.fault(parts.line_of(name), name, told)
