"""The one-command demo: a simulated town, planned and served, on embedded services.

run.py reads as the story that the person at the terminal sees; screen.py shows it, account.py
adds it up. Uses every room, which only cli may.
"""
