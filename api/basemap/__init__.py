"""The base map as it is served: which one there is, its tiles out of one file, its style.

What `brimful map build` wrote and this reads is the file alone: neither imports the other.
"""
