"""Published routing problems in VRPLIB form: file, model, search, routes, referee; peers beside it.

``instance`` and ``reading`` know the file, ``rules`` how a set counts, ``referee`` judges from file
and routes alone and imports nothing of Brimful's planner; only ``building`` knows its model.
"""
