"""``brimful-bench decode``: frames that the vendors and networks published, against our decoders.

Reads the folder with formats beside the repository; imports ingest.devices and core only.
"""
