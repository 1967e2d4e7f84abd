"""The waste collection set of Kim, Kim and Sahoo (2006): file, model, search, routes, referee.

``instance`` reads the file, ``referee`` judges from file and routes alone and imports nothing of
Brimful's planner; only ``building`` knows the planner's model.

Kim, B.-I., Kim, S., Sahoo, S.: Waste collection vehicle routing problem with time windows.
Computers & Operations Research 33 (2006), 3624-3642.
"""
