"""``brimful-bench trust``: what the rules of trust make of real histories, and what hindsight says.

Reads the folder with data beside the repository; imports core only. No database and no broker:
the rules are pure, and the ingester calls the same ones.
"""
