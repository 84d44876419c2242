"""The norms of gradients, kept differentiable."""

from keras import ops

from kerasgan.types import Tensor


def gradient_norms(gradients: Tensor) -> Tensor:
    """The Euclidean norm of each row of `(batch, features)`, `(batch,)`."""
    # The root has no derivative at zero; the offset keeps a dead critic's gradient finite.
    return ops.sqrt(ops.sum(ops.square(gradients), axis=1) + 1e-12)
