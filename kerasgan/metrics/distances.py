"""Euclidean distances between many features, block by block: the memory does not grow with n².

Products of float32 tell distances nearly, at half the price. They are taken as bounds, and what the
bounds leave open is computed in float64: results are those of float64.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kerasgan.metrics.distance_bounds import Points, common, lower_bounds, middle, pairs, slices

SPARE = 5  # Neighbours beyond those asked for: nearly always enough to know that none was missed.
FEW = 4  # Open pairs of a sample; more are cheaper by a product.
ROUNDING = 1e-13  # Of the squared lengths, by products of float64.
Block = tuple[slice, slice, np.ndarray, np.ndarray]


def inside_blocks(
    rows: np.ndarray,
    columns: np.ndarray,
    column_squares: np.ndarray,
    row_squares: np.ndarray | None = None,
    strict: bool = False,
) -> Iterator[Block]:
    """Which pairs are within the balls of the columns, and which within those of the rows.

    Yields blocks with their places; without `row_squares` nothing is in the balls of rows. With
    `strict` a point on the surface is outside.
    """
    for i, j, a, b in pairs(*common(rows, columns)):
        lower = lower_bounds(a, b)
        of_columns = _inside(lower, a, b, column_squares[None, j], strict)
        if row_squares is None:
            yield i, j, of_columns, np.zeros_like(of_columns)
        else:
            yield i, j, of_columns, _inside(lower, a, b, row_squares[i, None], strict)


def kth_squares(points: np.ndarray, k: int) -> np.ndarray:
    """The squared distance from every point to its k-th nearest other one: `(n,)`."""
    (shared,) = common(points)
    count = min(k + SPARE, len(points) - 1)
    bounds = np.full((len(points), count), np.inf, "float32")
    indices = np.zeros((len(points), count), "int64")
    for i, j, a, b in pairs(shared, shared):
        if j.start < i.start:  # Distances are symmetric: half of the blocks will do.
            continue
        lower = lower_bounds(a, b)
        if i == j:
            np.fill_diagonal(lower, np.inf)
        else:
            _keep_smallest(bounds[j], indices[j], lower.T.copy(), i.start)
        _keep_smallest(bounds[i], indices[i], lower, j.start)
    squares = np.sort(_squares_of(points, points, indices), axis=1)
    found = squares[:, k - 1]
    open_rows = np.flatnonzero(found / shared.scale > bounds.max(axis=1))
    if len(open_rows) and count < len(points) - 1:
        found[open_rows] = _by_products(points, points, open_rows, k, others=True)[0][:, -1]
    return found


def nearest_points(
    queries: np.ndarray, points: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Distances to the k nearest points and their indices, the nearest first: both `(n, k)`."""
    shared = common(queries, points)
    count = min(k + SPARE, len(points))
    bounds = np.full((len(queries), count), np.inf, "float32")
    indices = np.zeros((len(queries), count), "int64")
    for i, j, a, b in pairs(*shared):
        _keep_smallest(bounds[i], indices[i], lower_bounds(a, b), j.start)
    squares, indices = _sorted(_squares_of(queries, points, indices), indices)
    squares, indices = squares[:, :k], indices[:, :k]
    open_rows = np.flatnonzero(squares[:, -1] / shared[0].scale > bounds.max(axis=1))
    if len(open_rows) and count < len(points):
        found = _by_products(queries, points, open_rows, k)[1]
        exact = _squares_of(queries[open_rows], points, found)
        squares[open_rows], indices[open_rows] = _sorted(exact, found)
    return np.sqrt(squares), indices


def _inside(
    lower: np.ndarray, a: Points, b: Points, squares: np.ndarray, strict: bool
) -> np.ndarray:
    limits = squares / a.scale
    inside = lower <= np.nextafter(limits.astype("float32"), np.float32(np.inf))
    i, j = np.nonzero(inside)
    limits = np.broadcast_to(limits, lower.shape)
    # A bound is low by at most four times the slack; what then still is inside, is.
    is_open = lower[i, j] + 4.0 * (a.slack[i] + b.slack[j]) >= limits[i, j]
    i, j = i[is_open], j[is_open]
    if len(i) > FEW * sum(lower.shape):
        exact = _products(a.exact, b.exact)[i, j]
    else:
        exact = _squares_of(a.exact[i], b.exact, j[:, None])[:, 0]
    limits = np.broadcast_to(squares, lower.shape)[i, j]
    inside[i, j] = exact < limits if strict else exact <= limits
    return inside


def _keep_smallest(bounds: np.ndarray, indices: np.ndarray, block: np.ndarray, start: int) -> None:
    """Merges the smallest of each row of a block, which is used up, into those so far."""
    count = min(bounds.shape[1], block.shape[1])
    places, values = _smallest(block, count)
    both = np.hstack([bounds, values])
    best = np.argsort(both, axis=1, kind="stable")[:, : bounds.shape[1]]
    bounds[:] = np.take_along_axis(both, best, axis=1)
    indices[:] = np.take_along_axis(np.hstack([indices, places + start]), best, axis=1)


def _smallest(block: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    # k passes by vector instructions: for a few neighbours much faster than a partition.
    rows = np.arange(len(block))
    places = np.empty((len(block), k), "int64")
    values = np.empty((len(block), k), block.dtype)
    for column in range(k):
        places[:, column] = found = block.argmin(axis=1)
        values[:, column] = block[rows, found]
        block[rows, found] = np.inf
    return places, values


def _squares_of(rows: np.ndarray, points: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """By differences in float64, so that a copy has a distance of zero: `(n, count)`."""
    squares = np.empty(indices.shape)
    for i in slices(rows):
        for column in range(indices.shape[1]):
            apart = rows[i] - points[indices[i, column]].astype("float64")
            squares[i, column] = np.einsum("nd,nd->n", apart, apart)
    return squares


def _sorted(squares: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(squares, axis=1, kind="stable")
    return np.take_along_axis(squares, order, 1), np.take_along_axis(indices, order, 1)


def _by_products(
    queries: np.ndarray, points: np.ndarray, chosen: np.ndarray, k: int, others: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Of the chosen queries the k smallest squares and where; `others` leaves out themselves."""
    bounds = np.full((len(chosen), k), np.inf)
    indices = np.zeros((len(chosen), k), "int64")
    for i in slices(chosen):
        for j in slices(points):
            block = _products(queries[chosen[i]], points[j])
            if others:
                block[chosen[i, None] == np.arange(j.start, j.stop)] = np.inf
            _keep_smallest(bounds[i], indices[i], block, j.start)
    return bounds, indices


def _products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Squared distances by products of float64."""
    center = middle(b)
    a, b = a - center, b - center
    lengths_a, lengths_b = np.einsum("nd,nd->n", a, a), np.einsum("nd,nd->n", b, b)
    squares = -2.0 * (a @ b.T) + lengths_a[:, None] + lengths_b
    # What rounding leaves of equal points is nothing, and never negative.
    squares[squares <= ROUNDING * (lengths_a[:, None] + lengths_b)] = 0.0
    return squares
