"""Euclidean distances between many features, block by block: the memory does not grow with n²."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

BLOCK = 4096  # Samples; a block of distances takes 134 MB.
ROUNDING = 1e-13  # Of the squared lengths.
Block = tuple[slice, slice, np.ndarray]


def cross_blocks(rows: np.ndarray, columns: np.ndarray) -> Iterator[Block]:
    """All squared distances from `rows` to `columns`, in blocks with their places."""
    center = _center(columns)
    for i in _slices(rows):
        block = rows[i] - center
        for j in _slices(columns):
            yield i, j, _squares(block, columns[j] - center)


def kth_squares(points: np.ndarray, k: int) -> np.ndarray:
    """The squared distance from every point to its k-th nearest other one: `(n,)`."""
    center = _center(points)
    nearest = np.full((len(points), k), np.inf)
    for i in _slices(points):
        block = points[i] - center
        for j in _slices(points):
            if j.start < i.start:  # Distances are symmetric: half of the blocks will do.
                continue
            squares = _squares(block, block if i == j else points[j] - center)
            if i == j:
                np.fill_diagonal(squares, np.inf)
            else:
                nearest[j] = _smallest(nearest[j], squares.T)
            nearest[i] = _smallest(nearest[i], squares)
    return nearest.max(axis=1)


def nearest_points(
    queries: np.ndarray, points: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Distances to the k nearest points and their indices, the nearest first: both `(n, k)`."""
    squares = np.full((len(queries), k), np.inf)
    indices = np.zeros((len(queries), k), "int64")
    for i, j, block in cross_blocks(queries, points):
        found = np.argpartition(block, min(k, block.shape[1]) - 1, axis=1)[:, :k]
        both = np.hstack([squares[i], np.take_along_axis(block, found, axis=1)])
        places = np.hstack([indices[i], found + j.start])
        best = np.argsort(both, axis=1, kind="stable")[:, :k]
        squares[i] = np.take_along_axis(both, best, axis=1)
        indices[i] = np.take_along_axis(places, best, axis=1)
    return _sorted(_exact(queries, points, indices), indices)


def _exact(queries: np.ndarray, points: np.ndarray, indices: np.ndarray) -> np.ndarray:
    # By differences, so that a copy has a distance of zero.
    distances = np.empty(indices.shape)
    for i in _slices(queries):
        for column in range(indices.shape[1]):
            others = points[indices[i, column]].astype("float64")
            distances[i, column] = np.linalg.norm(queries[i] - others, axis=1)
    return distances


def _sorted(distances: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(distances, order, 1), np.take_along_axis(indices, order, 1)


def _slices(points: np.ndarray) -> list[slice]:
    starts = range(0, len(points), BLOCK)
    return [slice(start, min(start + BLOCK, len(points))) for start in starts]


def _center(points: np.ndarray) -> np.ndarray:
    # Distances do not depend on the origin. Near the points, products lose fewer digits.
    return points.mean(axis=0, dtype="float64")


def _squares(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    lengths_a, lengths_b = np.einsum("nd,nd->n", a, a), np.einsum("nd,nd->n", b, b)
    # |a|² - 2ab + |b|² as one product: no pass over the block but this.
    left = np.column_stack([a, lengths_a, np.ones(len(a))])
    left[:, :-2] *= -2.0
    squares = left @ np.column_stack([b, np.ones(len(b)), lengths_b]).T
    # What rounding leaves of equal points is nothing, and never negative.
    near = squares <= ROUNDING * (lengths_a.max() + lengths_b.max())
    if near.any():
        i, j = np.nonzero(near)
        nothing = squares[i, j] <= ROUNDING * (lengths_a[i] + lengths_b[j])
        squares[i[nothing], j[nothing]] = 0.0
    return squares


def _smallest(nearest: np.ndarray, squares: np.ndarray) -> np.ndarray:
    k = nearest.shape[1]
    return np.partition(np.hstack([nearest, squares]), k - 1, axis=1)[:, :k]
