"""PyTorch's `DataLoader` on every backend: batches of arrays, and of bare tensors."""

from __future__ import annotations

import copy
from typing import Any

import keras
import numpy as np


def smallest_batch(loader: Any) -> Any:
    """What a loader makes of its first sample alone, as a step gets it; `None` if it has no first.

    Args:
        loader: A `torch.utils.data.DataLoader`.
    """
    import torch

    try:
        # Transforms may draw from PyTorch's global stream, which also shuffles.
        with torch.random.fork_rng([]):
            sample = loader.dataset[0]
            alone = loader.batch_size is None and loader.batch_sampler is None
            return loader.collate_fn(sample if alone else [sample])
    except Exception:
        # A stream has no first sample, a sampler may know no number 0, and a `collate_fn` no batch
        # of one: what is wrong with them shows when their turn comes.
        return None


def with_tensors(loader: Any) -> Any:
    """A loader of the same batches as tuples of tensors, which is all that Keras takes apart.

    Keras hands batches over as they are on PyTorch only.

    Args:
        loader: A `torch.utils.data.DataLoader`. It is left as it is.
    """
    loader = copy.copy(loader)
    loader.collate_fn = _AsTensors(loader.collate_fn)
    return loader


class _AsTensors:
    """A `collate_fn`; as a class it can be sent to worker processes."""

    def __init__(self, collate: Any) -> None:
        self.collate = collate

    def __call__(self, samples: Any) -> tuple:
        batch = self.collate(samples)
        batch = tuple(batch) if isinstance(batch, list | tuple) else (batch,)
        return tuple(keras.tree.map_structure(_as_tensor, part) for part in batch)


def _as_tensor(leaf: Any) -> Any:
    import torch

    if isinstance(leaf, torch.Tensor) or not isinstance(leaf, np.ndarray | np.generic):
        return leaf
    return torch.from_numpy(np.array(leaf))
