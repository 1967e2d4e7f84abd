"""Nothing lost, shown by breaking it: each scenario breaks one part in the middle of the work.

A scenario publishes numbered readings, breaks something, mends it, and waits; then every reading
the broker has promised to keep is looked for in the database, one by one.
"""
