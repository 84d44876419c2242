"""Instance normalisation on PyTorch, by its batch normalisation kernel."""

from __future__ import annotations

import torch
from keras import ops

from kerasgan.types import Tensor


def normalize(x: Tensor, epsilon: float, scale: Tensor | None, offset: Tensor | None) -> Tensor:
    """See `kerasgan.ops.instance_normalization`.

    Not by `torch.nn.functional.instance_norm`: on a CPU its gradient is wrong for a batch of one
    whose gradient arrives with the channels last, as it does here (PyTorch 2.13).
    """
    x = ops.convert_to_tensor(x)
    batch, height, width, channels = x.shape
    # One sample of batch * channels channels, each normalised on its own.
    y = x.to(torch.float32).permute(0, 3, 1, 2).reshape(1, batch * channels, height, width)
    y = torch.nn.functional.batch_norm(
        y, None, None, _tile(scale, batch), _tile(offset, batch), training=True, eps=epsilon
    )
    return y.reshape(batch, channels, height, width).permute(0, 2, 3, 1).to(x.dtype)


def _tile(per_channel: Tensor | None, batch: int) -> Tensor | None:
    return None if per_channel is None else ops.convert_to_tensor(per_channel).repeat(batch)
