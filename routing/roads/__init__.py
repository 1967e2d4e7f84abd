"""Real roads: OSRM data built from an OpenStreetMap extract, driving times, ways and turn steps.

building.py makes the data, opening.py gives the planner what its settings name. OSRM runs in a
process of its own (local.py, worker.py) or behind HTTP (server.py); answers.py reads what both
say. `osrm` is imported in worker.py alone, `osmium` in streets.py alone.
"""
