"""The training step's signature on PyTorch."""

from typing import Any

import keras
import torch

from kerasgan.engine.strategies.nowhere import refuse_distribution
from kerasgan.types import Tensor


class Trainer(keras.Model):
    """Abstract: hands Keras's steps to `game_step` and `game_test`, the same everywhere."""

    jit_by_default = False
    num_workers = 1
    is_chief = True

    def fit(self, *arguments: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains, on one device."""
        refuse_distribution()
        return super().fit(*arguments, **kwargs)

    @torch.no_grad()  # Derivatives open the graph themselves, and only for what they need.
    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One training step on a batch."""
        return self.game_step(data)

    @torch.no_grad()
    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses on a batch, nothing moved."""
        return self.game_test(data)

    def apply_gradients(
        self, optimizer: keras.optimizers.Optimizer, gradients: Any, variables: Any
    ) -> None:
        """Moves variables by an optimiser."""
        optimizer.apply(gradients, variables)

    def check_same_on_all_workers(self, step: int, directory: str) -> None:
        """Does nothing: there is one process."""

    def share_of(self, loss: Tensor) -> Tensor:
        """What this replica contributes to a loss: all."""
        return loss

    def samples_in(self, batch: Any) -> Tensor:
        """The number of samples in a batch."""
        return keras.tree.flatten(batch)[0].shape[0]


class SeedGenerator(keras.random.SeedGenerator):
    """A `keras.random.SeedGenerator`; see that of TensorFlow."""
