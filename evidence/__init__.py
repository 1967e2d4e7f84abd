"""What driving by fill is worth: policies over simulated weeks, over real histories, and as driven.

The walk (``evaluation.evaluate``): setting, deposits, what sensors tell of them, then day by day
and policy by policy known levels, choice, rounds, emptyings; figures, and a report a council can
read. The choice and the rounds are the product's own: this room imports core, routing and
simulators (and store for what was really driven); never ingest, api or cli.
"""
