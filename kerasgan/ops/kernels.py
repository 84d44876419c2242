"""Positive definite kernels of pairs of vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add

from keras import ops

from kerasgan.types import Tensor

# Up to so many features distances come from differences, exactly; beyond, a tensor of all
# differences would fill the memory.
_EXACT_FEATURES = 32


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """The squared Euclidean distance of every vector of `x` to every one of `y`.

    Args:
        x: Tensor `(n, features)`.
        y: Tensor `(m, features)`.

    Returns:
        A tensor `(n, m)`, at least 0.
    """
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    if x.shape[-1] <= _EXACT_FEATURES:
        return ops.sum(ops.square(ops.expand_dims(x, 1) - ops.expand_dims(y, 0)), axis=-1)
    # |x|² + |y|² - 2 x·y rounds by the size of |x|²: vectors are counted from their centre.
    centre = ops.stop_gradient(ops.mean(x, axis=0, keepdims=True))
    x, y = x - centre, y - centre
    lengths_x = ops.sum(ops.square(x), axis=1, keepdims=True)
    lengths_y = ops.expand_dims(ops.sum(ops.square(y), axis=1), 0)
    return ops.relu(lengths_x + lengths_y - 2.0 * ops.matmul(x, ops.transpose(y)))


def gaussian(distances: Tensor, bandwidths: Sequence[float]) -> Tensor:
    """A sum of Gaussian kernels, `Σ exp(-|x - y|² / (2 σ²))`.

    Args:
        distances: Tensor of any shape, squared distances.
        bandwidths: The σ, in units of the features; above 0.

    Returns:
        A tensor like `distances`, in (0, number of bandwidths].
    """
    return _sum(ops.exp(distances * (-0.5 / sigma**2)) for sigma in bandwidths)


def rational_quadratic(distances: Tensor, alphas: Sequence[float]) -> Tensor:
    """A sum of rational-quadratic kernels, `Σ (1 + |x - y|² / (2 α))^-α`: heavy tails.

    Args:
        distances: Tensor of any shape, squared distances.
        alphas: The α, above 0; the smaller, the heavier the tail.

    Returns:
        A tensor like `distances`, in (0, number of alphas].
    """
    return _sum(ops.exp(-alpha * ops.log1p(distances * (0.5 / alpha))) for alpha in alphas)


def _sum(kernels: Iterable[Tensor]) -> Tensor:
    return reduce(add, kernels)
