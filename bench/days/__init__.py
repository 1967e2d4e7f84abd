"""Time to a plan on real roads, by number of due bins: matrix, search, geometry and memory."""
