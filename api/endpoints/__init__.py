"""HTTP handlers, one file for each kind of thing. They translate and decide nothing else.

No SQL here, no rules: those are in store and core. Errors are raised by their Brimful names;
``api.problems`` knows their status codes.
"""
