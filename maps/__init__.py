"""The base map: from an OpenStreetMap extract to one file of vector tiles.

build_map (building.py) is the way through: read the extract, close the coast, cut tiles. What an
object of the extract is on the map, kinds.py says; `api` serves the file and knows nothing of this
room, which imports core and workshop alone. `osmium` is imported in reading.py, tippecanoe run in
cutting.py.
"""
