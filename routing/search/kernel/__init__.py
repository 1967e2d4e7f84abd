"""The compiled half of the search: loops over arrays, without objects, exceptions or allocation.

Imports nothing of Brimful outside this folder: the digest of its files names the compiler's cache.
"""
