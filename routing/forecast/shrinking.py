"""Empirical Bayes: how far an estimate from few data is drawn to what is usual."""

import numpy as np

from routing.forecast.histories import Floats

_LEAST = 1e-9


def between_variance(ratio: Floats, noise: Floats) -> Floats:
    """Return how much true ratios differ from 1, as a variance, by the method of moments.

    Along the last axis, which stays with length 1.

    ``ratio`` are estimates, ``noise`` the variance of each about its truth (inf: tells nothing).
    What they differ beyond their noise is what truly differs (DerSimonian & Laird 1986, with
    weights that do not let the few best-known ones decide alone).
    """
    known = np.isfinite(noise) & np.isfinite(ratio)
    weight = np.where(known, 1 / (0.25 + np.where(known, noise, 0.0)) ** 2, 0.0)
    excess = np.where(known, (np.where(known, ratio, 1.0) - 1) ** 2 - np.where(known, noise, 0), 0)
    total = np.maximum(weight.sum(axis=-1, keepdims=True), _LEAST)
    found = (weight * excess).sum(axis=-1, keepdims=True) / total
    return np.asarray(np.maximum(0.0, found), dtype=np.float64)


def drawn_to_one(ratio: Floats, noise: Floats, between: Floats | float) -> Floats:
    """Return each ratio drawn to 1, by the share of its noise in all that it varies."""
    share = between / np.maximum(between + np.where(np.isfinite(noise), noise, np.inf), _LEAST)
    share = np.where(np.isfinite(noise), share, 0.0)
    drawn = 1 + share * (np.where(np.isfinite(ratio), ratio, 1.0) - 1)
    return np.asarray(drawn, dtype=np.float64)
