"""Measurements: what is shown by breaking it, timing it, or trying it on real data.

The top floor beside `cli`: may import everything, and nothing imports it. Not part of the wheel.
"""
