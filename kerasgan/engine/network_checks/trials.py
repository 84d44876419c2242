"""Parts of networks tried with a few samples, everything else left as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.ops.gradients import input_gradients
from kerasgan.types import Tensor

SAMPLES, UNKNOWN = 4, 16  # How many samples are sent through a part, and sizes that are open.
Function = Callable[[list[Tensor]], list[Tensor]]
Signature = Sequence[tuple[Any, str]]


def random_inputs(signature: Signature, low: float = -0.7, high: float = 0.7) -> list[np.ndarray]:
    """Arrays for a function's tensors, the same in each call; zeros where integers are taken.

    Args:
        signature: The shape of one sample and the dtype of each.
        low, high: Floats, the range of real numbers. Default to -0.7 and 0.7.
    """
    rng = np.random.default_rng(0)
    inputs = []
    for shape, dtype in signature:
        sizes = (SAMPLES, *(UNKNOWN if size is None else size for size in shape))
        real = "float" in dtype
        array = rng.uniform(low, high, sizes) if real else np.zeros(sizes)
        inputs.append(array.astype("float32" if real else dtype))
    return inputs


def total(function: Function, inputs: list[Tensor], given: Any = ()) -> Tensor:
    """A sum of all outputs with fixed weights; what the function writes is dropped.

    Args:
        function: From tensors to tensors.
        inputs: The tensors.
        given: Pairs `(variable, value)`: what variables hold in it. Defaults to none.
    """
    with keras.StatelessScope(given):
        outputs = function(inputs)
    result = ops.zeros(())
    for output in outputs:
        output = ops.cast(output, "float32")
        weights = np.cos(np.arange(np.prod(output.shape)) ** 1.3).reshape(output.shape)
        result = result + ops.sum(output * ops.convert_to_tensor(weights.astype("float32")))
    return result


def gradient(scalar: Callable[[list[Tensor]], Tensor], arrays: list[np.ndarray]) -> Tensor | None:
    """The gradient of a scalar by all real arrays, as one vector; differentiable again.

    `None`, or an error on PyTorch, where there is none.
    """
    real = [array for array in arrays if array.dtype == np.float32]
    ends = np.cumsum([array.size for array in real])[:-1].tolist()

    def of_vector(vector: Tensor) -> Tensor:
        pieces = iter(ops.split(vector, ends) if ends else [vector])
        inputs = [
            ops.reshape(next(pieces), array.shape)
            if array.dtype == np.float32
            else ops.convert_to_tensor(array)
            for array in arrays
        ]
        return scalar(inputs)

    vector = np.concatenate([array.reshape(-1) for array in real])
    return input_gradients(of_vector, ops.convert_to_tensor(vector))


@contextmanager
def leaving_no_trace() -> Iterator[None]:
    """What is drawn in it from PyTorch's global streams is drawn again afterwards."""
    if keras.backend.backend() != "torch":
        yield
        return
    import torch

    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices), torch.no_grad():
        yield
