"""The entropy of a distribution, estimated from a sample."""

from __future__ import annotations

import math

from keras import ops

from kerasgan.ops.kernels import squared_distances
from kerasgan.types import Tensor

_EULER = 0.5772156649015329
# What is added to squared distances, so that the logarithm of a duplicate's is finite.
_SMALLEST = 1e-12


def nearest_neighbour_entropy(samples: Tensor, dimensions: int | None = None) -> Tensor:
    """The differential entropy, in nats, by the distances of samples to their nearest neighbours.

    `d · mean(log ρ) + log(n - 1) + log V + γ`, with ρ the distance of each of n samples to the one
    next to it, V the volume of the unit ball in d dimensions and γ Euler's constant. It holds for
    large n, and is differentiable: the gradient drives neighbours apart.

    Args:
        samples: Tensor `(n, features)`, float32.
        dimensions: Int, the dimension d of the manifold on which the samples lie, whose entropy is
            meant; at most `features`. Defaults to `None`: `features`.

    Returns:
        A float32 scalar. Of a single sample, which has no neighbour, a constant.

    Reference: Kozachenko & Leonenko, 1987, "Sample estimate of the entropy of a random vector".
    """
    d = samples.shape[-1] if dimensions is None else dimensions
    count = ops.shape(samples)[0]
    found = squared_distances(*[ops.stop_gradient(samples)] * 2)
    # The nearest is chosen from all distances and its own distance taken anew, exactly.
    others = ops.where(ops.eye(count, dtype="bool"), math.inf, found)
    nearest = ops.take(samples, ops.argmin(others, axis=1), axis=0)
    squares = ops.sum(ops.square(samples - nearest), axis=1)
    mean_log = 0.5 * ops.mean(ops.log(squares + _SMALLEST))
    log_volume = 0.5 * d * math.log(math.pi) - math.lgamma(0.5 * d + 1.0)
    pairs = ops.maximum(ops.cast(count, "float32") - 1.0, 1.0)
    return d * mean_log + ops.log(pairs) + (log_volume + _EULER)
