"""The training step's signature on TensorFlow."""

from typing import Any

import keras
import tensorflow as tf

from kerasgan.types import Tensor


class Trainer(keras.Model):
    """Abstract: hands Keras's steps to `game_step` and `game_test`, the same everywhere."""

    # XLA makes convolutions slower on a CPU and faster on a GPU.
    jit_by_default = bool(tf.config.list_physical_devices("GPU"))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One training step on a batch."""
        # Where data end without having said when, what does not depend on them, such as the step
        # counter, would otherwise move once more.
        with tf.control_dependencies(_tensors(data)):
            return self.game_step(data)

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses on a batch, nothing moved."""
        with tf.control_dependencies(_tensors(data)):
            return self.game_test(data)

    def apply_gradients(
        self, optimizer: keras.optimizers.Optimizer, gradients: Any, variables: Any
    ) -> None:
        """Moves variables by an optimiser."""
        optimizer.apply(gradients, variables)


def _tensors(data: Any) -> list[tf.Tensor]:
    return [tensor for tensor in keras.tree.flatten(data) if tensor is not None]
