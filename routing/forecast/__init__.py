"""How full every bin will be: distributions of its fill over the next days, and how good they are.

Pure: numbers in, numbers out. Imports numpy and core, never store. The main walk:
histories -> cleaned -> rates by hour of week -> spread of the gain -> a Forecaster that answers.
"""
