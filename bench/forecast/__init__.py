"""``brimful-bench forecast``: how good forecasts of fill are on a history, beside what is simple.

Reads one CSV file; imports core, routing.forecast and the simulators' file formats. No database.
The main walk: read -> tests (which readings are asked about) -> walk through time, each contender
with what was known -> scores.
"""
