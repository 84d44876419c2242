"""Noise on a discriminator's inputs."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.integers import read_seed
from kerasgan.types import Tensor


@kerasgan_export
class InstanceNoise(keras.layers.Layer):
    """Add Gaussian noise in training, less and less of it.

    As the first layer of a discriminator it blurs real and generated samples alike, so that the two
    distributions overlap and the discriminator cannot be sure of itself early in training. The
    noise falls linearly to zero over `steps` calls in training. The count of them is state of the
    layer and is saved with it.

    A training step calls a discriminator more than once: when each player moves once, twice where
    real and generated samples share a pass, three times where they do not.

    Args:
        stddev: float from 0 up, the standard deviation at the start, in units of the samples.
            Defaults to `0.1`.
        steps: int, calls in training until the noise is gone, or `None` to keep it as it is.
            Defaults to `None`.
        seed: int or `None`, the seed of the noise. Defaults to `None`.

    Call arguments:
        inputs: tensor `(batch, ...)`.
        training: bool, whether to add noise. Defaults to `False`.

    Output shape:
        That of the input.

    Raises:
        ValueError: if `stddev` is negative, or `steps` is not a positive integer or `None`.

    Example:

    ```python
    InstanceNoise(0.1, steps=20_000)(images)  # (8, 32, 32, 3) -> (8, 32, 32, 3)
    ```

    References:
        [Sønderby et al., 2017](https://arxiv.org/abs/1610.04490), section 3.2;
        [Arjovsky & Bottou, 2017](https://arxiv.org/abs/1701.04862).
    """

    def __init__(
        self,
        stddev: float = 0.1,
        steps: int | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not stddev >= 0:
            raise ValueError(f"`stddev` must not be negative. Received: stddev={stddev}")
        if steps is not None and (type(steps) is not int or steps < 1):
            raise ValueError(
                "`steps` must be a positive integer, or None for noise that stays. "
                f"Received: steps={steps}"
            )
        self.stddev = stddev
        self.steps = steps
        self.seed = seed = read_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the count of calls."""
        self.count = self.add_weight(
            name="count", shape=(), initializer="zeros", dtype="int32", trainable=False
        )
        self.built = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Add noise."""
        if not training or not self.stddev:
            return inputs
        stddev = ops.convert_to_tensor(self.stddev, dtype="float32")
        if self.steps is not None:
            left = 1.0 - ops.cast(self.count, "float32") / self.steps
            stddev = stddev * ops.maximum(left, 0.0)
            self.count.assign(ops.minimum(self.count + 1, self.steps))
        noise = keras.random.normal(ops.shape(inputs), dtype="float32", seed=self.seed_generator)
        return inputs + ops.cast(stddev * noise, inputs.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "stddev": self.stddev,
            "steps": self.steps,
            "seed": self.seed,
        }
