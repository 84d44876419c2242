"""Instance normalisation: each image and channel by its own mean and variance."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.export import kerasgan_export
from kerasgan.ops.instance_normalization import instance_normalization
from kerasgan.types import Tensor


@kerasgan_export
class InstanceNormalization(keras.layers.Layer):
    """Bring each channel of each image to mean 0 and variance 1.

    Unlike batch normalisation it ties no image to another and is the same in training and
    inference. By default it has no weights, as in the code of CycleGAN's authors.

    Args:
        epsilon: float, added to the variance. Defaults to `1e-5`.
        center: bool, whether to add a learned offset per channel. Defaults to `False`.
        scale: bool, whether to multiply by a learned gain per channel. Defaults to `False`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)`.

    Output shape:
        That of the input.

    Raises:
        ValueError: if `epsilon` is not positive, or the channels are unknown.

    Example:

    ```python
    InstanceNormalization()(features)  # (8, 64, 64, 32) -> (8, 64, 64, 32)
    ```

    Reference:
        [Ulyanov et al., 2016](https://arxiv.org/abs/1607.08022).
    """

    def __init__(
        self, epsilon: float = 1e-5, center: bool = False, scale: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not epsilon > 0:
            raise ValueError(f"`epsilon` must be above zero. Received: epsilon={epsilon}")
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights, if there are any."""
        channels = input_shape[-1]
        if channels is None:
            raise ValueError(
                "The number of channels must be known. Give the input a shape with channels. "
                f"Received: input_shape={input_shape}"
            )
        # Statistics and gains stay in float32 under every dtype policy.
        self.gain = self.offset = None
        if self.scale:
            self.gain = self.add_weight(
                name="gain", shape=(channels,), initializer="ones", autocast=False
            )
        if self.center:
            self.offset = self.add_weight(
                name="offset", shape=(channels,), initializer="zeros", autocast=False
            )
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """Normalise the inputs."""
        return instance_normalization(
            inputs, epsilon=self.epsilon, scale=self.gain, offset=self.offset
        )

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
        }
