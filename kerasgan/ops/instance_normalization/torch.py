"""Instance normalisation on PyTorch, by its own kernel."""

from __future__ import annotations

import torch
from keras import ops

from kerasgan.types import Tensor


def normalize(x: Tensor, epsilon: float, scale: Tensor | None, offset: Tensor | None) -> Tensor:
    """See `kerasgan.ops.instance_normalization`."""
    x = ops.convert_to_tensor(x)
    scale = None if scale is None else ops.convert_to_tensor(scale)
    offset = None if offset is None else ops.convert_to_tensor(offset)
    # The kernel takes (batch, channels, height, width); the permutation is only a view.
    y = torch.nn.functional.instance_norm(
        x.permute(0, 3, 1, 2).to(torch.float32), weight=scale, bias=offset, eps=epsilon
    )
    return y.permute(0, 2, 3, 1).to(x.dtype)
