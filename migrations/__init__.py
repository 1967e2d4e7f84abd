"""SQL that defines: numbered plain files and the small runner that applies them.

Files in sql/ are applied in order of their number, each once, each in a transaction, under a
lock. A file whose first lines say ``-- requires: timescaledb`` is passed over where the server
has no such thing. This room imports core and store only.
"""
