"""Moving averages of the generators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from kerasgan.types import Tensor


class MovingAverage(keras.layers.Layer):
    """Copies of networks that follow them slowly, and give the better samples.

    The statistics of batch normalisation are averaged with the weights that they belong to: those
    of the moment would not fit the average. What is no floating-point number is copied. The decay
    grows with the steps as `min(decay, (1 + step) / (10 + step))`, so that the average is not held
    back by the random weights of the beginning.

    Args:
        networks: Keras models by name. The copies start equal to them.
        decay: Float in [0, 1).

    Reference: [Yazıcı et al., 2019](https://arxiv.org/abs/1806.04498).
    """

    def __init__(
        self, networks: Mapping[str, keras.Model], decay: float, name: str = "moving_average"
    ) -> None:
        super().__init__(name=name, trainable=False)
        self.decay = decay
        self.networks = {key: _copy(network) for key, network in networks.items()}
        self.built = True

    def update(self, networks: Mapping[str, keras.Model], step: Tensor) -> None:
        """Moves each copy towards its network; `step` counts the training steps before this one."""
        step = ops.cast(step, "float32")
        decay = ops.minimum(self.decay, (1.0 + step) / (10.0 + step))
        for key, network in networks.items():
            for average, variable in zip(self.networks[key].weights, network.weights, strict=True):
                value = ops.convert_to_tensor(variable)
                if keras.backend.is_float_dtype(average.dtype):
                    value = average + (value - average) * ops.cast(1.0 - decay, average.dtype)
                average.assign(value)


def _copy(network: keras.Model) -> Any:
    copy = network.__class__.from_config(network.get_config())
    if not copy.built:
        copy.build(network.input_shape)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy
