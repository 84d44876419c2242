"""Batch normalisation on PyTorch, by its own kernel."""

from __future__ import annotations

import torch
from keras import ops

from kerasgan.types import Tensor


def normalize(
    x: Tensor, epsilon: float, scale: Tensor | None, offset: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """See `kerasgan.ops.batch_normalization`.

    The variance comes from the differences to the mean: as a difference of squares, which Keras
    3.15 takes on PyTorch, it is lost where the mean is large.
    """
    x = ops.convert_to_tensor(x)
    # Channels second, a view of the same memory; no moving statistics.
    y, mean, deviation = torch.native_batch_norm(
        x.to(torch.float32).movedim(-1, 1),
        None if scale is None else ops.convert_to_tensor(scale),
        None if offset is None else ops.convert_to_tensor(offset),
        None,
        None,
        training=True,
        momentum=0.0,
        eps=epsilon,
    )
    variance = deviation.detach() ** -2 - epsilon
    return y.movedim(1, -1).to(x.dtype), mean.detach(), variance.clamp(min=0.0)
