"""Bounds of distances between many features, from products of float32: half the price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

BLOCK = 1024  # Samples; a block of float32 distances takes 4 MB.
TINY = 1e-36  # What float32 may lose below its smallest number.


class Points(NamedTuple):
    """Features of shape `(n, d)`, and what float32 says of them."""

    exact: np.ndarray
    near: np.ndarray  # (n, d) float32, about a centre and scaled to at most 1.
    lengths: np.ndarray  # (n,) float32, squared.
    slack: np.ndarray  # (n,) float32: how far squared distances may be off, for each of both.
    scale: float  # Of squared distances.


def common(*sets: np.ndarray) -> list[Points]:
    """The sets, about one centre and on one scale."""
    # Distances depend on no origin. Amid the points, products lose fewer digits.
    center = np.mean([middle(points) for points in sets], axis=0)
    parts = (points[i] for points in sets for i in slices(points))
    unit = max(float(np.abs(part - center).max()) for part in parts) or 1.0
    near = [np.empty(points.shape, "float32") for points in sets]
    for points, copy in zip(sets, near, strict=True):
        for i in slices(points):
            copy[i] = (points[i] - center) / unit
    # Rounding errors of a product are random: far below this share of the squared lengths.
    share = 4.0 * np.finfo("float32").eps * np.sqrt(len(center) + 4.0)
    lengths = [np.einsum("nd,nd->n", copy, copy) for copy in near]
    slack = [(share * length + TINY).astype("float32") for length in lengths]
    each = zip(sets, near, lengths, slack, [unit**2] * len(sets), strict=True)
    return [Points(*arguments) for arguments in each]


def middle(points: np.ndarray) -> np.ndarray:
    """A point amid them, `(d,)` float64."""
    # The median of some: an outlier does not draw it away, as it does the mean.
    return np.median(points[:: max(1, len(points) // 256)], axis=0).astype("float64")


def pairs(rows: Points, columns: Points) -> Iterator[tuple[slice, slice, Points, Points]]:
    """All blocks of pairs, with their places."""
    for i in slices(rows.exact):
        a = _part(rows, i)
        for j in slices(columns.exact):
            yield i, j, a, a if rows is columns and i == j else _part(columns, j)


def _part(points: Points, i: slice) -> Points:
    near, lengths, slack = points.near[i], points.lengths[i], points.slack[i]
    return Points(points.exact[i], near, lengths, slack, points.scale)


def slices(points: np.ndarray) -> list[slice]:
    """Consecutive blocks."""
    starts = range(0, len(points), BLOCK)
    return [slice(start, min(start + BLOCK, len(points))) for start in starts]


def lower_bounds(a: Points, b: Points) -> np.ndarray:
    """Squared distances on the points' scale, `(n, m)` float32, or up to four slacks less."""
    bounds = a.near @ b.near.T
    bounds *= -2.0
    bounds += (a.lengths - a.slack)[:, None]
    bounds += b.lengths - b.slack
    return bounds
